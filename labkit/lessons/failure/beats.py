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
CUTS = 5  # of the cable, at most, until one comes while all are at their ease


class Ponger:
    """A server's handler that answers whatever comes with PONG, unless it stands still."""

    def __init__(self) -> None:
        self._awake = Event()
        self._awake.set()

    def __call__(self, conn: Any) -> None:
        with contextlib.suppress(ConnectionError):  # who has given it up may be gone by now: a RST
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
    """A task for each interval, which listens on a connection of its own: {interval: (its port, the task)}."""
    client, server = net.hosts
    with server.start(pong, port=PORT, replace=True), contextlib.ExitStack() as ending:
        tasks = {}
        for interval in intervals:
            sock = ending.enter_context(client.socket())
            sock.connect((server.address, PORT))
            task = client.background(listen, sock, interval)
            tasks[interval] = (sock.getsockname()[1], task)
            ending.callback(task.result, PATIENCE_S)
            ending.callback(sock.shutdown, socket.SHUT_RDWR)  # ends what still listens
        yield tasks


def noticed(net: Any, listen: Callable[..., Any], *intervals: float) -> dict[float, float]:
    """Cut the cable under connections with these intervals: {interval: seconds until its listen() gave up}.

    listen: (sock, interval) to the moment at which it gave up.  On a machine that stood still as it was cut, and one of
    them had been waiting for longer than its interval by then, it is done again.
    """
    for _ in range(CUTS):
        after_s, waited = _noticed(net, listen, intervals)
        if all(waited[interval] <= 1.05 * interval for interval in intervals):
            break
    return after_s


def _noticed(
    net: Any, listen: Callable[..., Any], intervals: tuple[float, ...]
) -> tuple[dict[float, float], dict[float, float]]:
    """By interval, in seconds: how long after the cut it was given up, and how long before it the last word came."""
    with net.capture() as trace, _listening(net, listen, intervals, Ponger()) as tasks:

        def last_words() -> dict[int, int]:
            answers = trace.select(source=net.hosts[1].name, data=True, delivered=True)
            return {answer.dport: answer.arrived_ns for answer in answers}

        trace.wait_for(lambda: len(last_words()) == len(intervals), PATIENCE_S)
        sleep(max(intervals) / 2)  # the one that was heard last is in the middle of its interval
        cut = monotonic()  # before: whoever loses the processor here is no quicker for it
        net.link.cut()
        try:
            after_s = {interval: task.result(PATIENCE_S) - cut for interval, (_, task) in tasks.items()}
        finally:
            net.link.mend()
        heard = last_words()
    return after_s, {interval: cut - heard[port] / 1e9 for interval, (port, _) in tasks.items()}


def given_up(net: Any, listen: Callable[..., Any], *intervals: float, until: int) -> list[float]:
    """Let the server stand still until the first `until` of these have given up: the intervals of those that have."""
    pong = Ponger()
    with _listening(net, listen, intervals, pong) as tasks:
        with pong.standing_still():
            for interval in intervals[:until]:
                tasks[interval][1].result(PATIENCE_S)
        return [interval for interval, (_, task) in tasks.items() if task.done]
