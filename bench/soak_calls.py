"""How a soak's clients call: asyncio's streams over a socket of a host."""

from __future__ import annotations

import asyncio


async def connect(host, address: str, port: int, within_s: float | None = None):
    """A reader and a writer; raises OSError, TimeoutError among them, and leaves no socket behind."""
    sock = host.socket()
    sock.setblocking(False)
    try:
        await asyncio.wait_for(asyncio.get_running_loop().sock_connect(sock, (address, port)), within_s)
        return await asyncio.open_connection(sock=sock)
    except BaseException:
        sock.close()
        raise
