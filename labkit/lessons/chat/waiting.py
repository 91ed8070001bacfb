"""Small buffers, and whom a broadcast waits for."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from typing import Any

SMALL = 10_000


def small(writer: asyncio.StreamWriter) -> asyncio.StreamWriter:
    """The same writer, with little room: `drain()` waits as soon as the kernel's small buffer is full."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL)
    writer.transport.set_write_buffer_limits(high=0)
    return writer


def kept_for(members: Iterable[asyncio.StreamWriter], host: Any) -> int:
    """How many bytes asyncio keeps for the member on this host: more than 0 where drain() waits for it."""
    return sum(
        writer.transport.get_write_buffer_size()
        for writer in tuple(members)
        if (writer.get_extra_info("peername") or ("",))[0] == host.address
    )
