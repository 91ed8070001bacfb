"""The fields of what is neither TCP nor UDP: ARP, ICMP, ICMPv6, IGMP.  Pure."""

from __future__ import annotations

from struct import unpack_from
from typing import NamedTuple

from labkit.packets.headers import address


class Field(NamedTuple):
    """One line: `depth` 0 is a layer, 1 its field, 2 a part of a field; bytes `start` to `stop` of the frame.

    A field that no byte holds (it follows from other frames) has start == stop.  `term`: what the glossary has to
    explain, where that is not the label.
    """

    depth: int
    label: str
    value: str
    start: int
    stop: int
    term: str = ""


ICMP_TYPES = {
    0: "Echo reply",
    3: "Destination unreachable",
    5: "Redirect",
    8: "Echo request",
    9: "Router advertisement",
    10: "Router solicitation",
    11: "Time exceeded",
    12: "Parameter problem",
}
UNREACHABLE = {0: "network", 1: "host", 2: "protocol", 3: "port", 4: "fragmentation needed", 13: "prohibited"}
ICMPV6_TYPES = {
    1: "Destination unreachable",
    2: "Packet too big",
    3: "Time exceeded",
    4: "Parameter problem",
    128: "Echo request",
    129: "Echo reply",
    130: "Multicast listener query",
    131: "Multicast listener report",
    132: "Multicast listener done",
    133: "Router solicitation",
    134: "Router advertisement",
    135: "Neighbor solicitation",
    136: "Neighbor advertisement",
    143: "Multicast listener report (version 2)",
}
IGMP_TYPES = {
    0x11: "Membership query",
    0x12: "Membership report (version 1)",
    0x16: "Membership report (version 2)",
    0x17: "Leave group",
    0x22: "Membership report (version 3)",
}
RECORDS = {
    1: "MODE_IS_INCLUDE",
    2: "MODE_IS_EXCLUDE",
    3: "CHANGE_TO_INCLUDE_MODE",
    4: "CHANGE_TO_EXCLUDE_MODE",
    5: "ALLOW_NEW_SOURCES",
    6: "BLOCK_OLD_SOURCES",
}
"""The types of a group record (RFC 9776 section 4.2.13)."""


def arp_fields(data: bytes, at: int) -> list:
    """ARP for Ethernet and IPv4 (RFC 826)."""
    name = "Address Resolution Protocol"
    if len(data) < at + 28:
        return [Field(0, name, f"cut short after {len(data) - at} bytes", at, len(data))]
    hardware, protocol, hlen, plen, operation = unpack_from(">HHBBH", data, at)
    said = {1: "request", 2: "reply"}.get(operation, "unknown")
    return [
        Field(0, name, said, at, at + 28),
        Field(1, "Hardware type", "Ethernet (1)" if hardware == 1 else f"unknown ({hardware})", at, at + 2),
        Field(1, "Protocol type", f"0x{protocol:04x}", at + 2, at + 4),
        Field(1, "Hardware size", str(hlen), at + 4, at + 5),
        Field(1, "Protocol size", str(plen), at + 5, at + 6),
        Field(1, "Opcode", f"{said} ({operation})", at + 6, at + 8),
        Field(1, "Sender MAC address", data[at + 8 : at + 14].hex(":"), at + 8, at + 14),
        Field(1, "Sender IP address", address(data[at + 14 : at + 18]), at + 14, at + 18),
        Field(1, "Target MAC address", data[at + 18 : at + 24].hex(":"), at + 18, at + 24),
        Field(1, "Target IP address", address(data[at + 24 : at + 28]), at + 24, at + 28),
    ]


def icmp_fields(body: bytes, at: int, verdict: str) -> list:
    """An ICMP message (RFC 792), at least 8 bytes of it, which begins at `at` in the frame."""
    kind, code = body[0], body[1]
    name = ICMP_TYPES.get(kind, "unknown")
    reason = f" ({UNREACHABLE[code]})" if kind == 3 and code in UNREACHABLE else ""
    found = [
        Field(0, "Internet Control Message Protocol", name, at, at + len(body)),
        Field(1, "Type", f"{kind} ({name})", at, at + 1),
        Field(1, "Code", f"{code}{reason}", at + 1, at + 2),
        _check(body, at, verdict),
    ]
    if kind in (0, 8):
        return found + _echo(body, at)
    if kind in (3, 5, 11, 12):
        if kind == 3 and code == 4:
            found.append(Field(1, "MTU of next hop", str(body[6] << 8 | body[7]), at + 6, at + 8))
        found.append(Field(1, "The packet that caused it", f"{len(body) - 8} bytes", at + 8, at + len(body)))
    return found


def icmpv6_fields(body: bytes, at: int, verdict: str) -> list:
    """An ICMPv6 message (RFC 4443, 4861), at least 8 bytes of it."""
    kind, code = body[0], body[1]
    name = ICMPV6_TYPES.get(kind, "unknown")
    found = [
        Field(0, "Internet Control Message Protocol v6", name, at, at + len(body)),
        Field(1, "Type", f"{kind} ({name})", at, at + 1),
        Field(1, "Code", str(code), at + 1, at + 2),
        _check(body, at, verdict),
    ]
    if kind in (128, 129):
        return found + _echo(body, at)
    if kind in (135, 136) and len(body) >= 24:
        found.append(Field(1, "Target Address", address(body[8:24]), at + 8, at + 24))
    return found


def igmp_fields(body: bytes, at: int, verdict: str) -> list:
    """An IGMP message (RFC 2236; RFC 9776 for version 3), at least 8 bytes of it."""
    kind = body[0]
    name = IGMP_TYPES.get(kind, "unknown")
    found = [
        Field(0, "Internet Group Management Protocol", name, at, at + len(body)),
        Field(1, "Type", f"0x{kind:02x} ({name})", at, at + 1),
    ]
    if kind != 0x22:
        found += [
            Field(1, "Max Resp Time", f"{body[1] / 10:g} s", at + 1, at + 2),
            _check(body, at, verdict),
            Field(1, "Multicast Address", address(body[4:8]), at + 4, at + 8),
        ]
        return found
    count, place = body[6] << 8 | body[7], 8
    found += [
        _check(body, at, verdict),
        Field(1, "Number of Group Records", str(count), at + 6, at + 8),
    ]
    while len(found) < 4 + count and place + 8 <= len(body):
        sources = body[place + 2] << 8 | body[place + 3]
        size = 8 + 4 * sources + 4 * body[place + 1]
        said = f"{address(body[place + 4 : place + 8])}  {RECORDS.get(body[place], 'unknown')}"
        if sources:
            said += f", {sources} source{'s' * (sources != 1)}"
        found.append(Field(1, "Group Record", said, at + place, min(at + place + size, at + len(body))))
        place += size
    return found


def _check(body: bytes, at: int, verdict: str):
    return Field(1, "Checksum", f"0x{body[2] << 8 | body[3]:04x}{verdict}", at + 2, at + 4)


def _echo(body: bytes, at: int) -> list:
    identifier, number = unpack_from(">HH", body, 4)
    found = [
        Field(1, "Identifier", f"{identifier} (0x{identifier:04x})", at + 4, at + 6),
        Field(1, "Sequence Number", str(number), at + 6, at + 8),
    ]
    if len(body) > 8:
        found.append(Field(1, "Data", f"{len(body) - 8} bytes", at + 8, at + len(body)))
    return found
