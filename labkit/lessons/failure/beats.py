"""Connections with heartbeats of different intervals: on a cable that is cut, and with a server that stands still."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from threading import Event
from time import monotonic, sleep
from typing import Any

PORT = 7
PATIENCE_S = 20.0


class Ponger:
    """A server's handler that answers whatever comes with PONG, unless it stands still."""

    def __init__(self) -> None:
        self._awake = Event()
        self._awake.set()

    def __call__(self, conn: Any) -> None:
        while conn.recv(100):
            self._awake.wait(PATIENCE_S)
            conn.sendall(b"PONG\n")

    @contextlib.contextmanager
    def standing_still(self) -> Iterator[None]:
        """No answer while this lasts, as in a long garbage collection."""
        self._awake.clear()
        try:
            yield
        finally:
            self._awake.set()


@contextlib.contextmanager
def _listening(
    net: Any, listen: Callable[..., Any], intervals: tuple[float, ...], pong: Ponger
) -> Iterator[dict[float, Any]]:
    """A task for each interval, which listens on a connection of its own: {interval: task}."""
    client, server = net.hosts
    with server.start(pong, port=PORT, replace=True), contextlib.ExitStack() as ending:
        tasks = {}
        for interval in intervals:
            sock = ending.enter_context(client.socket())
            sock.connect((server.address, PORT))
            tasks[interval] = client.background(listen, sock, interval)
            ending.callback(tasks[interval].result, PATIENCE_S)
            ending.callback(sock.shutdown, socket.SHUT_RDWR)  # ends what still listens
        yield tasks


def noticed(net: Any, listen: Callable[..., Any], *intervals: float) -> dict[float, float]:
    """Cut the cable under connections with these intervals: {interval: seconds until its listen() gave up}.

    listen: (sock, interval) to the moment at which it gave up.
    """
    with net.capture() as trace, _listening(net, listen, intervals, Ponger()) as tasks:

        def all_alive() -> bool:
            answers = trace.select(source=net.hosts[1].name, data=True, delivered=True)
            return len({answer.dport for answer in answers}) == len(intervals)

        trace.wait_for(all_alive, PATIENCE_S)
        sleep(max(intervals) / 2)  # the one that was heard last is in the middle of its interval
        cut = monotonic()  # before: whoever loses the processor here is no quicker for it
        net.link.cut()
        try:
            return {interval: task.result(PATIENCE_S) - cut for interval, task in tasks.items()}
        finally:
            net.link.mend()


def given_up(net: Any, listen: Callable[..., Any], *intervals: float, until: int) -> list[float]:
    """Let the server stand still until the first `until` of these have given up: the intervals of those that have."""
    pong = Ponger()
    with _listening(net, listen, intervals, pong) as tasks:
        with pong.standing_still():
            for interval in intervals[:until]:
                tasks[interval].result(PATIENCE_S)
        return [interval for interval, task in tasks.items() if task.done]
