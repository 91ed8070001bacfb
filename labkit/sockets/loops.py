"""Hosts' names where an event loop looks them up: `loop.sock_connect(sock, ("server", 8000))`.

A loop does not leave the name to the socket, which knows its network, but asks `socket.getaddrinfo` in a thread of its
own.  There, and nowhere else, the name of a host of an open network gives the host's address, of several the first,
since nobody says who asks; what a plain socket then does with it is refused where hosts are no addresses of the machine
(`labkit.sockets.guard`).  Code that is on a host asks that host: `labkit.sockets.names`.
"""

from __future__ import annotations

import functools
import socket
import sys
import weakref
from typing import TYPE_CHECKING, Any

from labkit.packets.addresses import address_of
from labkit.sockets import place

if TYPE_CHECKING:
    from labkit.network.core import Core

# Modules whose threads call it for an event loop.
LOOPS = ("asyncio.", "concurrent.futures.", "trio.", "anyio.", "labkit.sockets.carrying")


_networks: weakref.WeakSet[Core] = weakref.WeakSet()


def know(core: Core) -> None:
    """From now on, and until it is closed, tell event loops the addresses of this network's hosts."""
    _install()
    _networks.add(core)


@functools.cache
def _install() -> None:
    ask = socket.getaddrinfo

    @functools.wraps(ask)
    def getaddrinfo(
        host: Any, port: Any, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0
    ) -> list[Any]:
        asker = sys._getframe(1).f_globals.get("__name__", "")
        if isinstance(host, str) and place.here() is None and asker.startswith(LOOPS):
            host = _address_of(host, family)
        return ask(host, port, family, type, proto, flags)

    socket.getaddrinfo = getaddrinfo


def _address_of(name: str, family: int) -> str:
    for core in list(_networks):
        if not core.closed and name in core.names:
            if family == socket.AF_INET6:
                return address_of(name, core.addresses, ipv6=True) or name
            return core.interfaces(name)[0].address
    return name
