"""The clients of the exercise attend, and the loop that serves them."""

from __future__ import annotations

import select
from collections.abc import Callable
from selectors import DefaultSelector
from typing import Any

from labkit.learn.kit.tale import Running, Tale
from labkit.lessons.many.looping import never_waiting
from labkit.sockets.small import limit, listening

PORT = 8080
BUFFERS = 20_000
# More than BUFFERS let a send() take: who has waited finds so much to receive that a send() of it takes a part.
QUEUE = 100_000
PATIENCE_S = 1.0
IDLE_S = 0.2
SHOWN = "attend(selector, conn, owed, events)"


class Counted(DefaultSelector):
    """A selector that counts how often it has returned."""

    def __init__(self) -> None:
        super().__init__()
        self.returned = 0

    def select(self, timeout: float | None = None) -> list[Any]:
        """As DefaultSelector has it."""
        ready = super().select(timeout)
        self.returned += 1
        return ready


class Callers:
    """The clients of the story, and the loop that serves them."""

    def __init__(self, tale: Tale, attend: Callable[..., Any]) -> None:
        self.tale = tale
        self.net = tale.network("client", "server")
        self.listener = tale.keep(listening(self.net.server, PORT, send=BUFFERS, receive=QUEUE))
        self.selector = Counted()
        self.came = b""
        self.running: Running = tale.start(never_waiting, self.listener, attend, self.selector, shown=SHOWN)

    def connect(self) -> Any:
        """One more client."""
        sock = self.tale.keep(self.net.client.socket())
        limit(sock, send=BUFFERS, receive=BUFFERS)
        sock.settimeout(PATIENCE_S)
        sock.connect((self.net.server.address, PORT))
        return sock

    def full(self, sock: Any) -> bool:
        """Has the server's connection to this client no room for more?"""
        try:
            keys = list((self.selector.get_map() or {}).values())
            conns: list[Any] = [key.fileobj for key in keys if key.fileobj is not self.listener]
            (conn,) = (each for each in conns if each.getpeername() == sock.getsockname())
            return not select.select([], [conn], [], 0)[1]
        except (OSError, RuntimeError, ValueError):  # it has closed it, or is doing so now
            return False

    def raised(self) -> None:
        """Something is wrong: end the story with the error of the learner's code, if it has raised one."""
        self.tale.wait(lambda: self.running.done, IDLE_S)
        if self.running.done:
            self.running.finish()

    def echoed(self, sock: Any, question: bytes) -> bool:
        """Ask, and see whether the same comes back within PATIENCE_S; `came` is what did."""
        got = b""
        try:
            sock.sendall(question)
            while len(got) < len(question) and (data := sock.recv(len(question) - len(got))):
                got += data
        except (TimeoutError, ConnectionError):
            pass  # what came is what the caller tells of
        self.came = got
        if got != question:
            self.raised()
        return got == question
