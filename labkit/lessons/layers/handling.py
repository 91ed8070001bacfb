"""What the lesson's exercises have in common: a learner's coroutine that handles one connection of a host's."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from typing import Any

from labkit.learn.kit.tale import Running, Tale
from labkit.sockets.small import limit, listening
from labkit.words import say

PATIENCE_S = 1.0
LATE_S = 4.0  # a handler that has not ended by then is cancelled, so that the check can end
SMALL = 65536  # the kernel's buffers: else between programs of one machine they would hold all that an exercise sends


class Handled:
    """A connection that a learner's coroutine handles in a thread of its own: `caller` is the other end."""

    def __init__(self, tale: Tale, net: Any, handler: Callable[..., Any], shown: str) -> None:
        self.tale, self.shown = tale, shown
        self.writer: Any = None
        self.closed = False
        self.taken = 0  # bytes that the event loop has read
        client, server = net.hosts
        listener = tale.keep(listening(server, 8080, send=SMALL))
        self.caller = tale.keep(client.socket())
        limit(self.caller, receive=SMALL)
        self.caller.settimeout(PATIENCE_S)
        self.caller.connect((server.address, 8080))
        self.conn = tale.keep(listener.accept()[0])
        listener.close()  # the next connection of the story has a listener of its own on this port
        self.running: Running = tale.start(self._run, handler, shown=shown)

    def _run(self, handler: Callable[..., Any]) -> str:
        import asyncio

        handled = self

        class Counted(asyncio.StreamReader):
            def feed_data(self, data: Any) -> None:  # bytes, or what is like them
                handled.taken += len(data)
                super().feed_data(data)

        async def handle() -> str:
            loop = asyncio.get_running_loop()
            reader = Counted(loop=loop)
            protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
            transport, _ = await loop.create_connection(lambda: protocol, sock=self.conn)
            self.writer = asyncio.StreamWriter(
                transport, protocol, reader, loop
            )  # as open_connection makes them
            try:
                await asyncio.wait_for(handler(reader, self.writer), LATE_S)
                return "returned"
            except TimeoutError:
                return "late"
            finally:
                self.closed = self.writer.transport.is_closing()
                self.writer.transport.abort()

        return asyncio.run(handle())

    def send(self, data: bytes) -> None:
        """The caller sends bytes, unless the handler has ended already: what it raised or left out is told then."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.caller.sendall(data)

    def end(self) -> None:
        """The caller closes its side."""
        with contextlib.suppress(OSError):  # the handler's end was an abort
            self.caller.shutdown(socket.SHUT_WR)

    @property
    def held(self) -> int:
        """How many bytes asyncio holds that the kernel has not taken yet."""
        return self.writer.transport.get_write_buffer_size() if self.writer is not None else 0

    def read(self, length: int) -> bytes:
        """So many bytes of what the handler sends, fewer where no more come within PATIENCE_S."""
        got = bytearray()
        try:
            while len(got) < length and (part := self.caller.recv(min(length - len(got), 1 << 20))):
                got += part
        except TimeoutError:
            pass  # what came is what the story tells of
        except ConnectionResetError:
            pass  # so is the end of it
        return bytes(got)

    def answer(self, wanted: bytes, because: str) -> None:
        """The caller gets this answer, or the story ends with what it got, or with what the handler raised."""
        got = self.read(len(wanted))
        if got == wanted:
            return
        if self.running.done:
            self.running.finish()  # what it raised comes first
        self.caller.close()  # so that the handler ends, too
        self.tale.fail(
            "the client should get {wanted!r}, but got {got!r} within {seconds:g} s:\n{because}",
            wanted=wanted,
            got=got,
            seconds=PATIENCE_S,
            because=say(because),
        )
