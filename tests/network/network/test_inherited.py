"""What the notebook's process ignores, blocks and is limited to is not the helper's; a helper short of room says so."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys

import pytest

from bench.lab import gone
from labkit import Network

BEGIN = """
import os, resource, signal, sys
from labkit import Network
"""

WORK = """
client, server = net.hosts
assert client.run(["echo", "hello"]).stdout == "hello\\n"
assert client.run(["false"]).returncode == 1
for _ in range(3):
    program = client.spawn(["sleep", "1000"])
    program.stop(20)
    assert program.returncode == -signal.SIGTERM, program
left = client.run(["sh", "-c", "sleep 0.01 & echo left"])
assert left.stdout == "left\\n" and left.returncode == 0
with client.socket() as sock, net.capture():
    sock.bind((client.address, 0))
children = f"/proc/{net._core.client.pid}/task/{net._core.client.pid}/children"
while open(children).read():
    client.run(["true"])
print(net._core.client.pid)
net.close()
"""

IGNORED = "signal.signal(signal.SIGCHLD, signal.SIG_IGN)"
REAPED = """
def reap(*_):
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
signal.signal(signal.SIGCHLD, reap)
"""
ALL_IGNORED = """
for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP, signal.SIGINT, 32, 33}:
    signal.signal(number, signal.SIG_IGN)
"""
BLOCKED = "signal.pthread_sigmask(signal.SIG_SETMASK, signal.valid_signals())"
FEW_FILES = "resource.setrlimit(resource.RLIMIT_NOFILE, (16, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))"
SMALL_FILES = (
    "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))"
)


def run(script):
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return done.stdout


MADE = 'net = Network("client", "server")\n'


@pytest.mark.parametrize(
    "setting",
    [
        pytest.param(IGNORED, id="SIGCHLD ignored"),
        pytest.param(REAPED, id="children reaped"),
        pytest.param(ALL_IGNORED, id="all ignored"),
        pytest.param(BLOCKED, id="all blocked"),
        pytest.param(FEW_FILES, id="16 open files"),
        pytest.param(SMALL_FILES, id="small files"),
    ],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_it_works_whatever_its_owner_ignores_blocks_and_is_limited_to(setting, when):
    order = (setting + "\n", MADE) if when == "before" else (MADE, setting + "\n")
    assert gone([int(run("".join([BEGIN, *order, WORK])))])


def numbers(said: list[str], name: str) -> set[int]:
    """The signals in a mask of /proc/PID/status, but for those that the C library keeps to itself: whoever began us may
    have left these ignored, and no program can set them through it (signal(7))."""
    mask = int(said[said.index(name) + 1], 16)
    return {number for number in signal.valid_signals() if mask >> (number - 1) & 1}


def test_the_helper_itself_ignores_and_blocks_nothing_and_has_what_is_allowed():
    said = run(
        "\n".join(
            [
                BEGIN,
                ALL_IGNORED,
                BLOCKED,
                FEW_FILES,
                MADE,
                """
with open(f"/proc/{net._core.client.pid}/status") as file:
    print("".join(line for line in file if line.startswith(("SigIgn", "SigBlk"))))
print(*resource.prlimit(net._core.client.pid, resource.RLIMIT_NOFILE))
net.close()
""",
            ]
        )
    ).split()
    assert numbers(said, "SigBlk:") == set()
    assert numbers(said, "SigIgn:") == {
        signal.SIGINT,  # Ctrl-C is for the notebook
        signal.SIGPIPE,
        signal.SIGXFSZ,
    }
    assert said[-2] == said[-1]


def test_programs_have_the_limits_of_the_notebook_and_take_every_signal():
    said = run(
        "\n".join(
            [
                BEGIN,
                ALL_IGNORED,
                "resource.setrlimit(resource.RLIMIT_NOFILE, (77, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))",
                MADE,
                """
print(net.client.run(["sh", "-c", "ulimit -Sn; grep -E 'SigIgn|SigBlk' /proc/self/status"]).stdout)
net.close()
""",
            ]
        )
    ).split()
    assert said[0] == "77"
    assert numbers(said, "SigBlk:") == numbers(said, "SigIgn:") == set()


# -- a helper that is short of descriptors


NONE = -1


@pytest.fixture
def net(network):
    """One that nobody looks into from elsewhere: the helper's descriptors are counted."""
    return network(private=True)


@pytest.fixture
def short(net):
    """limit(n): let the helper have some n descriptors more than it holds; NONE: none; None: as before."""
    helper = net._core.client.pid
    before = resource.prlimit(helper, resource.RLIMIT_NOFILE)

    def held():
        net._core.catch_up()  # it closes what it has handed over once it has answered, and before it answers again
        return len(os.listdir(f"/proc/{helper}/fd"))

    def limit(more):
        number = before[0] if more is None else 3 if more == NONE else held() + more
        resource.prlimit(helper, resource.RLIMIT_NOFILE, (number, before[1]))

    limit.held = held
    return limit


ASKS = {
    "spawn": lambda net: net.client.spawn(["sleep", "1000"]).stop(),
    "run": lambda net: net.client.run(["true"]),
    "socket": lambda net: net.client.socket().close(),
    "sockets": lambda net: net.client.sockets(),
    "sysctl": lambda net: net.client.sysctl("net.ipv4.tcp_sack"),
    "watch": lambda net: net._core.watch().close(),
    "capture": lambda net: net.capture().stop(),
}


@pytest.mark.parametrize("more", range(NONE, 6))
@pytest.mark.parametrize("ask", ASKS)
def test_it_says_that_it_has_no_room_and_goes_on_when_it_has(net, short, ask, more):
    net.client.run(["true"])  # with the first comes one descriptor for all of the host's: their mounts
    held = short.held()
    short(more)
    for _ in range(20):
        try:
            ASKS[ask](net)
        except OSError as error:
            assert error.errno == errno.EMFILE
            assert "in the wire's process: stop programs" in str(error)
        else:
            assert more != NONE
    assert short.held() == held
    short(None)
    ASKS[ask](net)
    assert net.client.run(["echo", "well"]).stdout == "well\n"


def test_programs_up_to_the_last_descriptor_and_again(net, short):
    net.client.run(["true"])  # with the first comes one descriptor for all of the host's: their mounts
    short(9)
    for _ in range(3):
        programs = []
        with pytest.raises(OSError, match="Too many open files"):
            while True:
                programs.append(net.client.spawn(["sleep", "1000"]))
        assert len(programs) == 2  # two each, and six while one is begun
        for program in programs:
            program.stop(20)
            assert program.returncode == -15


def test_a_forked_child_is_told_too(net, short):
    def ask():
        try:
            net.client.socket().close()
        except OSError as error:
            return error.errno
        return 0

    reading, writing = os.pipe()
    again, go = os.pipe()
    short(1)  # a line of its own takes two
    pid = os.fork()
    if pid == 0:
        os.write(writing, bytes([ask()]))
        os.read(again, 1)
        os.write(writing, bytes([ask()]))
        os._exit(0)
    assert os.read(reading, 1) == bytes([errno.EMFILE])
    short(None)
    os.write(go, b".")
    assert os.read(reading, 1) == b"\0"
    os.waitpid(pid, 0)
    for descriptor in (reading, writing, again, go):
        os.close(descriptor)


def test_its_end_takes_no_descriptor():
    net = Network("client", "server")
    helper = net._core.client.pid
    program = net.client.spawn(["sh", "-c", "sleep 1000 & sleep 1000 & wait"])
    with open(f"/proc/{program.pid}/task/{program.pid}/children") as file:
        family = [program.pid, *map(int, file.read().split())]
    resource.prlimit(helper, resource.RLIMIT_NOFILE, (3, 3))
    net.close()
    assert gone([helper, *family])
