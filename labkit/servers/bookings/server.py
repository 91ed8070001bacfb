"""The server: it hears orders, books them, and says where."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter

from labkit.framing import FramingError, Lines
from labkit.servers.bookings.book import Book, Refused

PIECE = 4096  # bytes that are read at once
LONGEST = 1000  # bytes of a line
REPLY = Lines(encoding="utf-8")
COUNTED = ("connections", "orders", "booked", "again", "refused", "pings", "broken")


class Server:
    """`await Server(book).serve(listener)`, until it is cancelled.

    patience_s: who says nothing for so many seconds, not even PING, is taken for dead.
    counts: connections; broken, of them; orders = booked + again (the same key once more) + refused; pings.
    """

    def __init__(self, book: Book, *, patience_s: float = 60.0) -> None:
        if not patience_s > 0:
            raise ValueError(f"patience_s is a number of seconds above 0 (got {patience_s!r})")
        self.book, self.patience_s = book, patience_s
        self.counts: Counter[str] = Counter()

    async def serve(self, listener: socket.socket) -> None:
        """Serve whoever connects to this listening socket.  Cancelled, it ends all connections at once."""
        clients: set[asyncio.Task[None]] = set()

        async def come(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            clients.add(task)
            try:
                await self._serve(reader, writer)
            except asyncio.CancelledError:
                pass  # the server ends: whoever has no answer asks the next one
            finally:
                writer.transport.abort()
                clients.discard(task)

        server = await asyncio.start_server(come, sock=listener)
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            server.close()
            for task in clients:
                task.cancel()
            if clients:
                await asyncio.wait(clients)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.counts["connections"] += 1
        decoder = Lines(encoding="utf-8", max_size=LONGEST)
        try:
            while True:
                async with asyncio.timeout(self.patience_s):
                    data = await reader.read(PIECE)
                    if not data:
                        break
                    for line in decoder.feed(data):
                        writer.write(REPLY.encode(self.answer(line)))
                    await writer.drain()
        except (OSError, FramingError):  # and TimeoutError: gone, in whichever way
            self.counts["broken"] += 1

    def answer(self, line: str) -> str:
        """What a client says, and what it is told."""
        verb, _, rest = line.partition(" ")
        key, _, text = rest.partition(" ")
        if verb == "PING" and not rest:
            self.counts["pings"] += 1
            return "PONG"
        self.counts["orders"] += 1
        if verb != "BOOK" or not key or not text or not line.isprintable():
            self.counts["refused"] += 1
            return f"NO {key or '-'} I know BOOK key text, and PING"
        before = len(self.book)
        try:
            number = self.book.book(key, text)
        except Refused as reason:
            self.counts["refused"] += 1
            return f"NO {key} {reason}"
        self.counts["booked" if len(self.book) > before else "again"] += 1
        return f"BOOKED {key} {number}"
