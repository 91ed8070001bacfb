"""Who waits for the lock of a condition can be ended, also where whoever had it is no more."""

from __future__ import annotations

import threading

import pytest

from labkit.running.call import Call
from labkit.running.patience import Patience
from labkit.running.prints import Prints

WITHIN_S = 20


def left_locked(event: threading.Event) -> threading.Event:
    """As a thread leaves it that is ended when it has just got the lock, and is not in the `with` yet."""
    event._cond._lock.acquire()
    return event


def waits() -> None:
    left_locked(threading.Event()).wait()


def sets() -> None:
    left_locked(threading.Event()).set()


def is_woken() -> None:
    """Waits, is woken, and would have the lock again."""
    event = threading.Event()
    threading.Thread(target=lambda: event.wait()).start()  # a function of the learner's
    while not event._cond._waiters:
        pass
    left_locked(event)
    event._cond.notify_all()
    threading.Event().wait()


@pytest.mark.parametrize("function", [waits, sets, is_woken])
def test_it_is_ended(function):
    with Prints():  # as in a check: what ended its threads is told nowhere else
        call = Call(function, ())
        assert not call.wait(0.2)
        assert call.stop(Patience(WITHIN_S))
        assert not call.thread.is_alive()
