"""The socket table of a host, read now."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING

from labkit.drawing.style import colour_of
from labkit.sockets import owners
from labkit.sockets.procnet import parse
from labkit.sockets.row import CLOSED, NOBODY, PROGRAM, QUEUE, SOCKET, Holder, Row
from labkit.sockets.table import SocketTable

if TYPE_CHECKING:
    from labkit.network.host import Host


# Files of /proc/net (proc(5)).
_PORTS, _OTHERS = ("tcp", "tcp6", "udp", "udp6"), ("icmp", "icmp6", "raw", "raw6")


def socket_table(
    host: Host, *, protocols: Sequence[str] | None = None, own_only: bool = False
) -> SocketTable:
    """The sockets of a host now.

    protocols: of these tables of the kernel; None: of TCP and UDP, and of raw and ping sockets where there may be any.
    own_only: only those that this process made (without namespaces, the machine has others).
    """
    rows = []
    if protocols is None:
        protocols = (*_PORTS, *_others(host))
    for protocol in protocols:
        try:
            text = host.core.proc_net(host.name, protocol)
        except FileNotFoundError:  # no IPv6 in this kernel
            continue
        rows += parse(text, protocol)
    programs = _inodes_of_programs(host) if any(row.inode for row in rows) else {}
    listening = {row.local[1] for row in rows if row.state == "LISTEN"}
    named = []
    for row in rows:
        owner = owners.owner_of(row.inode) if row.inode else None
        if owner is not None and owner.host == host.name:
            named.append(row._replace(held_by=_of(owner)))
        elif row.inode in programs:
            named.append(row._replace(held_by=Holder(PROGRAM, by=programs[row.inode])))
        elif not own_only:
            named.append(row if row.inode else row._replace(held_by=_left(row, listening)))
    if "tcp" in protocols:
        named += _bound(host, {row.inode for row in rows})
    return SocketTable(named, host.name, colour_of(host.number - 1))


def _others(host: Host) -> Sequence[str]:
    """The tables of raw and ping sockets that may hold any: most hosts have none, and to read each is a request."""
    if owners.processes(host):
        return _OTHERS
    found = set()
    for owner in owners.owners():
        sock = owner.socket()
        if sock is not None and not sock._tcp and sock._at is host and sock.family in _VERSIONS:
            if sock.type == socket.SOCK_RAW:
                found.add(f"raw{_VERSIONS[sock.family]}")
            elif sock.proto in (socket.IPPROTO_ICMP, socket.IPPROTO_ICMPV6):
                found.add(f"icmp{_VERSIONS[sock.family]}")
    return sorted(found)


_VERSIONS = {socket.AF_INET: "", socket.AF_INET6: "6"}


def _of(owner: owners.Owner) -> Holder:
    return Holder(SOCKET, owner.call, owner.by)


def _left(row: Row, listening: set[int]) -> Holder:
    """Why no process holds a connection."""
    if row.state in ("ESTABLISHED", "CLOSE-WAIT") and row.local[1] in listening:
        return Holder(QUEUE)
    closing = row.state in ("FIN-WAIT-1", "FIN-WAIT-2", "CLOSING", "LAST-ACK", "TIME-WAIT")
    return Holder(CLOSED) if closing else NOBODY


def _bound(host: Host, listed: set[int]) -> list[Row]:
    """TCP sockets that are bound and no more: /proc/net/tcp leaves them out, but they hold their port."""
    rows = []
    for owner in owners.owners():
        sock = owner.socket()
        if sock is not None and sock._at is host and owner.inode not in listed:
            state, local = sock.state, sock.local
            if state == "CLOSED" and local is not None and local[1]:
                protocol = "tcp6" if sock.family == socket.AF_INET6 else "tcp"
                rows.append(Row(protocol, state, tuple(local[:2]), None, 0, 0, _of(owner), inode=owner.inode))
    return rows


def _inodes_of_programs(host: Host) -> dict[int, str]:
    """The inodes of the sockets that programs on this host hold open."""
    found: dict[int, str] = {}
    for pid, name in owners.processes(host):
        try:
            descriptors = os.listdir(f"/proc/{pid}/fd")
        except OSError:  # it has ended, or hides what it does
            continue
        for descriptor in descriptors:
            try:
                target = os.readlink(f"/proc/{pid}/fd/{descriptor}")
            except OSError:
                continue
            if target.startswith("socket:["):
                found[int(target[8:-1])] = name
    return found
