"""What a server pays for connections that it holds: memory and threads, measured in a process of its own."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from labkit.background.processes import Process
from labkit.drawing.tables import aligned
from labkit.words import say

WARM = 20  # connections before the count begins: what a program takes once is no connection's
STEPS = 10
MOST = 1000
SPARE = 100  # descriptors for all else
PATIENCE_S = 30
_PAGES = "/proc/self/statm"  # proc(5): its second number is how many pages are resident


class Held(NamedTuple):
    """What a server took for so many connections: a value for each step.

    connections   how many it holds; each has asked once and was answered
    megabytes     resident memory that it has gained, in millions of bytes
    threads       how many it has
    """

    connections: tuple[int, ...]
    megabytes: tuple[float, ...]
    threads: tuple[int, ...]


class Holding(dict[str, Held]):
    """What each server took, by its name; as text a table, the least memory first."""

    def __repr__(self) -> str:
        servers = sorted(self.items(), key=lambda server: server[1].megabytes[-1])
        rows = [
            [name, str(held.connections[-1]), str(held.threads[-1] - held.threads[0])]
            for name, held in servers
        ]
        return "\n".join(
            aligned([[say("least memory first"), say("connections"), say("threads gained")], *rows], (1, 2))
        )


def holds(ways: Iterable[Callable[..., Any]], connections: int = MOST) -> Holding:
    """The same for several servers, one after the other: see `hold`."""
    return Holding({way.__name__: hold(way, connections) for way in ways})


def hold(way: Callable[..., Any], connections: int = MOST) -> Held:
    """What way(listener), a server, takes for up to so many connections that it holds, from 10 to 1,000.

    It runs in a process of its own, on the machine's loopback; the clients are in that process, too, and so are their
    descriptors.  Raises ValueError for other numbers and where the machine gives a process too few descriptors, and
    ProgramError for what the server raises.
    """
    if not STEPS <= connections <= MOST:
        raise ValueError(
            say("hold from {least} to {most:,} connections (got {n})", least=STEPS, most=MOST, n=connections)
        )
    import resource  # not on Windows, where there is no such limit of a process

    need, most = 2 * (connections + WARM) + SPARE, resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if most != resource.RLIM_INFINITY and most < need:
        raise ValueError(
            say(
                "{n:,} connections need {need:,} descriptors, and this machine gives a process {most:,} (ulimit -Hn);"
                " hold fewer",
                n=connections,
                need=need,
                most=most,
            )
        )
    with Process(_weigh, way, connections, need) as process:
        process.wait(PATIENCE_S)
        return Held(*map(tuple, zip(*json.loads(process.output), strict=True)))


def _weigh(way: Callable[..., Any], connections: int, descriptors: int) -> None:
    """Serve, connect, and print what has been gained; the process ends while its server still serves."""
    import resource

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, hard))
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    address = listener.getsockname()
    threading.Thread(target=_run, args=[way, listener], daemon=True).start()
    held = [_connected(address) for _ in range(WARM)]
    before, threads = _resident(), threading.active_count()
    rows = [(0, 0.0, threads)]
    for step in range(1, STEPS + 1):
        upto = WARM + connections * step // STEPS
        while len(held) < upto:
            held.append(_connected(address))
        rows.append((upto - WARM, (_resident() - before) / 1e6, threading.active_count()))
    print(json.dumps(rows), flush=True)
    os._exit(0)


def _run(way: Callable[..., Any], listener: socket.socket) -> None:
    result = way(listener)
    if result is not None:
        import asyncio

        asyncio.run(result)


def _connected(address: tuple[str, int]) -> socket.socket:
    """A client that was answered: what serves it is there."""
    sock = socket.create_connection(address, timeout=PATIENCE_S)
    sock.sendall(b"hello")
    if sock.recv(100) != b"hello":
        raise RuntimeError(say("the server did not send back what it got"))
    return sock


def _resident() -> int:
    with open(_PAGES) as pages:
        return int(pages.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
