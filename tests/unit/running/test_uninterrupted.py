"""What is made as a whole, and the handlers of signals that wait for it."""

from __future__ import annotations

import signal
import threading

import pytest

from labkit.running import uninterrupted as module
from labkit.running.uninterrupted import uninterrupted


@pytest.fixture(autouse=True)
def handlers():
    """Alarms raise here, and everything is as before afterwards."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGALRM)}

    def on(number, frame):
        raise KeyboardInterrupt(signal.Signals(number).name)

    signal.signal(signal.SIGALRM, on)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGALRM])
def test_a_handler_runs_at_the_end_and_then_only(number):
    done = []
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt):
        with uninterrupted():
            signal.raise_signal(number)
            done.append("inside")
        done.append("behind")
    assert done == ["inside"] and signal.getsignal(number) is before
    with uninterrupted():
        pass  # it is not run again


def test_inside_another_the_outer_end_counts():
    done = []
    with pytest.raises(KeyboardInterrupt), uninterrupted():
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
        done.append("inner end")
    assert done == ["inner end"]


def test_an_error_inside_gives_way_to_the_interrupt_that_came():
    with pytest.raises(KeyboardInterrupt) as caught, uninterrupted():
        signal.raise_signal(signal.SIGINT)
        raise ValueError("of the whole")
    assert isinstance(caught.value.__context__, ValueError)


def test_what_is_ignored_or_left_to_the_kernel_stays_so():
    before = signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    try:
        with uninterrupted():
            signal.raise_signal(signal.SIGUSR1)
            assert signal.getsignal(signal.SIGUSR1) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_a_handler_that_is_set_inside_stays():
    def mine(number, frame):
        """Nothing."""

    with uninterrupted():
        signal.signal(signal.SIGALRM, mine)
    assert signal.getsignal(signal.SIGALRM) is mine


def test_who_interrupts_again_after_a_second_gets_through(monkeypatch):
    now = iter([10.0, 10.5, 11.5])
    monkeypatch.setattr(module.time, "monotonic", lambda: next(now))
    done = []
    with pytest.raises(KeyboardInterrupt), uninterrupted():
        for number in range(3):
            signal.raise_signal(signal.SIGINT)
            done.append(number)
    assert done == [0, 1]


def test_in_another_thread_it_does_nothing():
    seen = []

    def run():
        with uninterrupted():
            seen.append(signal.getsignal(signal.SIGINT))

    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [before]
