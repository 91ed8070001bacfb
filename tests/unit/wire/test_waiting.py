"""How the loop waits: never past a moment's side, for whatever is ready, and asleep where processors are short."""

from __future__ import annotations

import itertools
import os
import select
from time import monotonic_ns

import pytest

from labkit.wire import waiting
from labkit.wire.waiting import Processors, Waiting


class Answer:
    """Processors that are always left, or never."""

    def __init__(self, left):
        self._left = left

    def left(self, now):
        return self._left


class Counting:
    """An epoll whose questions are kept: 0 looks, -1 sleeps."""

    def __init__(self, epoll):
        self._epoll, self.asked = epoll, []

    def poll(self, timeout):
        self.asked.append(timeout)
        return self._epoll.poll(timeout)


@pytest.fixture(params=[True, False], ids=["left", "short"])
def wait(request):
    made = Waiting(Answer(request.param))
    made._epoll, made.left = Counting(made._epoll), request.param
    yield made
    os.close(made._timer.descriptor)


@pytest.fixture
def ready():
    read, write = os.pipe()
    yield read, lambda: os.write(write, b"x")
    os.close(read)
    os.close(write)


@pytest.mark.parametrize("far_ns", [-1, 10_000, 200_000, 400_000, 5_000_000])
def test_it_comes_back_when_it_is_due_and_not_before(wait, far_ns):
    due = monotonic_ns() + far_ns
    assert wait.events(due) == []  # the timer is nobody else's affair
    assert monotonic_ns() >= due


def test_what_is_ready_ends_the_wait(wait, ready):
    descriptor, write = ready
    wait._epoll._epoll.register(descriptor, select.EPOLLIN)
    write()
    assert wait.events(0) == [(descriptor, select.EPOLLIN)]
    assert wait.events(monotonic_ns() + 10**12) == [(descriptor, select.EPOLLIN)]
    assert wait.events(monotonic_ns()) == [
        (descriptor, select.EPOLLIN)
    ]  # also where something is due at once


def test_a_moment_that_is_not_waited_for_any_more_wakes_nobody(wait, ready):
    descriptor, write = ready
    wait._epoll._epoll.register(descriptor, select.EPOLLIN)
    write()
    soon = monotonic_ns() + 2_000_000
    wait.events(soon)  # sets the timer, or would
    while monotonic_ns() < soon:
        pass
    assert wait.events(0) == [(descriptor, select.EPOLLIN)]


def test_after_a_frame_it_looks_before_it_sleeps_unless_processors_are_short(wait, ready):
    descriptor, write = ready
    wait._epoll._epoll.register(descriptor, select.EPOLLIN)
    wait.soon()
    if wait.left:  # for 60 us, which may have passed when a busy machine lets us go on
        wait._look_until += 10**10
    write()
    wait.events(0)
    assert wait._epoll.asked == ([0] if wait.left else [-1])


def test_it_sleeps_once_nothing_has_followed(wait, monkeypatch):
    asleep, begun = wait._epoll.asked, monotonic_ns()
    clock = itertools.count(
        begun
    )  # stands still, nearly, until it sleeps: a busy machine may take the time to look
    monkeypatch.setattr(waiting, "monotonic_ns", lambda: monotonic_ns() if -1 in asleep else next(clock))
    if wait.left:
        wait._look_until = begun + 5
    wait.events(begun + 50_000_000)
    looked, slept = wait._epoll.asked.count(0), wait._epoll.asked.count(-1)
    assert slept == 1  # until shortly before it is due, or until it is
    assert looked > 1 if wait.left else looked == 1


@pytest.mark.parametrize(
    ("running", "processors", "left"),
    [(1, 1, False), (1, 2, True), (2, 2, True), (3, 2, False), (4, 4, True)],
)
def test_a_processor_is_left_unless_more_want_to_run_than_there_are(
    monkeypatch, tmp_path, running, processors, left
):
    monkeypatch.setattr(waiting.os, "sched_getaffinity", lambda _: set(range(processors)))
    path = tmp_path / "loadavg"
    path.write_text(f"0.20 0.18 0.12 {running}/80 11206\n")
    assert Processors(str(path)).left(monotonic_ns()) is left


def test_what_the_file_says_is_looked_up_again(tmp_path, monkeypatch):
    monkeypatch.setattr(waiting.os, "sched_getaffinity", lambda _: {0, 1})
    path = tmp_path / "loadavg"
    path.write_text("0.20 0.18 0.12 1/80 11206\n")
    processors = Processors(str(path))
    assert processors.left(1000)
    path.write_text("0.20 0.18 0.12 9/80 11206\n")
    assert processors.left(1000 + waiting._AGAIN_NS - 1) and not processors.left(1000 + waiting._AGAIN_NS)


def test_without_the_file_none_is_taken(tmp_path):
    assert not Processors(str(tmp_path / "nothing")).left(monotonic_ns())
