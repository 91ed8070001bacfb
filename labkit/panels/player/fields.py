"""The fields of a frame, layer by layer, each with the bytes that it stands in.  Pure.

Names are Wireshark's, so that what is learned here is found again there; what no byte says, but the frames before
it, stands in square brackets, as there.  Sources: RFC 791 (IPv4), 8200 (IPv6), 9293 and 7323 and 2018 (TCP and its
options), 768 (UDP), 792 (ICMP), 4443 and 4861 (ICMPv6), 2236 and 9776 (IGMP), 826 (ARP), IEEE 802.1Q (tags).
"""

from __future__ import annotations

from struct import unpack_from

from labkit.packets.headers import (
    ARP,
    ETHERTYPES,
    ICMP,
    ICMPV6,
    IGMP,
    PROTOCOLS,
    UDP,
    VLAN_TAGS,
    address,
    ethertype,
    ip_packet,
)
from labkit.panels.player.checksums import _pseudo, checksum, mac, verdict
from labkit.panels.player.control import Field, arp_fields, icmp_fields, icmpv6_fields, igmp_fields
from labkit.panels.player.tcp_fields import payload_field, rest_fields, tcp_fields, udp_fields


def fields(item) -> list[Field]:
    """All fields of what a frame carried (a `Segment`, `Datagram` or `Other`), in order of their bytes.

    Raises nothing, whatever the bytes: what is cut short ends the list.
    """
    size = len(item.frame.data)
    return [
        field._replace(start=min(field.start, size), stop=min(field.stop, size)) for field in _layers(item)
    ]


def _layers(item) -> list[Field]:
    frame = item.frame
    data = frame.data
    found = _ethernet(frame)
    kind, place = ethertype(data)
    packet = ip_packet(data, frame.length)
    if kind == ARP:
        return found + arp_fields(data, place)
    if packet is None:
        return found + rest_fields(data, place) if kind != -1 else found
    found += _ipv4(data, place, packet) if packet.version == 4 else _ipv6(data, place, packet)
    end = min(packet.end, len(data))
    if packet.fragment and packet.fragment[0]:
        return found + payload_field(data, packet.start, end, "Fragment", packet.end)
    if hasattr(item, "flags"):
        found += tcp_fields(item, data, packet)
    elif packet.protocol == UDP and len(data) >= packet.start + 8:
        found += udp_fields(data, packet)
    elif packet.protocol in (ICMP, IGMP, ICMPV6) and end >= packet.start + 8:
        body = data[packet.start : end]
        correct = None
        if end == packet.end and not packet.fragment:
            pseudo = _pseudo(packet, ICMPV6) if packet.protocol == ICMPV6 else b""
            correct = checksum(pseudo + body) == 0
        make = {ICMP: icmp_fields, IGMP: igmp_fields, ICMPV6: icmpv6_fields}[packet.protocol]
        found += make(body, packet.start, verdict(correct))
    else:
        found += payload_field(data, packet.start, end, "Data", packet.end)
    if len(data) > packet.end and frame.length == len(data):
        found.append(Field(0, "Padding", f"{len(data) - packet.end} bytes", packet.end, len(data)))
    return found


def _ethernet(frame) -> list[Field]:
    data = frame.data
    if len(data) < 14:
        return [Field(0, "Ethernet II", f"cut short after {len(data)} bytes", 0, len(data))]
    kind, place = ethertype(data)
    found = [
        Field(0, "Ethernet II", f"{mac(data[6:12])} → {mac(data[:6])}", 0, place or 14),
        Field(1, "Destination", mac(data[:6]) + _cast(data[0], data[:6]), 0, 6),
        Field(1, "Source", mac(data[6:12]), 6, 12),
    ]
    at = 12
    while at + 4 <= place and data[at] << 8 | data[at + 1] in VLAN_TAGS:
        tag = data[at + 2] << 8 | data[at + 3]
        found.append(Field(1, "802.1Q VLAN", f"ID {tag & 0xFFF}, priority {tag >> 13}", at, at + 4))
        at += 4
    if kind >= 0x600:
        found.append(Field(1, "Type", f"{ETHERTYPES.get(kind, 'unknown')} (0x{kind:04x})", at, at + 2))
    elif kind >= 0:
        found.append(Field(1, "Length", f"{kind} bytes (IEEE 802.3)", at, at + 2))
    return found


def _cast(first: int, raw: bytes) -> str:
    return " (broadcast)" if raw == b"\xff" * 6 else " (multicast)" if first & 1 else ""


def _ipv4(data: bytes, at: int, packet) -> list[Field]:
    size = (data[at] & 15) * 4
    total, ident, where, ttl, protocol, check = unpack_from(">HHHBBH", data, at + 2)
    bits = [name for bit, name in ((0x4000, "don't fragment"), (0x2000, "more fragments")) if where & bit]
    service = data[at + 1]
    ecn = ("not ECN-capable", "ECT(1)", "ECT(0)", "congestion experienced")[service & 3]
    good = checksum(data[at : at + size]) == 0
    source, target = address(packet.src), address(packet.dst)
    found = [
        Field(0, "Internet Protocol Version 4", f"{source} → {target}", at, at + size),
        Field(1, "Version", "4", at, at + 1),
        Field(1, "Header Length", f"{size} bytes", at, at + 1),
        Field(1, "Differentiated Services", f"DSCP {service >> 2}, {ecn}", at + 1, at + 2),
        Field(1, "Total Length", f"{total} bytes", at + 2, at + 4),
        Field(1, "Identification", f"0x{ident:04x} ({ident})", at + 4, at + 6),
        Field(1, "Flags", f"0x{where >> 13:x}" + (f" ({', '.join(bits)})" if bits else ""), at + 6, at + 7),
        Field(1, "Fragment Offset", f"{(where & 0x1FFF) * 8} bytes", at + 6, at + 8),
        Field(1, "Time to Live", str(ttl), at + 8, at + 9),
        Field(1, "Protocol", f"{PROTOCOLS.get(protocol, 'unknown')} ({protocol})", at + 9, at + 10),
        Field(1, "Header Checksum", f"0x{check:04x}{verdict(good)}", at + 10, at + 12),
        Field(1, "Source Address", source, at + 12, at + 16),
        Field(1, "Destination Address", target, at + 16, at + 20),
    ]
    if size > 20:
        option = "Router Alert" if data[at + 20] == 148 else f"{size - 20} bytes"
        found.append(Field(1, "Options", option, at + 20, at + size))
    return found


def _ipv6(data: bytes, at: int, packet) -> list[Field]:
    word, size, following, hops = unpack_from(">IHBB", data, at)
    source, target = address(packet.src), address(packet.dst)
    found = [
        Field(0, "Internet Protocol Version 6", f"{source} → {target}", at, packet.start),
        Field(1, "Version", "6", at, at + 1),
        Field(1, "Traffic Class", f"0x{word >> 20 & 0xFF:02x}", at, at + 2),
        Field(1, "Flow Label", f"0x{word & 0xFFFFF:05x}", at + 1, at + 4),
        Field(1, "Payload Length", f"{size} bytes", at + 4, at + 6),
        Field(1, "Next Header", f"{PROTOCOLS.get(following, 'unknown')} ({following})", at + 6, at + 7),
        Field(1, "Hop Limit", str(hops), at + 7, at + 8),
        Field(1, "Source Address", source, at + 8, at + 24),
        Field(1, "Destination Address", target, at + 24, at + 40),
    ]
    if packet.start > at + 40:
        found.append(Field(1, "Extension headers", f"{packet.start - at - 40} bytes", at + 40, packet.start))
    return found
