"""The tests' own network: what runs in it outlives nobody."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from browser import alone

ALONE = [sys.executable, alone.__file__]


def test_what_runs_in_the_network_ends_with_its_owner():
    holder = subprocess.Popen([*ALONE, "hold"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "ready\n"
    theirs = f"/proc/{holder.pid}/ns/net"
    left = subprocess.Popen([*ALONE, "join", str(holder.pid), "sleep", "1000"])
    deadline = time.monotonic() + 20
    while not os.path.samefile(f"/proc/{left.pid}/ns/net", theirs):
        assert time.monotonic() < deadline, "it has not joined"
        time.sleep(0.01)
    holder.stdin.close()  # as the kernel does when the tests' process is killed
    assert left.wait(timeout=20) == -signal.SIGKILL
    assert holder.wait(timeout=20) == 0
    holder.stdout.close()
