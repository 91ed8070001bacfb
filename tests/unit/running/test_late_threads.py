"""Threads that were ended in the middle of their start, or in their last steps: `threading` must not keep them."""

from __future__ import annotations

import _thread
import threading
import time
from typing import Any

from waiting import wait_for

from labkit.running.bounds import Guard
from labkit.running.call import Call, _forget
from labkit.running.patience import Patience

_threading: Any = threading
WITHIN = 60  # seconds


def in_the_middle_of_its_start(work) -> Any:
    """A thread as `Thread.start` leaves it where an exception comes in the middle: on a list, and not begun."""
    thread = threading.Thread(target=work)
    with _threading._active_limbo_lock:
        _threading._limbo[thread] = thread
    return thread


def begin(thread: Any) -> None:
    """Begin it late, as its operating system's thread would; returns when that is over."""
    over = threading.Event()

    def late() -> None:
        try:
            thread._bootstrap()
        except KeyError:
            pass  # as `threading` raises it where it finds no start; what it leaves behind is asked for below
        finally:
            over.set()

    _thread.start_new_thread(late, ())
    assert over.wait(WITHIN)


def test_a_thread_that_was_forgotten_and_begins_after_all_does_nothing():
    done: list[int] = []
    thread = in_the_middle_of_its_start(lambda: done.append(1))
    assert thread in threading.enumerate()
    assert _forget([thread])
    assert thread not in threading.enumerate()
    begin(thread)
    assert thread not in threading.enumerate() and not done


def test_a_thread_that_is_just_beginning_is_not_forgotten():
    going, may_end = threading.Event(), threading.Event()
    thread = threading.Thread(target=lambda: (going.set(), may_end.wait(WITHIN)))
    thread.start()
    assert going.wait(WITHIN)
    assert not _forget([thread]) and thread in threading.enumerate()
    may_end.set()
    thread.join(WITHIN)
    assert thread not in threading.enumerate()


def test_a_thread_that_was_ended_in_its_last_steps_is_forgotten():
    kept: list[threading.Thread] = []

    def learners() -> None:
        thread = threading.Thread(target=lambda: None)
        thread._delete = lambda: None  # type: ignore[attr-defined]  # an exception came before it was off the list
        thread.start()
        kept.append(thread)
        time.sleep(3600)

    with Guard():
        call = Call(learners, ())
        wait_for(lambda: kept)
        assert kept[0] in threading.enumerate()
        assert call.stop(Patience(WITHIN))
    assert kept[0] not in threading.enumerate()
