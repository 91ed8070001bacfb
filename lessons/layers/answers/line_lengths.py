"""The solution of line-lengths, and wrong answers, each with words that it must be told."""

from __future__ import annotations


async def line_lengths(reader, writer):
    while line := await reader.readline():
        writer.write(b"%d\n" % len(line))
        await writer.drain()
    writer.close()
    await writer.wait_closed()


async def lengths_of_one_line(reader, writer):
    line = await reader.readline()
    writer.write(b"%d\n" % len(line))
    await writer.drain()
    writer.close()
    await writer.wait_closed()


async def lengths_of_pieces(reader, writer):
    while data := await reader.read(1000):
        writer.write(b"%d\n" % len(data))
        await writer.drain()
    writer.close()
    await writer.wait_closed()


async def lengths_at_the_end(reader, writer):
    for line in (await reader.read()).splitlines(True):
        writer.write(b"%d\n" % len(line))
    await writer.drain()
    writer.close()
    await writer.wait_closed()


async def lengths_with_a_plain_for(reader, writer):
    for line in reader:
        writer.write(b"%d\n" % len(line))
        await writer.drain()
    writer.close()
    await writer.wait_closed()


async def lengths_without_newlines(reader, writer):
    while line := await reader.readline():
        writer.write(b"%d\n" % len(line.strip()))
        await writer.drain()
    writer.close()
    await writer.wait_closed()


async def lengths_without_a_close(reader, writer):
    while line := await reader.readline():
        writer.write(b"%d\n" % len(line))
        await writer.drain()


async def lengths_without_an_end(reader, writer):
    while True:
        line = await reader.readline()
        if line:
            writer.write(b"%d\n" % len(line))
        await writer.drain()


def lengths_in_a_thread(conn):
    with conn, conn.makefile("rwb") as stream:
        for line in stream:
            stream.write(b"%d\n" % len(line))
            stream.flush()


SOLUTION = line_lengths

WRONG = {
    "one line": (lengths_of_one_line, "each line is answered"),
    "pieces": (lengths_of_pieces, "ask for a line"),
    "all at the end": (lengths_at_the_end, "before the client closes"),
    "a plain for": (lengths_with_a_plain_for, "what waits, waits with await"),
    "newlines not counted": (lengths_without_newlines, "but got b'5"),
    "never closes": (lengths_without_a_close, "the connection is open"),
    "never ends": (lengths_without_an_end, "still not done"),
    "as it was": (lengths_in_a_thread, "wants a coroutine function"),
}
