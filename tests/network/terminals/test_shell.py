"""`labkit on client` at a terminal: a shell on the host, with keys, jobs and window as in any terminal."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

import pytest

from bench.lab import gone

DEADLINE = 30


class Terminal:
    """What sits before a command, as a terminal's window does: it types and reads.

    pid   of the command
    """

    def __init__(self, line, **environment):
        self.said = ""
        self.ours, slave = pty.openpty()
        self.before = termios.tcgetattr(slave)
        self.resize(24, 80)
        self.pid = os.fork()
        if self.pid == 0:
            with contextlib.suppress(OSError):
                os.setsid()
                fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
                for number in range(3):
                    os.dup2(slave, number)
                os.execve(line[0], line, {**os.environ, "SHELL": "/bin/sh", **environment})
            os._exit(99)
        self.slave = slave

    def resize(self, rows, columns):
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))

    def type(self, keys):
        os.write(self.ours, keys.encode())

    def wait_for(self, pattern):
        """Read until what was printed since the last time has a match; returns that."""
        deadline = time.monotonic() + DEADLINE
        while not (match := re.search(pattern, self.said)):
            left = deadline - time.monotonic()
            assert left > 0 and select.select([self.ours], [], [], left)[0], self.said
            self.said += os.read(self.ours, 4096).decode()
        self.said = self.said[match.end() :]
        return match

    def end(self):
        """The command's status, when it has ended."""
        deadline = time.monotonic() + DEADLINE
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            assert time.monotonic() < deadline, "it has not ended"
            if select.select([self.ours], [], [], 0.01)[0]:
                self.said += os.read(self.ours, 4096).decode()

    def close(self):
        os.close(self.ours)
        os.close(self.slave)


@pytest.fixture
def shell(elsewhere):
    """A shell on the host "client"."""
    with contextlib.closing(Terminal(elsewhere.labkit("on", f"client@{elsewhere.helper}"))) as terminal:
        terminal.wait_for(r"client\$ ")
        yield terminal


def test_a_shell_on_the_host(shell):
    shell.type("echo at $(tty) of $(hostname) on $LABKIT_HOST\n")
    shell.wait_for(r"at /dev/pts/\d+ of client on client\r\n")
    shell.type("exit 7\n")
    assert shell.end() == 7
    assert termios.tcgetattr(shell.slave) == shell.before


def test_what_is_typed_ahead_arrives(elsewhere):
    with contextlib.closing(Terminal(elsewhere.labkit("on", f"client@{elsewhere.helper}"))) as terminal:
        terminal.type("exit 6\n")
        assert terminal.end() == 6


def test_the_window_changes_and_the_shell_knows(shell):
    shell.type("stty size\n")
    shell.wait_for(r"24 80\r\n")
    shell.resize(33, 99)
    shell.type("stty size\n")
    shell.wait_for(r"33 99\r\n")
    shell.type("exit\n")
    assert shell.end() == 0


# The window changes when the program's terminal is there, and nobody hears of signals yet.
RESIZED = """
import fcntl, struct, sys, termios
from labkit.network.doors import command, terminal
pair = terminal._pair
def resized():
    made = pair()
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("4H", 33, 99, 0, 0))
    return made
terminal._pair = resized
sys.exit(command.on(sys.argv[1], ["stty", "size"]))
"""


def test_a_window_that_changes_as_a_program_begins(elsewhere):
    line = elsewhere.python("-c", RESIZED, f"client@{elsewhere.helper}")
    with contextlib.closing(Terminal(line)) as terminal:
        terminal.wait_for(r"33 99\r\n")
        assert terminal.end() == 0


def test_ctrl_c_reaches_the_program_and_the_shell_goes_on(shell):
    shell.type("sh -c 'echo begun; exec sleep 1000'\n")
    shell.wait_for(r"begun\r\n")
    shell.type("\x03")
    shell.wait_for(r"client\$ ")
    shell.type("echo status $?\n")
    shell.wait_for(r"status 130\r\n")
    shell.type("\x04")  # Ctrl-D: the end of what is typed
    assert shell.end() == 0


def test_much_that_is_pasted_arrives(shell):
    shell.type("wc -c\n")
    shell.wait_for("wc -c\r\n")
    for _ in range(50):
        shell.type("x" * 999 + "\n")
        shell.wait_for("x\r\n")
    shell.type("\x04")
    shell.wait_for(r"50000\r\n")
    shell.type("exit\n")
    assert shell.end() == 0


def test_a_program_at_a_terminal(elsewhere):
    program = ["sh", "-c", "echo on $(hostname); test -t 0 && test -t 1 && test -t 2; exit $?"]
    line = elsewhere.labkit("on", f"server@{elsewhere.helper}", "--", *program)
    with contextlib.closing(Terminal(line)) as terminal:
        assert terminal.end() == 0
        terminal.wait_for("on server\r\n")


def test_its_last_words_are_printed(elsewhere):
    line = elsewhere.labkit("on", f"client@{elsewhere.helper}", "--", "seq", "20000")
    with contextlib.closing(Terminal(line)) as terminal:
        terminal.wait_for("20000\r\n")
        assert terminal.end() == 0


@pytest.mark.parametrize("what", ["the terminal", "its window", "the helper"])
def test_killed_it_leaves_no_job_behind(elsewhere, what):
    killed = []
    for _ in range(10 if what != "the helper" else 1):
        terminal = Terminal(elsewhere.labkit("on", f"client@{elsewhere.helper}"), SHELL="/bin/bash")
        terminal.wait_for(r"\$ |# ")
        terminal.type("set -m; sleep 1000 & sh -c 'echo job $$; exec sleep 1000' & wait\n")
        killed.append(int(terminal.wait_for(r"job (\d+)\r\n")[1]))
        if what == "its window":
            terminal.close()
            os.waitpid(terminal.pid, 0)
            continue
        os.kill(terminal.pid if what == "the terminal" else elsewhere.helper, signal.SIGKILL)
        assert terminal.end() == (-9 if what == "the terminal" else 137)
        terminal.close()
    assert gone(killed)
