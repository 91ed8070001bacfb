"""The solution of supply, and wrong answers, each with words that it must be told."""

from __future__ import annotations

BLOCK = bytes(65_536)


async def supply(reader, writer):
    try:
        while line := await reader.readline():
            for _ in range(int(line)):
                writer.write(BLOCK)
                await writer.drain()
    finally:
        writer.close()


async def supply_as_given(reader, writer):
    while line := await reader.readline():
        for _ in range(int(line)):
            writer.write(BLOCK)


async def supply_drains_at_the_end(reader, writer):
    try:
        while line := await reader.readline():
            for _ in range(int(line)):
                writer.write(BLOCK)
            await writer.drain()
    finally:
        writer.close()


async def supply_drains_without_await(reader, writer):
    try:
        while line := await reader.readline():
            for _ in range(int(line)):
                writer.write(BLOCK)
                writer.drain().close()  # as if it were forgotten, without Python's warning
    finally:
        writer.close()


async def supply_only_closes(reader, writer):
    try:
        await supply_as_given(reader, writer)
    finally:
        writer.close()


async def supply_only_drains(reader, writer):
    while line := await reader.readline():
        for _ in range(int(line)):
            writer.write(BLOCK)
            await writer.drain()


async def supply_closes_if_all_is_well(reader, writer):
    await supply_only_drains(reader, writer)
    writer.close()


async def supply_one_block_less(reader, writer):
    try:
        while line := await reader.readline():
            for _ in range(1, int(line)):
                writer.write(BLOCK)
                await writer.drain()
    finally:
        writer.close()


SOLUTION = supply

WRONG = {
    "as given": (supply_as_given, "write() never waits"),
    "drains at the end": (supply_drains_at_the_end, "after each block, await"),
    "drains without await": (supply_drains_without_await, "did not wait for it"),
    "only closes": (supply_only_closes, "fills the memory"),
    "only drains": (supply_only_drains, "nobody closes the writer"),
    "closes if all is well": (supply_closes_if_all_is_well, "in any case stands in a `finally`"),
    "one block less": (supply_one_block_less, "should come, but"),
}
