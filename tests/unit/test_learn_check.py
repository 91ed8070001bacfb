"""`check` against the things that learners write: nothing, loops, blocked calls, floods, exits."""

from __future__ import annotations

import functools
import socket
import sys
import threading
import time

import pytest

from labkit.learn import check, hint, hints
from labkit.learn.checking import examine, started
from labkit.learn.exercise import Case, Exercise, Tale, table
from labkit.learn.exercises import UnknownExercise, find

TWICE = Exercise("twice", "Double it", table((Case((2,), "twice(2)", 4, "two and two"),)), ("a", "b", "c"))


def stub(number): ...


def stub_with_words(number):
    """Double it."""
    ...  # your code  # noqa: PIE790


def stub_that_passes(number):
    pass


def stub_of_nbgrader(number):
    raise NotImplementedError()


async def twice_later(number):
    return 2 * number


@pytest.mark.parametrize("thing", [None, ..., stub, stub_with_words, stub_that_passes, stub_of_nbgrader])
def test_untouched(thing):
    verdict = examine(TWICE, thing)
    assert verdict.status == "not started"
    assert (
        str(verdict)
        == "○ twice: Double it\n  Not started. Write your code in place of the dots, and run the cell again."
    )


@pytest.mark.parametrize(
    "thing", [lambda n: 2 * n, lambda n: "SYN", len, functools.partial(int), 3, lambda n: {}]
)
def test_touched(thing):
    assert started(thing)


class Doubler:
    def __call__(self, number):
        return 2 * number

    def method(self, number):
        return 2 * number


@pytest.mark.parametrize(
    "thing", [lambda n: 2 * n, Doubler(), Doubler().method, functools.partial(lambda a, b: a * b, 2)]
)
def test_all_kinds_of_callables_are_taken(thing):
    assert str(examine(TWICE, thing)) == "✓ twice: Double it\n  1. twice(2) returned 4, as it should"


def test_wrong_is_told_with_what_should_have_been():
    assert str(examine(TWICE, lambda n: 5)) == (
        "✗ twice: Double it\n"
        "→ 1. twice(2) should return 4, but returned 5\n"
        "     two and two\n"
        '  Stuck? hint("twice")'
    )


def test_a_value_equal_but_of_another_type_is_wrong():
    assert "returned 4.0" in examine(TWICE, lambda n: 4.0).wrong


def raises(number):
    return {}[number]


def test_an_exception_is_told_with_its_line():
    line = raises.__code__.co_firstlineno + 1
    told = f"twice(2) raised KeyError: 2, at line {line} of raises: `return {{}}[number]`"
    assert examine(TWICE, raises).wrong == told


def exits(number):
    sys.exit(1)


def loops(number):
    while True:
        number += 1


def stubborn(number):
    while True:
        try:
            number += 1
        except Exception:
            pass


def floods(number):
    while True:
        print("flood")


def starts_threads(number):
    for _ in range(20):
        threading.Thread(target=loops, args=(0,), daemon=True).start()
    loops(0)


def blocks(number):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        return ours.recv(1)


def waits_for_a_caller(number):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.accept()


def waits_for_a_datagram(number):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.recv(1)


def unprintable(number):
    class Odd:
        def __repr__(self):
            raise RuntimeError("no")

    return Odd()


def recursive(number):
    return recursive(number)


QUICK = Exercise(
    "quick", "Be quick", lambda tale, thing: tale.call(thing, 1, shown="f(1)", seconds=0.2), ("a", "b", "c")
)


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        (loops, "f(1) was still not done after 0.2 s, at line"),
        (stubborn, "was still not done"),
        (floods, "was still not done"),
        (starts_threads, "was still not done"),
        (blocks, "`return ours.recv(1)`"),
        (waits_for_a_caller, "`return listener.accept()`"),
        (waits_for_a_datagram, "`return sock.recv(1)`"),
        (exits, "ended the program (SystemExit)"),
        (recursive, "RecursionError"),
    ],
)
def test_whatever_does_not_end_is_ended_and_told(thing, words):
    threads = threading.active_count()
    begun = time.monotonic()
    verdict = examine(QUICK, thing)
    assert verdict.status == "not yet"
    assert words in verdict.wrong
    assert verdict.notes == (), "a thread was left running"
    assert threading.active_count() == threads
    assert time.monotonic() - begun < 5


def test_prints_are_shown_and_a_flood_is_cut(capsys):
    verdict = examine(QUICK, floods)
    assert verdict.printed.startswith("flood\nflood\n")
    assert verdict.printed.count("\n") == 10 and verdict.printed.endswith("characters more")
    print("mine")
    assert capsys.readouterr().out == "mine\n"


def test_a_result_that_cannot_be_shown():
    assert "whose repr raises RuntimeError" in examine(TWICE, unprintable).wrong


def test_a_thread_that_cannot_be_stopped_is_told(monkeypatch):
    monkeypatch.setattr("labkit.learn.worker.GRACE_S", 0.05)
    done = threading.Event()

    def deaf(number):
        done.wait(30)

    verdict = examine(QUICK, deaf)
    done.set()
    assert "could not be stopped" in verdict.notes[0]


@pytest.mark.parametrize(
    ("thing", "words"), [(7, "needs your function by its name"), (twice_later, "`def`, not `async def`")]
)
def test_things_that_are_no_plain_function(thing, words):
    assert words in examine(TWICE, thing).wrong


def test_a_fault_of_the_checker_is_not_blamed_on_the_learner():
    def story(tale: Tale, thing):
        raise RuntimeError("oops")

    verdict = examine(TWICE._replace(story=story), raises)
    assert verdict.status == "cannot check"
    assert "not your code's fault" in str(verdict)


def test_no_network_is_told_with_its_remedy(monkeypatch):
    import labkit

    def refused(*names, **conditions):
        raise PermissionError(1, "no namespaces; run `python -m labkit doctor`")

    monkeypatch.setattr(labkit, "Network", refused, raising=False)
    verdict = examine(find("connect-within"), raises)
    assert verdict.status == "cannot check" and "labkit doctor" in str(verdict)


def test_many_steps_that_went_well_are_folded():
    cases = tuple(Case((n,), f"f({n})", n) for n in range(9))
    exercise = TWICE._replace(story=table(cases))
    assert str(examine(exercise, lambda n: n)).split("\n")[1:] == ["  1-9. as they should be"]
    lines = str(examine(exercise, lambda n: n if n < 8 else 0)).split("\n")
    assert lines[1:4] == [
        "  1-7. as they should be",
        "  8. f(7) returned 7, as it should",
        "→ 9. f(8) should return 8, but returned 0",
    ]


def test_unknown_exercises_are_told_not_raised(capsys):
    check("knid", raises)
    hint("knid")
    assert capsys.readouterr().out.count("did you mean 'kind'?") == 2
    with pytest.raises(UnknownExercise):
        find("knid")


def test_hints_come_one_by_one(capsys, monkeypatch):
    monkeypatch.setattr(hints, "_given", {})
    exercise = find("kind")
    for number, name in enumerate(("the concept", "the place", "the code")):
        hint("kind")
        assert capsys.readouterr().out == f"Hint {number + 1} of 3, {name}: {exercise.hints[number]}\n"
    hint("kind")
    assert capsys.readouterr().out.count("Hint ") == 3
    assert hints.given("kind") == 3
