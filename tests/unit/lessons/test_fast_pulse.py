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

from labkit.lessons.fast.pulse import Pulse

STANDS_STILL = """
import os, signal
from labkit.lessons.fast.pulse import Pulse

with Pulse() as pulse:
    os.kill(os.getpid(), signal.SIGSTOP)  # as on a machine that gives all of this process no processor
print(pulse.longest > 0.5)
"""


def test_work_of_this_process_is_no_stand_still():
    ended = time.thread_time() + 0.3
    with Pulse() as pulse:
        begun = time.monotonic()
        while time.thread_time() < ended:
            pass
        passed = time.monotonic() - begun
    assert 0 < pulse.longest < passed, "it beats between"
    assert "pulse" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="stops a process by a signal")
def test_a_stand_still_is_as_long_as_it_was():
    with subprocess.Popen([sys.executable, "-c", STANDS_STILL], stdout=subprocess.PIPE, text=True) as child:
        _, status = os.waitpid(child.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        select.select([], [], [], 0.6)
        child.send_signal(signal.SIGCONT)
        said, _ = child.communicate()
    assert said == "True\n"
