"""How many connections a coroutine leaves behind that tries again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

PORT = 7
PATIENCE_S = 10.0


def left_open(net: Any, fetch: Callable[..., Any], tries: int) -> int:
    """Let fetch(connect, question) try so many times against a server that never answers, then cancel it.

    How many connections the client's table of sockets has afterwards, ESTABLISHED.
    """
    client, server = net.hosts

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async def story() -> int:
        made: list[asyncio.StreamWriter] = []

        async def connect() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
            if len(made) == tries:
                running.cancel()
                await asyncio.sleep(PATIENCE_S)  # here it is cancelled
            with client:
                reader, writer = await asyncio.open_connection(server.address, PORT)
            made.append(writer)
            return reader, writer

        running = asyncio.create_task(fetch(connect, b"what time is it\n"))
        await asyncio.wait({running})
        await asyncio.sleep(0)  # what was closed is closed in the next turn of the loop
        try:
            return len(client.sockets().find(port=PORT, state="ESTABLISHED"))
        finally:
            for writer in made:
                writer.transport.abort()

    with server.start(silent, port=PORT, replace=True):
        return client.background(story).result(PATIENCE_S)
