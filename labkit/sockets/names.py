"""Hosts' names where an event loop looks them up: `loop.sock_connect(sock, ("server", 8000))`.

A loop does not leave the name to the socket, which knows its network, but asks `socket.getaddrinfo` in a thread of its
own.  There, and nowhere else, the name of a host of an open network gives the host's address, of several the first,
since nobody says who asks; what a plain socket then does with it is refused (`labkit.sockets.guard`).
"""

from __future__ import annotations

import functools
import socket
import sys
from typing import Any

from labkit.packets.addresses import address_of
from labkit.sockets.guard import meant, open_networks

# Modules whose threads call it for an event loop.
LOOPS = ("asyncio.", "concurrent.futures.", "trio.", "anyio.")


@functools.cache
def install() -> None:
    """Answer event loops from now on."""
    ask = socket.getaddrinfo

    @functools.wraps(ask)
    def getaddrinfo(
        host: Any, port: Any, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0
    ) -> list[Any]:
        asker = sys._getframe(1).f_globals.get("__name__", "")
        if isinstance(host, str) and asker.startswith(LOOPS):
            host = _address_of(host, family)
        return ask(host, port, family, type, proto, flags)

    socket.getaddrinfo = getaddrinfo


def _address_of(name: str, family: int) -> str:
    core, host = meant(name, open_networks())
    if core is None or host != name:
        return name
    return address_of(host, core.addresses, ipv6=family == socket.AF_INET6) or name
