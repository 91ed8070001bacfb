"""What the lesson's exercises have in common: a learner's coroutine that handles one connection of a host's."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from labkit.learn.kit.tale import Running, Tale
from labkit.running.coroutines import cancel_all
from labkit.running.threads import Stoppable, through
from labkit.sockets.small import limit, listening
from labkit.words import say

if TYPE_CHECKING:
    import asyncio

SMALLEST = 4096  # for answers of a few bytes
PATIENCE_S = 1.0
LATE_S = 4.0  # a handler that has not ended by then is cancelled, so that the check can end
SMALL = 65536  # the kernel's buffers: else between programs of one machine they would hold all that an exercise sends


def _connected(tale: Tale, net: Any) -> tuple[Any, Any]:
    client, server = net.hosts
    listener = tale.keep(listening(server, 8080, send=SMALL))
    caller = tale.keep(client.socket())
    limit(caller, receive=SMALL)
    caller.settimeout(PATIENCE_S)
    caller.connect((server.address, 8080))
    conn = tale.keep(listener.accept()[0])
    listener.close()  # the next connection of the story has a listener of its own on this port
    return caller, conn


def _pair(tale: Tale) -> tuple[Any, Any]:
    caller, conn = (tale.keep(end) for end in socket.socketpair())
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALLEST)
    return caller, conn


class Handled:
    """A connection that a learner's coroutine handles in a thread of its own: `caller` is the other end.

    Without a network the two are in the kernel alone: there much that is small comes at once.
    """

    def __init__(
        self,
        tale: Tale,
        net: Any,
        handler: Callable[..., Any],
        shown: str,
        late_s: float = LATE_S,
    ) -> None:
        self.tale, self.shown, self.late_s = tale, shown, late_s
        self.writer: Any = None
        self.closed = False
        self.taken = 0  # bytes that the event loop has read
        self.forgotten = 0  # calls of drain() that nobody has begun to wait for
        self.caller, self.conn = _connected(tale, net) if net is not None else _pair(tale)
        self.caller.settimeout(PATIENCE_S)
        self.running: Running = tale.start(self._run, handler, shown=shown)

    def _run(self, handler: Callable[..., Any]) -> str:
        import asyncio

        handled = self

        # Named as what they stand for: an AttributeError tells a learner the class.
        class StreamReader(asyncio.StreamReader):
            def feed_data(self, data: Any) -> None:  # bytes, or what is like them
                handled.taken += len(data)
                super().feed_data(data)

        class StreamWriter(asyncio.StreamWriter):
            def drain(self) -> Coroutine[Any, Any, None]:
                handled.forgotten += 1
                return self._drain()

            async def _drain(self) -> None:
                handled.forgotten -= 1
                await super().drain()

            _drain.__qualname__ = "StreamWriter.drain"  # as Python's own warning calls it

        async def handle() -> str:
            reader = StreamReader(loop=loop)
            protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
            transport, _ = await loop.create_connection(lambda: protocol, sock=self.conn)
            self.writer = StreamWriter(transport, protocol, reader, loop)  # as open_connection makes them
            try:
                await asyncio.wait_for(handler(reader, self.writer), self.late_s)
                return "returned"
            except TimeoutError:
                return "late"
            finally:
                self.closed = self.writer.transport.is_closing()

        loop = asyncio.new_event_loop()
        try:
            return loop.run_until_complete(handle())
        finally:
            through(partial(self._take_down, loop))

    def _take_down(self, loop: asyncio.AbstractEventLoop) -> None:
        """As asyncio.run() does, but whole: interrupted, as what blocks the loop is, it would leave the socket open."""
        thread = threading.current_thread()
        if isinstance(thread, Stoppable):
            thread.spare(LATE_S)
        if loop.is_closed():
            return
        if self.writer is not None:
            self.writer.transport.abort()
        cancel_all(loop, PATIENCE_S)
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    def send(self, data: bytes) -> None:
        """The caller sends bytes, unless the handler has ended already: what it raised or left out is told then."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.caller.sendall(data)

    def taken_at_once(self, data: memoryview) -> int:
        """The caller sends what the kernel has room for: how many of these bytes."""
        self.caller.settimeout(0)
        try:
            return self.caller.send(data) if data else 0
        except OSError:  # no room, or the handler has ended
            return 0
        finally:
            self.caller.settimeout(PATIENCE_S)

    def end(self) -> None:
        """The caller closes its side."""
        with contextlib.suppress(OSError):  # the handler's end was an abort
            self.caller.shutdown(socket.SHUT_WR)

    @property
    def held(self) -> int:
        """How many bytes asyncio holds that the kernel has not taken yet."""
        return self.writer.transport.get_write_buffer_size() if self.writer is not None else 0

    @property
    def unwaited(self) -> str:
        """What to say to who called drain() as a plain function; "" to others."""
        called = say("you called drain() and did not wait for it: await writer.drain()")
        return called if self.forgotten else ""

    def read(self, length: int, meanwhile: Callable[[], Any] = lambda: None) -> bytes:
        """So many bytes of what the handler sends, fewer where no more come within PATIENCE_S; before each piece
        *meanwhile()* is called."""
        got = bytearray()
        try:
            while len(got) < length:
                meanwhile()
                if not (part := self.caller.recv(min(length - len(got), 1 << 20))):
                    break
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
