"""Exercises where the mode lacks cables: checked where sockets are enough, else never the learner's fault."""

from __future__ import annotations

import pytest
from exercises import judged, name_of, right

from labkit.learn.checking.check import examine
from labkit.learn.checking.verdict import CANNOT, NOT_YET, SOLVED
from labkit.learn.kit.exercise import Exercise


@pytest.fixture(autouse=True)
def recorded(monkeypatch):
    monkeypatch.setenv("LABKIT_MODE", "recorded")


def asks(tale, ask):
    net = tale.network("client", "server")
    net.server.start(lambda conn: conn.sendall(b"hello"), port=8080)
    sock = tale.keep(net.client.socket())
    sock.connect(("server", 8080))
    tale.expect("ask(sock)", tale.call(ask, sock, shown="ask(sock)"), b"hello")


def delayed(tale, ask):
    tale.network("client", "server", delay_ms=10)


def cut(tale, ask):
    tale.network("client", "server").link.cut()


def exercise(story):
    return Exercise("ask", "Ask", story, ("a", "b", "c"), needs_network=True)


def test_sockets_are_enough():
    assert examine(exercise(asks), lambda sock: sock.recv(10)).status == SOLVED
    assert examine(exercise(asks), lambda sock: sock.recv(2)).status == NOT_YET


@pytest.mark.parametrize(
    ("story", "words"),
    [
        (
            delayed,
            "it needs hosts of their own with delay_ms=10 between them, which the mode recorded has not",
        ),
        (cut, "cut() needs hosts of their own"),
    ],
)
def test_what_needs_cables_cannot_be_checked(story, words):
    verdict = examine(exercise(story), lambda sock: b"")
    assert verdict.status == CANNOT and verdict.wrong == ""
    assert words in verdict.notes[0] and "not your code's fault" in verdict.notes[0]
    assert "python -m labkit doctor" in verdict.notes[0]


def test_a_learners_code_may_ask_for_what_is_not_there():
    verdict = examine(exercise(asks), lambda sock: sock.connect(("127.0.0.1", 8080)))
    assert verdict.status == CANNOT and "the loopback address of a host itself" in verdict.notes[0]


# What needs cables: conditions, faults or groups.
NEED_CABLES = {"connect-within", "estimate-rto", "quick-server", "join-the-feed", "collect", "repair-service"}
NEED_CABLES |= {"trace-route", "three-networks"}  # and routers
NEED_CAPTURE = {"close-politely", "send-message", "send-parts"}


@pytest.mark.parametrize("mode", [pytest.param("loopback", marks=pytest.mark.capture), "recorded"])
@pytest.mark.parametrize(("exercise", "solution"), right(True), ids=name_of)
def test_each_solution_is_taken_where_the_mode_has_what_the_check_takes(
    exercise, solution, mode, monkeypatch
):
    monkeypatch.setenv("LABKIT_MODE", mode)
    needs_more = exercise.id in NEED_CABLES or (mode == "recorded" and exercise.id in NEED_CAPTURE)
    verdict = judged(exercise, solution)
    assert verdict.status == (CANNOT if needs_more else SOLVED), str(verdict)
    assert verdict.status == SOLVED or "python -m labkit doctor" in str(verdict)
