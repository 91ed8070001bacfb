"""One client's connection: a task that reads what it says, and one that writes what waits for it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from labkit.framing import FramingError, Lines
from labkit.servers.chat.commands import Refused, understand
from labkit.servers.chat.outbox import Outbox
from labkit.servers.chat.room import Member

if TYPE_CHECKING:
    from labkit.servers.chat.server import Server

PIECE = 4096  # bytes that are read at once
REPLY = Lines(encoding="utf-8")


class Client:
    """A connection, from its beginning to its end: `await Client(server, reader, writer).run()`."""

    def __init__(self, server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.server, self.reader, self.writer = server, reader, writer
        self.outbox = Outbox(server.limit, server.policy, counts=server.counts, taken=server.taken.set)
        self._member: Member | None = None
        # drain() then waits until the kernel has taken the line: what waits, waits where it is counted.
        writer.transport.set_write_buffer_limits(high=0)

    async def run(self) -> None:
        """Serve it, until all that it was promised is written, it is gone, or its time is up."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._read())
                tasks.create_task(self._write())
                await self.outbox.over.wait()
                await self._leave()
                deadline = asyncio.get_running_loop().call_later(
                    self.server.grace, self.writer.transport.abort
                )
            deadline.cancel()
        except* OSError:
            pass  # it is gone, whichever way: whoever is left is told below
        finally:
            self.writer.transport.abort()
            self.outbox.end()
            self.outbox.discard()
            await self._leave()

    async def _write(self) -> None:
        while (line := await self.outbox.take()) is not None:
            self.writer.write(REPLY.encode(line))
            await self.writer.drain()
        self.writer.write_eof()

    async def _read(self) -> None:
        decoder = Lines(encoding="utf-8", max_size=self.server.longest)
        try:
            while not self.outbox.is_ended and (data := await self.reader.read(PIECE)):
                await self._hear(decoder.feed(data))
            if not self.outbox.is_ended:
                decoder.eof()
            self.outbox.end("BYE")
        except FramingError as error:
            await self._hear(error.messages)
            self.outbox.end(f"BYE {error}")
        # A socket that is closed with unread bytes in it sends a RST: what is still unsent is lost, and on some systems
        # what the peer has not read, too.
        while await self.reader.read(PIECE):
            pass

    async def _hear(self, lines: list[str]) -> None:
        for line in lines:
            async with self.server.turn(self.outbox):
                if not self.outbox.is_ended:
                    self._obey(line)

    def _obey(self, line: str) -> None:
        room, member = self.server.room, self._member
        try:
            command = understand(line)
            if command.verb == "BYE":
                self.outbox.end("BYE")
            elif command.verb == "WHO":
                self.outbox.put(" ".join(["HERE", *room.names]))
            elif command.verb == "NAME" and member is None:
                self._member = room.join(command.name, self.outbox)
            elif member is None:
                raise Refused("say who you are first: NAME ada")
            elif command.verb == "SAY":
                room.say(member, command.text)
            elif command.verb == "TELL":
                room.tell(member, command.name, command.text)
            else:
                raise Refused(f"you are {member.name} already")
        except Refused as reason:
            self.server.counts["refused"] += 1
            self.outbox.put(f"NO {reason}")

    async def _leave(self) -> None:
        if self._member is not None and self.server.room.has(self._member):
            async with self.server.turn(self.outbox):
                self.server.room.leave(self._member)
