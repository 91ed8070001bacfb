"""A descriptor on a host, for what `socket.socket` takes."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, NamedTuple

from labkit.sockets import place

if TYPE_CHECKING:
    from labkit.network.host import Host


class Made(NamedTuple):
    """A new descriptor, what it is of, and the port to bind it to before it calls (see `labkit.network.core.Core`)."""

    family: int
    type: int
    proto: int
    descriptor: int
    port: int | None


def on_a_host() -> Host:
    """The host on which the running code is, for a socket that names none; raises TypeError where it is on none."""
    host = place.here()
    if host is None:
        raise TypeError(
            "a HostSocket stands on a descriptor made in its host's network: write host.socket(), not HostSocket()"
        )
    return host


def make(host: Host, family: int, type: int, proto: int) -> Made:
    """-1 stands for what it does in `socket.socket`.  Inside `uninterrupted`, or the descriptor may be nobody's."""
    family = socket.AF_INET if family == -1 else family
    type = socket.SOCK_STREAM if type == -1 else type
    proto = 0 if proto == -1 else proto
    return Made(family, type, proto, *host.core.socket(host.name, family, type, proto))
