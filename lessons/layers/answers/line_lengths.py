"""The solution of line-lengths, and wrong answers with words that each must be told: for each way to reply."""

from __future__ import annotations

import asyncio

from labkit.lessons.layers.replies import REPLIES

SOURCE = """async def line_lengths(reader, writer):
    while line := await reader.readline():
        writer.write({reply})
        await writer.drain()
    writer.close()
    await writer.wait_closed()
"""


def source(reply):
    """The solution's text."""
    return SOURCE.format(reply=reply.code)


def solution(reply):
    names = {"__name__": __name__}
    exec(source(reply), names)
    return names["line_lengths"]


def wrong(reply):
    """Wrong answers by name, each with words that it must be told."""
    otherwise = reply._replace(newline=not reply.newline)

    async def of_one_line(reader, writer):
        writer.write(reply.to(await reader.readline()))
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def of_pieces(reader, writer):
        while data := await reader.read(1000):
            writer.write(reply.to(data))
            await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def at_the_end(reader, writer):
        for line in (await reader.read()).splitlines(True):
            writer.write(reply.to(line))
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def with_a_plain_for(reader, writer):
        for line in reader:
            writer.write(reply.to(line))
            await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def counted_otherwise(reader, writer):
        while line := await reader.readline():
            writer.write(otherwise.to(line))
            await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def without_a_close(reader, writer):
        while line := await reader.readline():
            writer.write(reply.to(line))
            await writer.drain()

    async def without_drain(reader, writer):
        while line := await reader.readline():
            writer.write(reply.to(line))
        writer.close()
        await writer.wait_closed()

    async def drain_not_awaited(reader, writer):
        while line := await reader.readline():
            writer.write(reply.to(line))
            writer.drain().close()  # as if it were forgotten, without Python's warning
        writer.close()
        await writer.wait_closed()

    async def drains_at_the_end(reader, writer):
        while line := await reader.readline():
            writer.write(reply.to(line))
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def gives_way(reader, writer):
        while line := await reader.readline():
            writer.write(reply.to(line))
            await asyncio.sleep(0)
        writer.close()
        await writer.wait_closed()

    async def without_an_end(reader, writer):
        while True:
            line = await reader.readline()
            if line:
                writer.write(reply.to(line))
            await writer.drain()

    def in_a_thread(conn):
        with conn, conn.makefile("rwb") as stream:
            for line in stream:
                stream.write(reply.to(line))
                stream.flush()

    return {
        "one line": (of_one_line, "each line is answered"),
        "pieces": (of_pieces, "ask for a line"),
        "all at the end": (at_the_end, "before the client closes"),
        "a plain for": (with_a_plain_for, "what waits, waits with await"),
        "newlines counted otherwise": (
            counted_otherwise,
            f"but got {otherwise.to(b'hello' + bytes([10]))!r}",
        ),
        "never closes": (without_a_close, "the connection is open"),
        "never drains": (without_drain, "after each answer, await writer.drain()"),
        "drains without await": (drain_not_awaited, "did not wait for it"),
        "drains at the end": (drains_at_the_end, "takes them all"),
        "gives way": (gives_way, "fill the memory"),
        "never ends": (without_an_end, "still not done"),
        "as it was": (in_a_thread, "wants a coroutine function"),
    }


SOLUTION = solution(REPLIES[0])
WRONG = wrong(REPLIES[0])
