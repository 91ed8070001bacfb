"""A learner's `serve` at work: one connection, on an event loop of its own, and its client."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from typing import Any

from labkit.learn.kit.tale import Running, Tale

PATIENCE_S = 1.0
LATE_S = 4.0  # a serve that has not ended by then is cancelled, so that the check can end
BUFFER = 32_768  # the kernel's, at either end
BLOCK = bytes(60_000)
SHOWN = "serve(reader, writer, session)"


class Counting:
    """A session: to each byte b"a" an answer of 60,000 bytes; b"!" ends it; b"?" is a fault of the server's own."""

    def __init__(self) -> None:
        self.over = False
        self.received = 0

    def receive(self, data: bytes) -> bytes:
        """What is to be sent for these bytes."""
        answers = b""
        for byte in data:
            self.received += 1
            if byte == ord("?"):
                raise KeyError(byte)
            if byte == ord("!"):
                self.over = True
                return answers + b"-ERR\r\n"
            answers += BLOCK if byte == ord("a") else b"+OK\r\n"
        return answers


class Served:
    """A connection that a learner's coroutine serves in a thread of its own: `client` is the other end."""

    def __init__(self, tale: Tale, serve: Callable[..., Any]) -> None:
        self.tale = tale
        self.session = Counting()
        self.writer: Any = None
        self.closed = False
        self.client, self.conn = (tale.keep(end) for end in socket.socketpair())
        for end in (self.client, self.conn):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        self.client.settimeout(PATIENCE_S)
        self.running: Running = tale.start(self._run, serve, shown=SHOWN)

    def _run(self, serve: Callable[..., Any]) -> None:
        import asyncio

        async def run() -> None:
            reader, self.writer = await asyncio.open_connection(sock=self.conn)
            try:
                await asyncio.wait_for(serve(reader, self.writer, self.session), LATE_S)
            finally:
                self.closed = self.writer.transport.is_closing()
                self.writer.transport.abort()
                await asyncio.sleep(0)  # a turn, in which the transport closes its socket

        asyncio.run(run())

    @property
    def held(self) -> int:
        """How many bytes asyncio holds that the kernel has not taken yet."""
        return self.writer.transport.get_write_buffer_size() if self.writer is not None else 0

    def send(self, data: bytes) -> None:
        """The client sends bytes, unless its connection has been ended: what then comes tells."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.client.sendall(data)

    def read(self, length: int) -> bytes:
        """So many bytes, fewer where no more come within PATIENCE_S, or the end comes."""
        got = bytearray()
        with contextlib.suppress(TimeoutError, ConnectionResetError):
            while len(got) < length and (piece := self.client.recv(length - len(got))):
                got += piece
        return bytes(got)

    def ended(self) -> bool:
        """Does the client see the end within PATIENCE_S?"""
        try:
            return self.client.recv(1) == b""
        except TimeoutError:
            return False
        except ConnectionResetError:
            return True

    def raised(self) -> None:
        """Something is wrong: end the story with what the learner's code raised, if it did."""
        self.tale.wait(lambda: self.running.done, 0.2)
        if self.running.done:
            self.running.finish()
        self.client.close()  # so that serve ends, too

    def hung_up(self, when: str) -> None:
        """serve should have returned, and closed the connection."""
        self.running.finish()
        if not self.closed:
            self.tale.fail(
                "{when}: {shown} returned, and the connection stays open:\n"
                "what must happen in any case stands in a `finally`",
                when=when,
                shown=SHOWN,
            )
