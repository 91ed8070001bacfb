"""Which groups a host is a member of, how it becomes one, and how a cell that was run before begins anew."""

from __future__ import annotations

import errno
from collections.abc import Callable
from socket import (
    IP_ADD_MEMBERSHIP,
    IP_DROP_MEMBERSHIP,
    IPPROTO_IP,
    SO_REUSEADDR,
    SOCK_DGRAM,
    SOL_SOCKET,
    inet_aton,
    inet_ntoa,
)
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


def membership(group: str, host: Any) -> bytes:
    """The value of IP_ADD_MEMBERSHIP: the group, and the host's address (struct ip_mreq, ip(7))."""
    return inet_aton(group) + inet_aton(host.address)


def member(host: Any, group: str, port: int, bound_to: str = "") -> Any:
    """A datagram socket of the host that is a member of the group, beside others on the same port.

    bound_to   an address; "" is any
    """
    sock = host.socket(type=SOCK_DGRAM)
    sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    sock.bind((bound_to, port))
    sock.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, membership(group, host))
    return sock


def be_quick(net: Any) -> None:
    """Let the hosts repeat a report after 10 ms at most, not after a second (ip-sysctl)."""
    for host in net.hosts:
        host.sysctl("net.ipv4.conf.eth0.igmpv3_unsolicited_report_interval", 10)


def change(net: Any, host: Any, sock: Any, option: int, group: str) -> Any:
    """Join or leave a group, and return the trace of the host's two reports.

    option   IP_ADD_MEMBERSHIP or IP_DROP_MEMBERSHIP

    Undoes first what an earlier run of the cell did.  Raises TimeoutError when no report comes.
    """
    take_back(net, host, sock, option, membership(group, host))
    with net.capture() as trace:
        sock.setsockopt(IPPROTO_IP, option, membership(group, host))
        trace.wait_for(lambda: [frame.source for frame in trace.frames] == [host.name] * REPORTS)
    return trace


def renew(
    net: Any, host: Any, sock: Any, group: str, port: int, opened: Callable[[Any, str, int], Any] = member
) -> Any:
    """Close the socket, and return a new one, a member of the group, of which the wire has heard.

    opened   opened(host, group, port) gives it

    Raises TimeoutError when no report comes.
    """
    hang_up(net, host, sock)
    with net.capture() as trace:
        new = opened(host, group, port)
        joined = f"IGMPv3 join {group}"
        trace.wait_for(lambda: [item.summary for item in trace.items].count(joined) == REPORTS)
    return new


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
