"""Programs beside the notebook: what is typed in a terminal, `labkit on ada@chat -- nc server 4000`, done by a cell."""

from __future__ import annotations

import shutil
import subprocess
import sys
import weakref
from typing import Any

from labkit.modes.mode import current
from labkit.modes.needs import INSTEAD, NeedsHosts
from labkit.words import say

PATIENCE_S = 20.0
# For machines that have no nc: what is typed goes out, what comes is printed.
NC = """
import socket, sys
sock = socket.create_connection((sys.argv[1], int(sys.argv[2])))
sock.sendall(sys.stdin.buffer.read())
while data := sock.recv(4096):
    sys.stdout.buffer.write(data)
"""


_spawned: weakref.WeakKeyDictionary[Any, Any] = weakref.WeakKeyDictionary()  # host: its program


def spawn_anew(host: Any, argv: list[str]) -> Any:
    """`host.spawn(argv)`; what an earlier run of the cell has begun so is stopped before."""
    if (earlier := _spawned.get(host)) is not None:
        earlier.stop()
    _spawned[host] = program = host.spawn(argv)
    return program


def number_of(net: Any) -> str:
    """The network's number in `labkit hosts`, which is its own also where two have the same name.

    Raises NeedsHosts in the modes in which no other process can join it.
    """
    if net.number is None:
        mode = current()
        template = (
            "another process joins hosts of their own, which the mode {mode} has not ({why}); {instead}"
        )
        raise NeedsHosts(say(template, mode=mode.name, why=mode.why, instead=INSTEAD))
    return str(net.number)


def in_a_terminal(net: Any, host: str, port: int, typed: str) -> str:
    """Run `nc server PORT` on a host by `labkit on`, type these lines, and give what it printed.

    The last line should make the server close, as BYE does.  Raises CalledProcessError.
    """
    nc = ["nc"] if shutil.which("nc") else [sys.executable, "-c", NC]
    line = [sys.executable, "-m", "labkit", "on", f"{host}@{number_of(net)}", "--", *nc, "server", str(port)]
    done = subprocess.run(line, input=typed, capture_output=True, text=True, timeout=PATIENCE_S, check=True)
    return done.stdout
