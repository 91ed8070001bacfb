"""The errand of the lesson on datagrams: it gives the same again, and a teller that has stopped is told of."""

from __future__ import annotations

import signal
import time
from contextlib import contextmanager
from socket import SOCK_DGRAM

import pytest
from waiting import wait_for

from labkit import Drop, Duplicate, Network
from labkit.lessons.datagrams.measuring import waiting
from labkit.lessons.datagrams.services import BANK_PORT, NAMES, directory, errand


def ask(sock, order):
    while True:
        sock.send(order)
        try:
            return sock.recv(65_535).decode()
        except TimeoutError:
            pass


def teller(sock, booked):
    while True:
        order, whose = sock.recvfrom(65_535)
        if not order:
            return
        booked.append(order.decode())
        sock.sendto(b"done: " + order, whose)


@contextmanager
def bank():
    with Network("client", "server", delay_ms=2) as net, net.server.socket(type=SOCK_DGRAM) as here:
        here.bind(("", BANK_PORT))
        here.settimeout(0.5)
        yield net, here


def leave(net, here, *datagrams):
    """Datagrams of an earlier experiment, which nobody has read."""
    with net.client.socket(type=SOCK_DGRAM) as stranger:
        for data in datagrams:
            stranger.sendto(data, (net.server.address, BANK_PORT))
    found = []
    wait_for(lambda: found.extend(waiting(here)) or len(found) >= len(datagrams))
    with net.server.socket(type=SOCK_DGRAM) as ending:  # and again, where they are in the queue at once
        for data in datagrams:
            ending.sendto(data, (net.server.address, BANK_PORT))


@pytest.mark.parametrize("left", [(bytes(513),), (b"",), (b"pay eve 5", b"", b"all")])
def test_what_an_earlier_experiment_left_is_no_order(left):
    with bank() as (net, here):
        leave(net, here, *left)
        booked, answers, _ = errand(net, here, ask, teller, [b"pay ann 10"], Drop(sender="server", nth=1))
        assert (booked, answers) == (["pay ann 10"] * 2, ["done: pay ann 10"])
        assert net.link.faults == [] and here.gettimeout() == 0.5


@pytest.mark.parametrize("left", [(b"all", b"all"), (b"",)])
def test_what_an_earlier_experiment_left_is_no_question_to_the_directory(left):
    with bank() as (net, here), net.client.socket(type=SOCK_DGRAM) as caller:
        leave(net, here, *left)
        caller.connect((net.server.address, BANK_PORT))
        caller.settimeout(60)
        with directory(net.server, here):
            caller.send(b"all")
            assert caller.recv(1000).decode().split(",") == NAMES
        assert waiting(caller) == []


def slow(sock, booked):
    while order := sock.recvfrom(100):
        if not order[0]:
            return
        time.sleep(0.05)  # longer than the client, which has an old answer already
        sock.sendto(b"done: " + order[0], order[1])


def test_who_has_an_old_answer_speaks_when_the_teller_has_spoken():
    with bank() as (net, here):
        orders = [b"pay ann 10", b"pay ben 20", b"pay cara 30"]
        _, answers, trace = errand(net, here, ask, slow, orders, Duplicate(sender="server", nth=1))
        assert answers == ["done: pay ann 10", "done: pay ann 10", "done: pay ben 20"]
        said = list(dict.fromkeys(each.payload for each in trace.datagrams))
        assert said == [text for order in orders for text in (order, b"done: " + order)] + [b""]


def fails(sock, booked):
    sock.recvfrom(100)
    raise KeyError("ann")


@pytest.mark.parametrize(
    ("working", "told"),
    [
        (fails, r"has stopped \(KeyError: 'ann'\)"),
        (lambda sock, booked: None, r"has stopped \(it returned\)"),
    ],
)
def test_a_teller_that_has_stopped_is_told_of_and_not_waited_for(working, told, capsys):
    with bank() as (net, here):
        with pytest.raises(RuntimeError, match=told):
            errand(net, here, ask, working, [b"pay ann 10"])
        assert net.link.faults == [] and here.gettimeout() == 0.5
        assert errand(net, here, ask, teller, [b"pay ben 20"])[0] == ["pay ben 20"]
    assert "failed" not in capsys.readouterr().err  # it is told once


def test_an_interrupt_ends_the_teller_too(capsys):
    def interrupted(sock, order):
        sock.send(order)
        signal.raise_signal(signal.SIGINT)

    seen = []

    def noted(sock, booked):
        seen.append(sock)
        teller(sock, booked)
        seen.append("gone home")

    with bank() as (net, here):
        with pytest.raises(KeyboardInterrupt):
            errand(net, here, interrupted, noted, [b"pay ann 10"], Drop(nth=1))
        assert seen == [here, "gone home"] and net.link.faults == []
        assert errand(net, here, ask, teller, [b"pay ben 20"])[1] == ["done: pay ben 20"]
    assert "failed" not in capsys.readouterr().err
