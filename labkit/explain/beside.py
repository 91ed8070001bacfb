"""What happened beside TCP: datagrams that nobody takes, addresses that nobody has.  Pure."""

from __future__ import annotations

from struct import unpack_from
from typing import TYPE_CHECKING

from labkit.explain.gathered import Gathered
from labkit.packets.headers import ARP, ICMP, ICMPV6, IPV4, IPV6, UDP, address, ethertype, ip_packet

if TYPE_CHECKING:
    from labkit.packets.frame import Frame
    from labkit.traces.trace import Trace

_PATIENCE_NS = 900_000_000  # a kernel asks once a second


def beside(trace: Trace, gathered: Gathered) -> None:
    """Which datagrams were refused, and which addresses were asked for in vain?"""
    refused: dict[tuple[str, str, int], list[int]] = {}
    asked: dict[str, list[Frame]] = {}
    names = trace.addresses
    last = max((frame.departed_ns for frame in trace.frames), default=0)
    for frame in trace.frames:
        if frame.data[12:15] == b"\x08\x00\x45" and frame.data[23:24] == b"\x06":
            continue  # TCP, as most are
        kind, place = ethertype(frame.data)
        if kind == ARP:
            _arp(frame, place, asked)
        elif kind in (IPV4, IPV6) and (found := _port_unreachable(frame)) is not None:
            src, dst, port = found
            refused.setdefault((names.get(src, src), names.get(dst, dst), port), []).append(frame.number)
    for (who, peer, port), numbers in refused.items():
        gathered.found("udp-unreachable", numbers, who=who, peer=peer, port=port, count=len(numbers))
    for wanted, frames in asked.items():
        if len(frames) > 1 or (frames and last - frames[0].departed_ns >= _PATIENCE_NS):
            gathered.found(
                "arp-unanswered",
                [frame.number for frame in frames],
                who=frames[0].source,
                address=wanted,
                count=len(frames),
                cost_ns=frames[-1].departed_ns - frames[0].departed_ns,
            )


def _arp(frame: Frame, place: int, asked: dict[str, list[Frame]]) -> None:
    """Note a question, or that its address is somebody's: an answer, or a question of its own, says so (RFC 826)."""
    data = frame.data
    if len(data) < place + 28 or data[place + 4 : place + 6] != b"\x06\x04":
        return
    operation, sender, wanted = data[place + 7], data[place + 14 : place + 18], data[place + 24 : place + 28]
    if any(sender):
        asked.pop(address(sender), None)
    if operation == 1 and sender != wanted and any(sender):
        asked.setdefault(address(wanted), []).append(frame)


def _port_unreachable(frame: Frame) -> tuple[str, str, int] | None:
    """Of which datagram does an ICMP message say that nobody takes it: from where, to where, to which port?"""
    packet = ip_packet(frame.data, frame.length)
    if packet is None or packet.fragment or packet.protocol not in (ICMP, ICMPV6):
        return None
    body = frame.data[packet.start : packet.end]
    if body[:2] == b"\x03\x03" and packet.protocol == ICMP and len(body) >= 28:
        start = 8 + (body[8] & 15) * 4
        if body[17] == UDP and len(body) >= start + 4:
            port = unpack_from(">H", body, start + 2)[0]
            return address(bytes(body[20:24])), address(bytes(body[24:28])), port
    if body[:2] == b"\x01\x04" and packet.protocol == ICMPV6 and len(body) >= 52 and body[14] == UDP:
        port = unpack_from(">H", body, 50)[0]
        return address(bytes(body[16:32])), address(bytes(body[32:48])), port
    return None
