"""The ladder's messages read by asyncio's BufferedProtocol, on its own event loop or on uvloop's."""

from __future__ import annotations

import asyncio
import importlib.util
import socket
import struct
from collections.abc import Callable
from typing import Any

SIZE = 128  # bytes of a message, with its length


class Unpacking(asyncio.BufferedProtocol):
    """Reads so many messages: the loop asks for a buffer, receives into it, and says how much came."""

    def __init__(self, n: int) -> None:
        self.room, self.held, self.n = memoryview(bytearray(65_536)), 0, n
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def get_buffer(self, sizehint: int) -> memoryview:
        return self.room[self.held :]

    def buffer_updated(self, came: int) -> None:
        self.held += came
        whole = self.held - self.held % SIZE
        for _size, _payload in struct.iter_unpack("!I124s", self.room[:whole]):
            self.n -= 1
        self.room[: self.held - whole] = self.room[whole : self.held]
        self.held -= whole
        if not self.n:
            self.done.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or EOFError())


def by_asyncio(sock: socket.socket, n: int) -> None:
    """Read n messages on asyncio's event loop."""
    _read(sock, n, None)


def by_uvloop(sock: socket.socket, n: int) -> None:
    """The same on uvloop's."""
    _read(sock, n, importlib.import_module("uvloop").new_event_loop)


def loops() -> dict[str, Any]:
    """{name: reader}, of those whose loop is installed here."""
    found: dict[str, Any] = {"asyncio": by_asyncio}
    if importlib.util.find_spec("uvloop"):
        found["uvloop"] = by_uvloop
    return found


def _read(sock: socket.socket, n: int, new_loop: Callable[[], asyncio.AbstractEventLoop] | None) -> None:
    async def receive() -> None:
        loop = asyncio.get_running_loop()
        transport, protocol = await loop.create_connection(lambda: Unpacking(n), sock=sock)
        try:
            await protocol.done
        finally:
            transport.close()

    sock.setblocking(False)
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(receive())
