"""`router.nat(...)`: all who are inside share the address that the router has outside."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import TYPE_CHECKING

from labkit.network.boxes.box import MiddleBox, check_idle, interface_on, packed, rejects
from labkit.network.plan import PREFIX
from labkit.words import say

if TYPE_CHECKING:
    from labkit.network.boxes.box import Router
    from labkit.network.core import Core


def nat(
    router: Router,
    inside: str | Iterable[str],
    outside: str,
    *,
    idle_s: float | None = None,
    late: str = "drop",
) -> MiddleBox:
    """Put a NAT on a router: whoever is inside has its address outside, and a port there.

    inside    the segment whose addresses are translated, or several
    outside   the segment to which they are
    idle_s    seconds without a packet after which a connection is forgotten, whatever its protocol; None: as the RFCs
              say, 7440 for TCP (240 before the handshake is done, and after a FIN), 300 for UDP, 60 for ICMP
    late      what becomes of a TCP segment from inside whose connection is not known (any more): "reject", a reset
              comes back, or "drop", silence; and of a packet from outside of one that was forgotten: with "reject" the
              router's kernel refuses it, with "drop" it is gone

    Translated are TCP, UDP and ICMP echo over IPv4, with what ICMP errors quote; IPv6 passes as it is, other protocols
    do not pass. Each address and port inside has one port outside, the same if it is free, else the next free from
    61000 on (endpoint-independent mapping, RFC 4787), and is answered only by those that it has spoken to (address- and
    port-dependent filtering). What nobody has asked for comes to the router itself, which refuses it; an inside address
    is no address outside. No hairpinning. A NAT put where there is one takes its place, and knows nothing of its
    connections.  `router.translations()` is its table, `router.forget()` lets it forget, `remove()` takes it away.

    Sources: RFC 4787 (UDP), 5382 (TCP), 5508 (ICMP).  Raises ValueError for what names no such segments.
    """
    interface, segments = interface_on(router, outside), list(router.core.layout)
    names = [inside] if isinstance(inside, str) else list(inside)
    for name in names:
        if name not in segments or name == outside:
            others = ", ".join(repr(each) for each in segments if each != outside)
            raise ValueError(
                say("inside is one of {others}, or several (got {got!r})", others=others, got=name)
            )
    networks = [_network(router.core, name) for name in names]
    router.core.cables.box(
        (router.name, outside),
        "nat",
        packed(interface.address),
        [(int(network.network_address), int(network.netmask)) for network in networks],
        check_idle(idle_s),
        rejects("late", late),
    )
    words = say(
        "NAT on {host}: {inside} behind {address} on {outside}",
        host=router.name,
        inside=", ".join(names),
        address=interface.address,
        outside=outside,
    )
    return MiddleBox(router, "nat", outside, words)


def _network(core: Core, segment: str) -> ipaddress.IPv4Network:
    """The addresses of a segment."""
    member = core.layout[segment][0]
    address = next(each.address for each in core.interfaces(member) if each.segment == segment)
    return ipaddress.IPv4Interface(f"{address}/{PREFIX}").network
