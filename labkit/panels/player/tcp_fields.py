"""The fields of a TCP segment, a UDP datagram, and what they carry."""

from __future__ import annotations

from struct import unpack_from

from labkit.packets.headers import (
    IPV4,
    IPV6,
    TCP,
    UDP,
)
from labkit.panels.player.checksums import sum_is_right, verdict
from labkit.panels.player.control import Field

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


def tcp_fields(segment, data: bytes, packet) -> list[Field]:
    at = packet.start
    sport, dport, _, _, offset, bits, window, check, urgent = unpack_from(">HHIIBBHHH", data, at)
    size = (offset >> 4) * 4
    names = ", ".join(name for bit, name, _ in reversed(FLAGS) if bits & bit)
    good = sum_is_right(data, packet, TCP)
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
    for bit, flag, name in FLAGS:
        drawn = "".join(("1" if bits & bit else "0") if bit == 1 << n else "·" for n in range(7, -1, -1))
        found.append(
            Field(
                2,
                f"{drawn[:4]} {drawn[4:]}  {name}",
                "set" if bits & bit else "not set",
                at + 13,
                at + 14,
                flag,
            )
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
    return found + payload_field(data, at + size, min(packet.end, len(data)), "TCP payload", packet.end)


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


def udp_fields(data: bytes, packet) -> list[Field]:
    at = packet.start
    sport, dport, size, check = unpack_from(">HHHH", data, at)
    said = " (none was computed)" if check == 0 else verdict(sum_is_right(data, packet, UDP))
    end = min(packet.end, len(data))
    return [
        Field(0, "User Datagram Protocol", f"{sport} → {dport}", at, at + 8),
        Field(1, "Source Port", str(sport), at, at + 2),
        Field(1, "Destination Port", str(dport), at + 2, at + 4),
        Field(1, "Length", f"{size} bytes", at + 4, at + 6),
        Field(1, "Checksum", f"0x{check:04x}{said}", at + 6, at + 8),
        *payload_field(data, at + 8, end, "UDP payload", packet.end),
    ]


def payload_field(data: bytes, start: int, end: int, name: str, whole: int) -> list[Field]:
    if whole <= start:
        return []
    kept = "" if end >= whole else f", {max(0, end - start)} of them captured"
    count = whole - start
    return [Field(0, name, f"{count} byte{'s' * (count != 1)}{kept}", start, max(start, end))]


def rest_fields(data: bytes, place: int) -> list[Field]:
    kind = data[12] << 8 | data[13]
    name = "Malformed packet" if kind in (IPV4, IPV6) else "Data"
    return [Field(0, name, f"{len(data) - place} bytes", place, len(data))] if len(data) > place else []
