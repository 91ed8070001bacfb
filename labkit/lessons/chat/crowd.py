"""A crowd: many clients at once, in coroutines on one host."""

from __future__ import annotations

import asyncio
from typing import Any

PATIENCE_S = 20.0


async def crowd(host: Any, port: int, size: int) -> list[list[str]]:
    """So many clients come, speak a line each when all are there, hear all of these, and leave.

    What each heard of SAID lines, in order.
    """
    come, all_here = 0, asyncio.Event()

    async def one(number: int) -> list[str]:
        nonlocal come
        sock = host.socket()
        sock.setblocking(False)
        writer = None
        try:
            await asyncio.get_running_loop().sock_connect(sock, ("server", port))
            reader, writer = await asyncio.open_connection(sock=sock)
            writer.write(f"NAME c{number}\n".encode())
            assert await reader.readline() == f"WELCOME c{number}\n".encode()
            come += 1
            if come == size:
                all_here.set()
            await all_here.wait()
            writer.write(f"SAY {number}\n".encode())
            heard: list[str] = []
            while len(heard) < size:
                line = (await reader.readline()).decode().rstrip("\n")
                if not line:
                    break
                if line.startswith("SAID c"):
                    heard.append(line)
            return heard
        finally:
            if writer is not None:
                writer.close()
            else:
                sock.close()

    async with asyncio.timeout(PATIENCE_S):
        return await asyncio.gather(*map(one, range(size)))
