"""The ICMP messages that a fault or a rule can name, by the names of iptables(8) where it has one.

Sources: the registries of RFC 792, 1812 (ICMP) and 4443, 4861 (ICMPv6).
"""

from __future__ import annotations

Kind = tuple[str, int, "int | None"]
"""Protocol, type and code; None: any code."""

ECHO_REPLY, UNREACHABLE, ECHO, EXCEEDED, PROBLEM = 0, 3, 8, 11, 12
UNREACHABLE_6, TOO_BIG_6, EXCEEDED_6, PROBLEM_6, ECHO_6, ECHO_REPLY_6 = 1, 2, 3, 4, 128, 129
PORT, PORT_6 = 3, 4  # codes: of what is not there
PROHIBITED, PROHIBITED_6 = 13, 1

NAMES: dict[str, frozenset[Kind]] = {
    "echo-request": frozenset({("icmp", ECHO, None), ("icmpv6", ECHO_6, None)}),
    "echo-reply": frozenset({("icmp", ECHO_REPLY, None), ("icmpv6", ECHO_REPLY_6, None)}),
    "destination-unreachable": frozenset({("icmp", UNREACHABLE, None), ("icmpv6", UNREACHABLE_6, None)}),
    "network-unreachable": frozenset({("icmp", UNREACHABLE, 0)}),
    "host-unreachable": frozenset({("icmp", UNREACHABLE, 1)}),
    "protocol-unreachable": frozenset({("icmp", UNREACHABLE, 2)}),
    "port-unreachable": frozenset({("icmp", UNREACHABLE, PORT), ("icmpv6", UNREACHABLE_6, PORT_6)}),
    "fragmentation-needed": frozenset({("icmp", UNREACHABLE, 4)}),
    "communication-prohibited": frozenset(
        {("icmp", UNREACHABLE, PROHIBITED), ("icmpv6", UNREACHABLE_6, PROHIBITED_6)}
    ),
    "no-route": frozenset({("icmpv6", UNREACHABLE_6, 0)}),
    "address-unreachable": frozenset({("icmpv6", UNREACHABLE_6, 3)}),
    "packet-too-big": frozenset({("icmpv6", TOO_BIG_6, None)}),
    "time-exceeded": frozenset({("icmp", EXCEEDED, None), ("icmpv6", EXCEEDED_6, None)}),
    "parameter-problem": frozenset({("icmp", PROBLEM, None), ("icmpv6", PROBLEM_6, None)}),
    "redirect": frozenset({("icmp", 5, None), ("icmpv6", 137, None)}),
    "router-solicitation": frozenset({("icmp", 10, None), ("icmpv6", 133, None)}),
    "router-advertisement": frozenset({("icmp", 9, None), ("icmpv6", 134, None)}),
    "neighbour-solicitation": frozenset({("icmpv6", 135, None)}),
    "neighbour-advertisement": frozenset({("icmpv6", 136, None)}),
}


def kinds(name: str) -> frozenset[Kind]:
    """The messages of that name.  Raises ValueError, which lists the names, for another one."""
    found = NAMES.get(name) if isinstance(name, str) else None
    if found is None:
        raise ValueError(f"icmp is one of {', '.join(map(repr, NAMES))} (got {name!r})")
    return found
