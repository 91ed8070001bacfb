"""Patience with what runs beside: the time in which this process stands still is not counted against it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading

import pytest

from labkit.running import patience
from labkit.running.patience import PARTS, Patience

STANDS_STILL = """
import os, signal, time
from labkit.running.call import Call

def learners():
    time.sleep(0.3)  # it is waited for by now
    os.kill(os.getpid(), signal.SIGSTOP)  # as on a machine that gives all of this process no processor
    time.sleep(0.05)
    return "done"

call = Call(learners, ())
print(call.wait(1), call.value)
"""


class Clock:
    """`time` of the module: goes on when it is told to."""

    def __init__(self):
        self.now = 100.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(patience, "time", made)
    return made


class Never:
    """An event that is not set; who waits for it is woken some seconds late."""

    def __init__(self, clock, late=0.0):
        self.clock, self.late, self.waits = clock, late, []

    def wait(self, seconds):
        self.waits.append(seconds)
        self.clock.now += seconds + self.late
        return False

    def is_set(self):
        return False


def test_it_is_over_when_the_seconds_are(clock):
    event = Never(clock)
    assert not Patience(2).wait(event)
    assert clock.now == 102 and len(event.waits) == PARTS


def test_a_stand_still_takes_a_part_however_long_it_is(clock):
    left = Patience(2)
    clock.now += 3600
    event = Never(clock)
    assert not left.wait(event)
    assert sum(event.waits) == 2 - 2 / PARTS


def test_who_is_always_woken_late_has_as_many_looks(clock):
    event = Never(clock, late=10)
    assert not Patience(2).wait(event)
    assert len(event.waits) == PARTS


def test_what_is_there_is_seen_without_patience():
    event = threading.Event()
    assert not Patience(0).wait(event)
    event.set()
    assert Patience(0).wait(event) and Patience(5).wait(event)


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="stops a process by a signal")
def test_a_call_is_not_late_because_its_process_stood_still():
    with subprocess.Popen([sys.executable, "-c", STANDS_STILL], stdout=subprocess.PIPE, text=True) as child:
        _, status = os.waitpid(child.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        select.select([], [], [], 1.2)  # longer than it is waited for
        child.send_signal(signal.SIGCONT)
        said, _ = child.communicate()
    assert said == "True done\n"
