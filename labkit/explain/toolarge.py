"""When senders are told that a packet of theirs is too large for the path (RFC 1191 section 4, RFC 8201).  Pure."""

from __future__ import annotations

from struct import unpack_from
from typing import TYPE_CHECKING

from labkit.packets.datagram import Other
from labkit.packets.headers import ICMP, ICMPV6, TCP, address, ip_packet

if TYPE_CHECKING:
    from labkit.packets.frame import Frame
    from labkit.traces.trace import Trace

End = tuple[str, int]


def told_too_large(trace: Trace) -> dict[tuple[End, End], list[tuple[int, bool]]]:
    """{(sender, the other end): when it was told, and is it sure that it came to the sender?}, of TCP."""
    found: dict[tuple[End, End], list[tuple[int, bool]]] = {}
    for item in trace.items:
        if type(item) is Other and item.protocol in ("ICMP", "ICMPv6"):
            ends = _quoted(item.frame)
            if ends is not None:
                owner = trace.addresses.get(ends[0][0])
                found.setdefault(ends, []).extend(
                    (each.time_ns, each.host == owner) for each in item.frame.arrivals
                )
    return found


def _quoted(frame: Frame) -> tuple[End, End] | None:
    """The two ends of the TCP packet that a message says is too large."""
    packet = ip_packet(frame.data, frame.length)
    if packet is None or packet.fragment:
        return None
    body = bytes(frame.data[packet.start : packet.end])
    if packet.protocol == ICMP and body[:2] == b"\x03\x04" and len(body) >= 28 and body[17] == TCP:
        start, src, dst = 8 + (body[8] & 15) * 4, body[20:24], body[24:28]
    elif packet.protocol == ICMPV6 and body[:1] == b"\x02" and len(body) >= 48 and body[14] == TCP:
        start, src, dst = 48, body[16:32], body[32:48]
    else:
        return None
    if len(body) < start + 4:
        return None
    sport, dport = unpack_from(">HH", body, start)
    return (address(src), sport), (address(dst), dport)
