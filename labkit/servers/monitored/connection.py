"""One client's connection: its requests, one after another, within the limits, and each of them accounted for."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from labkit.framing import FramingError, Lines
from labkit.servers.monitored.requests import Refused, understand

if TYPE_CHECKING:
    from labkit.servers.monitored.server import Server

PIECE = 4096  # bytes that are read at once
FIRST_S = 1.0  # so long may whoever has just come take for a first request, when the server stops
REPLY = Lines(encoding="utf-8")


class Ended(Exception):
    """The connection ends, for one of statistics.REASONS; words: what its client is told, "" for nothing."""

    def __init__(self, reason: str, words: str = "") -> None:
        super().__init__(reason)
        self.reason, self.words = reason, words


class Connection:
    """`await connection.serve()`, to its end; client: its address and port."""

    def __init__(
        self,
        server: Server,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        client: tuple[str, int],
    ) -> None:
        self.server, self.reader, self.writer = server, reader, writer
        self.address, self.name = client[0], f"{client[0]}:{client[1]}"
        self._limits, self._statistics = server.limits, server.statistics
        self._first = min(FIRST_S, self._limits.idle)
        self._decoder = Lines(encoding="utf-8", max_size=self._limits.longest)
        self._pending: deque[tuple[str, float]] = deque()  # requests not done, and when they came
        self._patience: asyncio.Timeout | None = None  # while it waits for a request
        self._end: Ended | None = None  # what comes when all that is pending is done
        self._requests = self._limited = 0
        # drain() then waits until the kernel has the answer: what is counted as answered has left us.
        writer.transport.set_write_buffer_limits(high=0)

    async def serve(self) -> str:
        """Serve it; what its client is to be told at the end.  Its end is counted, once, whatever it is."""
        began, reason, words = self.server.clock(), "late", ""
        self._statistics.opened()
        try:
            await self._requests_in_turn()
        except Ended as end:
            reason, words = end.reason, end.words
        except OSError:
            reason = "broken"
        finally:
            if lost := len(self._pending):
                self._statistics.done("lost", lost)
            self._statistics.ended(reason)
            counts = {"requests": self._requests, "limited": self._limited, "lost": lost}
            seconds = self.server.clock() - began
            self.server.log("close", client=self.name, reason=reason, **counts, seconds=seconds)
        return words

    def stop(self) -> None:
        """Wait for no more requests: what was read is answered, then it ends.  Whoever asked nothing yet may do so."""
        if self._patience is not None and not self._patience.expired():
            now = asyncio.get_running_loop().time()
            self._patience.reschedule(now if self._requests else now + self._first)

    async def _requests_in_turn(self) -> None:
        if self._statistics.active > self._limits.connections:
            raise Ended("full", "there are too many clients; come again later")
        self._statistics.admitted()
        while True:
            while self._pending:
                await self._reply(*await self._do(*self._pending[0]))
            if self._end is None and self._requests and self.server.is_stopping:
                self._end = Ended("stopped", "the server stops")
            if self._end is not None:
                raise self._end
            await self._read()

    async def _read(self) -> None:
        """Read until a request is whole, or there will be none.  A byte now and then prolongs nothing."""
        seconds = self._first if self.server.is_stopping else self._limits.idle
        try:
            async with asyncio.timeout(seconds) as self._patience:
                while not self._pending:
                    data = await self.reader.read(PIECE)
                    self._take(self._decoder.feed(data), len(data))
                    if not data:
                        self._decoder.eof()
                        raise Ended("left")
        except FramingError as error:
            self._take(error.messages, len(data))  # what came before is answered
            self._end = Ended("garbage", str(error))
        except TimeoutError:
            if not (self._patience and self._patience.expired()):
                raise  # the kernel's: the network has not carried what we sent
            if self.server.is_stopping:
                raise Ended("stopped", "the server stops") from None
            raise Ended("idle", f"no whole request in {self._limits.idle:g} s") from None
        finally:
            self._patience = None

    def _take(self, lines: list[str], size: int) -> None:
        now = self.server.clock()
        self._pending += [(line, now) for line in lines]
        self._requests += len(lines)
        self._statistics.came(len(lines), size)

    async def _do(self, line: str, came: float) -> tuple[bytes, str, float]:
        """The reply; how the request ends when that is sent, one of statistics.OUTCOMES; when it came."""
        if wait := self.server.buckets.take(self.address, self.server.clock()):
            if not self._limited:  # once for each connection: a flood of requests is to be no flood of lines
                self.server.log("limited", client=self.name)
            self._limited += 1
            return REPLY.encode(f"NO too many requests; the next in {wait:.3f} s"), "limited", came
        try:
            return REPLY.encode(f"OK {await self.server.answer(understand(line))}"), "answered", came
        except Refused as reason:
            return REPLY.encode(f"NO {reason}"), "refused", came
        except Exception as error:  # whatever it is, it concerns this request, and no other
            self.server.log("failed", client=self.name, request=line, error=repr(error))
            return REPLY.encode("NO the server could not answer this; it is in its log"), "failed", came

    async def _reply(self, reply: bytes, outcome: str, came: float) -> None:
        self.writer.write(reply)
        try:
            async with asyncio.timeout(self._limits.idle) as patience:
                await self.writer.drain()
        except TimeoutError:
            raise Ended(
                "deaf" if patience.expired() else "broken"
            ) from None  # the kernel has such an error, too
        self._statistics.bytes_out += len(reply)
        self._pending.popleft()
        self._statistics.done(outcome)
        if outcome == "answered":
            self._statistics.latencies.add(self.server.clock() - came)
