"""Who holds a port."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labkit.modes.needs import Unavailable
from labkit.sockets import owners
from labkit.sockets.reading import socket_table
from labkit.sockets.row import PROGRAM
from labkit.words import say

if TYPE_CHECKING:
    from labkit.network.host import Host
    from labkit.sockets.hostsocket import HostSocket


def holding_socket(host: Host, port: int, protocol: str = "tcp") -> HostSocket | None:
    """The notebook's own socket that listens on a port of a host, or is bound to it; None if there is none."""
    for row in socket_table(host).find(protocol=protocol):
        owner = (
            owners.owner_of(row.inode) if row.inode and row.local[1] == port and row.remote is None else None
        )
        if owner is not None and not owner.by:
            return owner.socket()
    return None


def holder(host: Host, port: int, protocol: str = "tcp") -> str:
    """Who holds a port of a host, in words; "" if no open socket does."""
    try:
        found = socket_table(host).find(protocol=protocol)
        rows = [row for row in found if row.local[1] == port and row.inode]
        rows.sort(key=lambda row: row.remote is not None)  # who listens, rather than whom it has accepted
    except (
        OSError,
        AttributeError,
        Unavailable,
    ):  # the words are for an error message: that one matters more
        rows = []
    for row in rows:
        owner = owners.owner_of(row.inode)
        if owner is not None and owner.by:
            return say("the service {name!r}", name=owner.by)
        if row.owner:
            what = "listening socket" if row.state == "LISTEN" else "bound socket"
            if row.remote is not None:
                what = "connected socket"
            if row.held_by.kind == PROGRAM:
                return row.owner
            return say("a {what} of the notebook ({owner})", what=what, owner=row.owner)
        return say("a socket that another process made")
    return host.core.foreign_holder(port, protocol)
