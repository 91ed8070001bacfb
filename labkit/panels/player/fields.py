"""The fields of a frame, layer by layer, each with the bytes that it stands in.  Pure.

Names are Wireshark's, so that what is learned here is found again there; what no byte says, but the frames before
it, stands in square brackets, as there.  Sources: RFC 791 (IPv4), 8200 (IPv6), 9293 and 7323 and 2018 (TCP and its
options), 768 (UDP), 792 (ICMP), 4443 and 4861 (ICMPv6), 2236 and 3376 (IGMP), 826 (ARP), IEEE 802.1Q (tags).
"""

from __future__ import annotations

from struct import unpack, unpack_from

from labkit.packets.headers import (
    ARP,
    ETHERTYPES,
    ICMP,
    ICMPV6,
    IGMP,
    IPV4,
    IPV6,
    PROTOCOLS,
    TCP,
    UDP,
    VLAN_TAGS,
    address,
    ethertype,
    ip_packet,
)
from labkit.panels.player.control import Field, arp_fields, icmp_fields, icmpv6_fields, igmp_fields

FLAGS = (
    (0x80, "CWR", "Congestion Window Reduced"),
    (0x40, "ECE", "ECN-Echo"),
    (0x20, "URG", "Urgent"),
    (0x10, "ACK", "Acknowledgment"),
    (0x08, "PSH", "Push"),
    (0x04, "RST", "Reset"),
    (0x02, "SYN", "Syn"),
    (0x01, "FIN", "Fin"),
)
"""The bits of TCP's flags byte, the highest first, as RFC 9293 section 3.1 and Wireshark call them."""


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
        return found + _rest(data, place) if kind != -1 else found
    found += _ipv4(data, place, packet) if packet.version == 4 else _ipv6(data, place, packet)
    end = min(packet.end, len(data))
    if packet.fragment and packet.fragment[0]:
        return found + _payload(data, packet.start, end, "Fragment", packet.end)
    if hasattr(item, "flags"):
        found += _tcp(item, data, packet)
    elif packet.protocol == UDP and len(data) >= packet.start + 8:
        found += _udp(data, packet)
    elif packet.protocol in (ICMP, IGMP, ICMPV6) and end >= packet.start + 8:
        body = data[packet.start : end]
        correct = None
        if end == packet.end and not packet.fragment:
            pseudo = _pseudo(packet, ICMPV6) if packet.protocol == ICMPV6 else b""
            correct = checksum(pseudo + body) == 0
        make = {ICMP: icmp_fields, IGMP: igmp_fields, ICMPV6: icmpv6_fields}[packet.protocol]
        found += make(body, packet.start, verdict(correct))
    else:
        found += _payload(data, packet.start, end, "Data", packet.end)
    if len(data) > packet.end and frame.length == len(data):
        found.append(Field(0, "Padding", f"{len(data) - packet.end} bytes", packet.end, len(data)))
    return found


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071) of some bytes; 0 for data that holds its own, right one."""
    if len(data) % 2:
        data += b"\0"
    total = sum(unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def verdict(correct: bool | None) -> str:
    """ " [correct]" behind a checksum; nothing where the capture holds too little to tell."""
    return "" if correct is None else " [correct]" if correct else " [wrong]"


def mac(raw: bytes) -> str:
    return raw.hex(":")


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


def _pseudo(packet, protocol: int) -> bytes:
    """The pseudo header that the transport's checksum covers (RFC 9293 section 3.1; RFC 8200 section 8.1)."""
    size = packet.end - packet.start
    if packet.version == 4:
        return packet.src + packet.dst + bytes([0, protocol, size >> 8 & 255, size & 255])
    return packet.src + packet.dst + size.to_bytes(4, "big") + bytes([0, 0, 0, protocol])


def _sum_is_right(data: bytes, packet, protocol: int) -> bool | None:
    if len(data) < packet.end or packet.fragment:
        return None
    return checksum(_pseudo(packet, protocol) + data[packet.start : packet.end]) == 0


def _tcp(segment, data: bytes, packet) -> list[Field]:
    at = packet.start
    sport, dport, _, _, offset, bits, window, check, urgent = unpack_from(">HHIIBBHHH", data, at)
    size = (offset >> 4) * 4
    names = ", ".join(name for bit, name, _ in reversed(FLAGS) if bits & bit)
    good = _sum_is_right(data, packet, TCP)
    ack = segment.ack
    found = [
        Field(0, "Transmission Control Protocol", f"{sport} → {dport}, {names or 'no flags'}", at, at + size),
        Field(1, "Source Port", str(sport), at, at + 2),
        Field(1, "Destination Port", str(dport), at + 2, at + 4),
        Field(1, "[Conversation]", f"flow {segment.flow}", at, at),
        Field(1, "[TCP Segment Len]", f"{segment.length} bytes", at, at),
        Field(1, "Sequence Number", f"{segment.seq} (relative)", at + 4, at + 8),
        Field(1, "Sequence Number (raw)", str(segment.raw_seq), at + 4, at + 8),
        Field(1, "[Next Sequence Number]", f"{segment.end_seq} (relative)", at, at),
        Field(
            1, "Acknowledgment Number", "not used" if ack is None else f"{ack} (relative)", at + 8, at + 12
        ),
        Field(1, "Acknowledgment Number (raw)", str(segment.raw_ack), at + 8, at + 12),
        Field(1, "Header Length", f"{size} bytes ({offset >> 4})", at + 12, at + 13),
        Field(1, "Flags", f"0x{bits:03x} ({names or 'none'})", at + 12, at + 14),
    ]
    for bit, _, name in FLAGS:
        drawn = "".join(("1" if bits & bit else "0") if bit == 1 << n else "·" for n in range(7, -1, -1))
        found.append(
            Field(2, f"{drawn[:4]} {drawn[4:]}  {name}", "set" if bits & bit else "not set", at + 13, at + 14)
        )
    found.append(Field(1, "Window", str(window), at + 14, at + 16))
    if not bits & 2 and segment.window != window:
        found.append(Field(1, "[Calculated window size]", f"{segment.window} bytes", at, at))
        found.append(Field(1, "[Window size scaling factor]", str(segment.window // max(window, 1)), at, at))
    found += [
        Field(1, "Checksum", f"0x{check:04x}{verdict(good)}", at + 16, at + 18),
        Field(1, "Urgent Pointer", str(urgent), at + 18, at + 20),
    ]
    if size > 20 and len(data) >= at + size:
        found.append(Field(1, "Options", f"{size - 20} bytes", at + 20, at + size))
        found += _options(segment, data, at + 20, at + size)
    return found + _payload(data, at + size, min(packet.end, len(data)), "TCP payload", packet.end)


_OPTIONS = {2: "Maximum segment size", 3: "Window scale", 4: "SACK permitted", 5: "SACK", 8: "Timestamps"}


def _options(segment, data: bytes, at: int, end: int) -> list[Field]:
    """TCP's options one by one, in the order in which they stand."""
    values = iter(segment.options)
    found = []
    while at < end:
        kind = data[at]
        if kind < 2:
            name = "End of Option List (EOL)" if kind == 0 else "No-Operation (NOP)"
            found.append(Field(2, name, "", at, at + 1))
            at += 1
            if kind == 0:
                break
            continue
        size = data[at + 1] if at + 1 < end else 0
        name, value = next(values, ("malformed", b""))
        if size < 2 or at + size > end:
            found.append(Field(2, "Malformed option", f"kind {kind}", at, end))
            break
        found.append(Field(2, _OPTIONS.get(kind, f"Option {kind}"), _option(name, value), at, at + size))
        at += size
    return found


def _option(name: str, value) -> str:
    if name == "mss":
        return f"{value} bytes"
    if name == "wscale":
        return f"{value} (multiply by {1 << min(value, 14)})"
    if name == "TS":
        return f"TSval {value[0]}, TSecr {value[1]}"
    if name == "sack":
        return " ".join(f"{left}:{right}" for left, right in value) + " (relative)"
    return value.hex(" ") if isinstance(value, bytes) else "" if value is None else str(value)


def _udp(data: bytes, packet) -> list[Field]:
    at = packet.start
    sport, dport, size, check = unpack_from(">HHHH", data, at)
    said = " (none was computed)" if check == 0 else verdict(_sum_is_right(data, packet, UDP))
    end = min(packet.end, len(data))
    return [
        Field(0, "User Datagram Protocol", f"{sport} → {dport}", at, at + 8),
        Field(1, "Source Port", str(sport), at, at + 2),
        Field(1, "Destination Port", str(dport), at + 2, at + 4),
        Field(1, "Length", f"{size} bytes", at + 4, at + 6),
        Field(1, "Checksum", f"0x{check:04x}{said}", at + 6, at + 8),
        *_payload(data, at + 8, end, "UDP payload", packet.end),
    ]


def _payload(data: bytes, start: int, end: int, name: str, whole: int) -> list[Field]:
    if whole <= start:
        return []
    kept = "" if end >= whole else f", {max(0, end - start)} of them captured"
    count = whole - start
    return [Field(0, name, f"{count} byte{'s' * (count != 1)}{kept}", start, max(start, end))]


def _rest(data: bytes, place: int) -> list[Field]:
    kind = data[12] << 8 | data[13]
    name = "Malformed packet" if kind in (IPV4, IPV6) else "Data"
    return [Field(0, name, f"{len(data) - place} bytes", place, len(data))] if len(data) > place else []
