"""A process notices that it stood still: by the beat of a thread that has nothing else to do."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time

import pytest
from waiting import wait_for

from labkit.running import pulse
from labkit.running.pulse import Pulse

STANDS_STILL = """
import os, signal, time
from labkit.running.pulse import Pulse

begun = time.monotonic()
with Pulse() as pulse:
    before = time.monotonic()
    os.kill(os.getpid(), signal.SIGSTOP)  # as on a machine that gives all of this process no processor
    at_once, after = pulse.still(before), time.monotonic()
early, late = pulse.still(begun, before), pulse.still(before, after)
print(pulse.longest > 0.5, at_once > 0.5, early <= before - begun, late > 0.5)
"""


def test_work_of_this_process_is_no_stand_still():
    begun, worked = time.monotonic(), time.thread_time()
    with Pulse() as beats:
        while time.thread_time() < worked + 0.3:
            pass
    # A machine that has other things to do stops it, too, and adds as much to both.
    assert beats.longest < time.monotonic() - begun - 0.2
    assert "pulse" not in {thread.name for thread in threading.enumerate()}


class Clock:
    """`time` of the module, a second later at each look; of each second so much was work."""

    def __init__(self, work):
        self.now, self.work = 100.0, work

    def monotonic(self):
        self.now += 1
        return self.now

    def process_time(self):
        return self.now * self.work


@pytest.mark.parametrize(("work", "longest"), [(0.0, 1.0), (0.75, 0.25), (1.0, 0.0), (2.0, 0.0)])
def test_what_this_process_worked_is_no_stand_still(monkeypatch, work, longest):
    """A call into C can keep the interpreter for itself; two threads of C work two seconds in one."""
    monkeypatch.setattr(pulse, "time", Clock(work))
    with Pulse() as beats:
        pass
    assert beats.longest == longest


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="stops a process by a signal")
def test_a_stand_still_is_as_long_as_it_was():
    with subprocess.Popen([sys.executable, "-c", STANDS_STILL], stdout=subprocess.PIPE, text=True) as child:
        _, status = os.waitpid(child.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        select.select([], [], [], 0.6)
        child.send_signal(signal.SIGCONT)
        said, _ = child.communicate()
    assert said == "True True True True\n"


def test_what_beats_along_stands_still_too():
    late, asked = threading.Event(), []

    def ask():
        asked.append(time.monotonic())
        if len(asked) == 3:
            late.wait(0.3)

    with Pulse() as beats:
        beats.add(ask)
        wait_for(lambda: len(asked) > 5)
        beats.remove(ask)
        often = len(asked)
        assert beats.still(asked[2], asked[3]) > 0.2 < beats.longest
    assert len(asked) == often, "it was asked although it had been removed"


@pytest.mark.parametrize("error", [RuntimeError("this network is closed"), OSError(9, "Bad file descriptor")])
def test_what_has_ended_is_asked_no_more(error):
    asked = []

    def ended():
        asked.append("ended")
        raise error

    with Pulse() as beats:
        beats.add(ended)
        beats.add(lambda: asked.append("lives"))
        wait_for(lambda: asked.count("lives") > 3)
        beats.remove(ended)
    assert asked.count("ended") == 1


def test_one_that_does_not_beat_tells_of_no_stand_still():
    assert Pulse().still(0.0) == 0.0
