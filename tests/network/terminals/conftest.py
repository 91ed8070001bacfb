"""A network that runs in a process of its own, and the `labkit` command in another, both as one user."""

from __future__ import annotations

import subprocess
import sys

import pytest
from limits import command, why_not

from bench.lab import gone
from labkit.course.nbval.machine import need_hosts

HOLD = """
import sys
from labkit import Network
with Network({hosts}) as net:
    net.server.start(lambda conn: conn.sendall(conn.recv(100)), port=7)
    print(net._core.client.pid, flush=True)
    sys.stdin.read()
"""

# A command of the same user, in the user namespace that the network's owner is in.
BESIDE = """
import ctypes, os, sys
users = os.open(f"/proc/{sys.argv[1]}/ns/user", os.O_RDONLY)
if ctypes.CDLL(None).setns(users, 0x10000000):
    sys.exit("no way into the user namespace")
os.execv(sys.argv[2], sys.argv[2:])
"""


class Elsewhere:
    """A network of `client` and `server` (which echoes on port 7) in another process.

    hosts     they, and whatever else the network is made of
    helper    the pid of its wire's process
    owner     the process that made it, a Popen
    """

    def __init__(self, ordinary: bool, hosts: str) -> None:
        self._ordinary = ordinary
        hold = [sys.executable, "-c", HOLD.format(hosts=hosts)]
        self.owner = subprocess.Popen(
            command(hold, namespaces=True) if ordinary else hold,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.helper = int(self.owner.stdout.readline())

    def labkit(self, *words):
        """The command line of `labkit`, as the user whose network it is."""
        return self.python("-m", "labkit", *map(str, words))

    def python(self, *words):
        """The command line of another Python, as that user."""
        line = [sys.executable, *words]
        return [sys.executable, "-c", BESIDE, str(self.owner.pid), *line] if self._ordinary else line

    def on(self, host, *program, **options):
        """The end of `labkit on HOST -- PROGRAM`."""
        line = self.labkit("on", f"{host}@{self.helper}", "--", *program)
        options = {"stdin": subprocess.DEVNULL} | options if "input" not in options else options
        return subprocess.run(line, capture_output=True, text=True, timeout=60, **options)

    def end(self):
        """End the owner, and the network with it."""
        self.owner.communicate("")
        assert gone([self.helper])


@pytest.fixture(params=["as we are", "ordinary"])
def elsewhere(request):
    """An `Elsewhere`, as the user that runs the tests and as one who may do less."""
    yield from _elsewhere(request.param, '"client", "server"')


@pytest.fixture(params=["as we are", "ordinary"])
def several(request):
    """The same, over a router between two segments, `lan` and `wan`."""
    yield from _elsewhere(
        request.param,
        'lan=["client", "printer", "router"], wan=["router", "server"], mtu={"wan": 1400}, delay_ms=1',
    )


def _elsewhere(whose, hosts):
    need_hosts()
    if whose == "ordinary" and (why := why_not()):
        pytest.skip(why)
    made = Elsewhere(whose == "ordinary", hosts)
    yield made
    made.end()
