"""Slow clients: they hold connections with a byte now and then, and never come to the end of their line."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from threading import Event
from typing import TYPE_CHECKING, Any

from labkit.words import say

if TYPE_CHECKING:
    from labkit.network.host import Host

EVERY_S = 0.05
PATIENCE_S = 10.0


class Slow:
    """So many slow clients on one host.

    held   how many were greeted: each has a place
    sent   how many bytes they have sent, all in all
    """

    def __init__(self, host: Host, port: int, many: int) -> None:
        self.held = self.sent = 0
        self._over = Event()
        self._task = host.background(self._drip, host, port, many)

    def _drip(self, host: Host, port: int, many: int) -> None:
        with contextlib.ExitStack() as held:
            socks: list[Any] = [held.enter_context(host.socket()) for _ in range(many)]
            for sock in socks:
                sock.settimeout(PATIENCE_S)
                sock.connect(("server", port))
            for sock in socks:
                self.held += bool(sock.recv(100))
            while not self._over.wait(EVERY_S):
                for sock in tuple(socks):
                    try:
                        self.sent += sock.send(b"x")
                    except OSError:  # this one was put out
                        socks.remove(sock)

    def stop(self) -> None:
        """They hang up."""
        self._over.set()
        self._task.result(PATIENCE_S)


@contextlib.contextmanager
def dripping(host: Host, service: Any, many: int) -> Iterator[Slow]:
    """So many slow clients call a service that greets; when all are greeted, they drip while the block lasts."""
    slow = Slow(host, service.port, many)
    try:
        slow._task.wait_until(lambda: slow.held >= many, PATIENCE_S, say("a greeting for each slow client"))
        yield slow
    finally:
        slow.stop()
