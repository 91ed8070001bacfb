"""The server: it listens, serves each client, and ends without losing what it has confirmed."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import Counter
from collections.abc import AsyncIterator

from labkit.servers.chat.client import Client
from labkit.servers.chat.outbox import Outbox
from labkit.servers.chat.room import Room

# What happened so far: of clients and what they said; and of lines for them (see Outbox).
COUNTED = (
    ("clients", "joined", "left", "said", "told", "refused"),
    ("queued", "sent", "missed", "discarded"),
)


class Server:
    """A chat server; `await server.serve(listener)` until `server.stop()`.

    policy: "wait", "drop" or "disconnect", for those who read too slowly (POLICIES).
    limit: lines that may wait for one client.
    longest: bytes of a line that a client may send; a longer one ends its connection.
    grace: seconds that a client has to read the rest, once its connection is to end.
    counts: what happened so far, by the names in COUNTED.
    Raises ValueError for what cannot be.
    """

    def __init__(
        self, policy: str = "disconnect", *, limit: int = 100, longest: int = 1000, grace: float = 5.0
    ) -> None:
        Outbox(limit, policy)  # it knows what makes none
        if longest < 1:
            raise ValueError(f"longest is a number of bytes, 1 or more (got {longest!r})")
        if not grace >= 0:
            raise ValueError(f"grace is a number of seconds, 0 or more (got {grace!r})")
        self.policy, self.limit, self.longest, self.grace = policy, limit, longest, grace
        self.counts: Counter[str] = Counter()
        self.room = Room(self.counts)
        self.taken = asyncio.Event()  # somebody has room again
        self._turn = asyncio.Lock()
        self._clients: dict[Client, asyncio.Task[None]] = {}
        self._stopping = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def serve(self, listener: socket.socket) -> None:
        """Serve whoever connects to this listening socket, until stop(); then let all read to the end."""
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._come, sock=listener)
        try:
            await self._stopping.wait()
            server.close()  # nobody new
            self.room.close()  # nobody is heard any more
            for client in self._clients:
                client.outbox.end("BYE the server stops")
            await self._gone()
        finally:
            self._loop = None
            server.close()
            for task in self._clients.values():  # none, unless we were cancelled
                task.cancel()
            await self._gone()

    async def _gone(self) -> None:
        if self._clients:
            await asyncio.wait(self._clients.values())

    def stop(self) -> None:
        """End it, from any thread or a signal's handler: no more clients, no more commands, then the goodbyes."""
        if (loop := self._loop) is None:  # not begun, or over
            self._stopping.set()
        else:
            with contextlib.suppress(RuntimeError):  # it is over meanwhile, and the loop closed
                loop.call_soon_threadsafe(self._stopping.set)

    @contextlib.asynccontextmanager
    async def turn(self, outbox: Outbox) -> AsyncIterator[None]:
        """One at a time is heard: `async with server.turn(outbox)`, with the outbox of whoever speaks.

        After each the writers have a turn, so that only who really does not read is a slow reader, and not whoever is
        there while a hundred others speak at once.  With the policy "wait" all must have room before.
        """
        await self._until_room(outbox)
        async with self._turn:
            await self._until_room(self.room)
            yield
            await asyncio.sleep(0)

    async def _until_room(self, place: Outbox | Room) -> None:
        while self.policy == "wait" and place.full:
            self.taken.clear()
            await self.taken.wait()

    async def _come(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._stopping.is_set():
            writer.close()
            return
        client = Client(self, reader, writer)
        task = asyncio.current_task()
        assert task is not None
        self._clients[client] = task
        self.counts["clients"] += 1
        try:
            await client.run()
        finally:
            del self._clients[client]
