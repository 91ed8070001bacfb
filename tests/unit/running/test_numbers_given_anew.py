"""A process's number may be another's as soon as it has been waited for: whoever ends processes ends no other."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from labkit.background import processes
from labkit.network.doors import terminal
from labkit.wire import programs

WAITS = [sys.executable, "-S", "-c", "input()"]


@pytest.fixture
def waiting():
    """A process that waits, in this one's session and network."""
    with subprocess.Popen(WAITS, stdin=subprocess.PIPE) as found:
        yield found
        found.kill()


def test_a_program_that_was_waited_for_is_sent_no_signal(monkeypatch):
    machine = processes._ThisMachine(())
    ended, status = os.pipe()
    null = os.open(os.devnull, os.O_RDWR)
    ends = dict(cwd="/", env={}, stdin=null, stdout=null, stderr=null, status=status)
    pid = machine.spawn(None, [sys.executable, "-S", "-c", ""], **ends)
    assert len(os.read(ended, 4)) == 4
    monkeypatch.setattr(os, "killpg", lambda *given: pytest.fail("that number may be another's"))
    assert machine.signal(pid, 9) is False
    for descriptor in (ended, status, null):
        os.close(descriptor)


def test_a_program_that_runs_is_sent_signals():
    machine = processes._ThisMachine(())
    ended, status = os.pipe()
    theirs, ours = os.pipe()
    null = os.open(os.devnull, os.O_RDWR)
    ends = dict(cwd="/", env={}, stdin=theirs, stdout=null, stderr=null, status=status)
    pid = machine.spawn(None, WAITS, **ends)
    assert machine.signal(pid, 9) is True
    assert os.waitstatus_to_exitcode(int.from_bytes(os.read(ended, 4), "little")) == -9
    for descriptor in (ended, status, theirs, ours, null):
        os.close(descriptor)


def test_of_a_session_nobody_is_killed_who_is_of_another_by_now(waiting):
    programs._kill(waiting.pid, leader=waiting.pid)  # as it was when it was seen there
    waiting.communicate(b"\n", timeout=20)
    assert waiting.returncode == 0
    programs._kill(waiting.pid, leader=waiting.pid)  # it is nobody


def test_who_is_of_the_session_is_killed(waiting):
    programs._kill(waiting.pid, leader=os.getsid(0))
    assert waiting.wait(20) == -9


@pytest.mark.parametrize(("session", "status"), [("its own", -9), ("any", -9), ("another", 0)])
def test_of_a_network_nobody_is_killed_who_is_elsewhere_by_now(waiting, session, status):
    network = os.open("/proc/self/ns/net", os.O_RDONLY)
    wanted = {"its own": os.getsid(0), "any": None, "another": waiting.pid}[session]
    terminal._kill_in(waiting.pid, network, wanted)
    os.close(network)
    if status == 0:
        waiting.stdin.write(b"\n")
        waiting.stdin.close()
    assert waiting.wait(20) == status
