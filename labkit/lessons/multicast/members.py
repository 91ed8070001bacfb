"""Which groups a host is a member of, and how a cell that was run before begins anew."""

from __future__ import annotations

import errno
from socket import IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP, IPPROTO_IP, inet_ntoa
from typing import Any

OPPOSITE = {IP_ADD_MEMBERSHIP: IP_DROP_MEMBERSHIP, IP_DROP_MEMBERSHIP: IP_ADD_MEMBERSHIP}
REPORTS = 2  # how often Linux tells each change (RFC 9776, section 8.1: the Robustness Variable)


def memberships(host: Any) -> dict[str, list[str]]:
    """{group: the interfaces on which the host is a member}, from the kernel's own table."""
    found: dict[str, list[str]] = {}
    device = ""
    for line in host.core.proc_net(host.name, "igmp").splitlines()[1:]:
        words = line.split()
        if not line.startswith("\t"):
            device = words[1]
        else:
            group = inet_ntoa(bytes.fromhex(words[0])[::-1])
            found.setdefault(group, []).append(device)
    return found


def take_back(net: Any, host: Any, sock: Any, option: int, membership: bytes) -> None:
    """Undo what an earlier run of a cell did with the option, and wait until the wire has heard of it.

    option      IP_ADD_MEMBERSHIP or IP_DROP_MEMBERSHIP, which the cell is about to set on the socket
    membership  its value

    Does nothing where there is nothing to undo.  Raises TimeoutError when no report comes.
    """
    before = memberships(host)
    with net.capture() as trace:
        try:
            sock.setsockopt(IPPROTO_IP, OPPOSITE[option], membership)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EADDRNOTAVAIL):
                raise
            return
        _told(trace, host, before)


def hang_up(net: Any, host: Any, sock: Any) -> None:
    """Close the socket, and wait until its host has told that it leaves the groups that nobody else there wants."""
    before = memberships(host)
    with net.capture() as trace:
        sock.close()
        _told(trace, host, before)


def _told(trace: Any, host: Any, before: dict[str, list[str]]) -> None:
    changed = before.keys() ^ memberships(host).keys()
    if changed:
        trace.wait_for(lambda: len([item for item in trace.frames if item.source == host.name]) >= REPORTS)
