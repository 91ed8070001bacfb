"""What has come to sockets by now, and datagrams that have arrived before the next is sent."""

from __future__ import annotations

from collections.abc import Mapping
from socket import IP_ADD_MEMBERSHIP, IP_MULTICAST_IF, IPPROTO_IP, SOCK_DGRAM, inet_aton
from typing import Any

from labkit.lessons.multicast.members import membership
from labkit.words import say

TO_GROUP = b"to the group"


def heard(sock: Any) -> list[bytes]:
    """The datagrams that wait in a socket; does not wait for more."""
    from socket import MSG_DONTWAIT  # a lesson's modules are imported on machines that have no such flag, too

    came: list[bytes] = []
    try:
        while True:
            came.append(sock.recv(2000, MSG_DONTWAIT))
    except BlockingIOError:
        return came


def everyone(socks: Mapping[str, Any]) -> dict[str, list[bytes]]:
    """{name: the datagrams that wait in that socket}"""
    return {name: heard(sock) for name, sock in socks.items()}


def passed_on(trace: Any, sock: Any, datagram: bytes, address: tuple[str, int]) -> None:
    """Send a datagram, and wait until it has arrived wherever it goes."""
    sock.sendto(datagram, address)
    trace.wait_until_quiet()


def to_both(net: Any, feed: Any, group: str, host: Any, port: int) -> Any:
    """Send one datagram to the group and one to the host itself; the trace, when both have arrived wherever they go.

    Raises RuntimeError when not both reached the host's cable.
    """
    with net.capture() as trace:
        feed.sendto(TO_GROUP, (group, port))
        feed.sendto(b"to " + host.name.encode(), (host.name, port))
        trace.wait_until_quiet()
    reached = [item for item in trace.datagrams if host.name in [each.host for each in item.frame.arrivals]]
    if len(reached) != 2:
        raise RuntimeError(
            say("two datagrams should have reached {host}'s cable; {n} did", host=host.name, n=len(reached))
        )
    return trace


def which_came(sock: Any) -> tuple[bool, bool]:
    """Did the datagram to the group come to this socket, and the one to its host?  (After `to_both`.)"""
    came = heard(sock)
    return TO_GROUP in came, any(each != TO_GROUP for each in came)


def from_elsewhere(
    net: Any, host: Any, group: str, address: str, strict: int, port: int = 5011
) -> tuple[int, int]:
    """Send one datagram to the group from an address that the host knows no way to.

    address  what the network's first host has beside its own, and sends from
    strict   the host's rp_filter (ip-sysctl): 0, 1 or 2; it is 0 again afterwards

    Returns how many datagrams reached the host's cable, and how many its program, a member.
    """
    sender = net.hosts[0]
    sender.run(["ip", "address", "replace", f"{address}/32", "dev", "eth0"], check=True)
    host.sysctl("net.ipv4.conf.eth0.rp_filter", strict)
    try:
        with sender.socket(type=SOCK_DGRAM) as moved, host.socket(type=SOCK_DGRAM) as sock:
            moved.bind((address, 0))
            moved.setsockopt(IPPROTO_IP, IP_MULTICAST_IF, inet_aton(sender.address))
            sock.bind(("", port))
            sock.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, membership(group, host))
            with net.capture() as trace:
                moved.sendto(b"tick", (group, port))
                trace.wait_until_quiet()
            reached = [
                arrival
                for frame in trace.frames
                if frame.source == sender.name  # a report of the host's may be on its way, too
                for arrival in frame.arrivals
                if arrival.host == host.name
            ]
            return len(reached), len(heard(sock))
    finally:
        host.sysctl("net.ipv4.conf.eth0.rp_filter", 0)


def gap(datagrams: list[bytes]) -> int | None:
    """The first number in "data NUMBER TEXT" that does not follow the one before; None if there is none."""
    numbers = [int(datagram.split()[1]) for datagram in datagrams if datagram.startswith(b"data")]
    return next((number for place, number in enumerate(numbers, 1) if number != place), None)
