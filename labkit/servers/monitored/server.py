"""The server: it accepts, serves each client within the limits, and ends without losing what it has read."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Awaitable, Callable

from labkit.servers.monitored.accepting import Accepting
from labkit.servers.monitored.bucket import Buckets
from labkit.servers.monitored.connection import REPLY, Connection
from labkit.servers.monitored.farewell import Farewells
from labkit.servers.monitored.limits import Limits
from labkit.servers.monitored.log import Log, to_nobody
from labkit.servers.monitored.requests import Request, answer
from labkit.servers.monitored.statistics import Statistics

STATUSES = 16  # of those who ask for the statistics, at the same time
Client = tuple[str, int]
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter, Client], Awaitable[None]]


class Server:
    """`await server.serve(listener)` until `server.stop()`.

    answer: awaited with each Request; gives the answer, a line.
    limits: see Limits.
    log: called with each event, and what is known of it.
    generation: how many processes have had the listening socket, with this one.
    statistics: what happened so far.
    """

    def __init__(
        self,
        answer: Callable[[Request], Awaitable[str]] = answer,
        limits: Limits | None = None,
        *,
        log: Log = to_nobody,
        generation: int = 1,
    ) -> None:
        self.answer, self.limits, self.log = answer, limits or Limits(), log
        self.clock = time.monotonic
        self.statistics = Statistics(generation)
        self.buckets = Buckets(self.limits.rate, self.limits.burst)
        self._farewells = Farewells(self.limits.connections)
        self._told = Farewells(STATUSES)  # of their own: a crowd at the door must not hide the numbers
        self._connections: set[Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self._handed_over = False
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def is_stopping(self) -> bool:
        """Does it wait for no more requests?"""
        return self._stopping.is_set()

    async def serve(self, listener: socket.socket, status: socket.socket | None = None) -> None:
        """Serve whoever connects to *listener*, and tell whoever connects to *status* the statistics, until stop().

        Both sockets are closed at the end.
        """
        self._loop = asyncio.get_running_loop()
        accepting = [Accepting(listener, self._talker(self._serve), self.log)]
        if status is not None:
            accepting.append(Accepting(status, self._talker(self._tell), self.log))
        self.log("start", generation=self.statistics.generation)
        try:
            await self._stopping.wait()
            self.log("drain", active=self.statistics.active, waiting=self.statistics.waiting)
            accepting.pop(0).end(take_the_rest=not self._handed_over)
            for connection in self._connections:
                connection.stop()
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=self.limits.grace)
        finally:
            self._loop = None
            for each in accepting:
                each.end()
            for task in self._tasks:
                task.cancel()
            if self._tasks:
                await asyncio.wait(self._tasks)
            self.log("stop", **self.statistics.outcomes)

    def stop(self, handed_over: bool = False) -> None:
        """End it, from any thread or a signal's handler; handed_over: another process has the listening socket."""
        self._handed_over = self._handed_over or handed_over
        if (loop := self._loop) is None:  # not begun, or over
            self._stopping.set()
        else:
            with contextlib.suppress(RuntimeError):  # it is over meanwhile, and the loop closed
                loop.call_soon_threadsafe(self._stopping.set)

    def _talker(self, talk: Talk) -> Callable[[socket.socket, Client], None]:
        """A function that begins a task for a connection."""

        async def with_streams(sock: socket.socket, client: Client) -> None:
            with sock:
                reader, writer = await asyncio.open_connection(sock=sock)
                try:
                    await talk(reader, writer, client)
                finally:
                    writer.transport.abort()

        def begin(sock: socket.socket, client: Client) -> None:
            task = asyncio.create_task(with_streams(sock, client))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        return begin

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, client: Client
    ) -> None:
        connection = Connection(self, reader, writer, client)
        self._connections.add(connection)
        try:
            words = await connection.serve()
        finally:
            self._connections.discard(connection)
        if words:
            await self._farewells.say(reader, writer, REPLY.encode(f"BYE {words}"))

    async def _tell(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, client: Client) -> None:
        await self._told.say(reader, writer, self.statistics.text().encode())
