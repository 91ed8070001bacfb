"""What happened beside TCP: datagrams that nobody takes or answers, fragments, what routers say.  Pure."""

from __future__ import annotations

from struct import unpack_from
from typing import TYPE_CHECKING, Any

from labkit.explain.gathered import Gathered
from labkit.packets.control import UNREACHABLE, UNREACHABLE_6
from labkit.packets.datagram import Datagram, Other
from labkit.packets.headers import ICMP, ICMPV6, UDP, Packet, address, ip_packet

if TYPE_CHECKING:
    from labkit.packets.frame import Frame
    from labkit.traces.trace import Trace

_PORT, _TOO_LARGE = 3, 4  # ICMP's codes that are no matter of routes (RFC 792)
_AGAIN_NS = 300_000_000
"""Who sends the same datagram again after so long has waited for an answer."""


def beside(trace: Trace, gathered: Gathered) -> None:
    """Which datagrams were refused, lost or not answered, and what do routers say?"""
    names = trace.addresses
    refused: dict[tuple[str, str, int], list[int]] = {}
    away: dict[tuple[str, str, str | int], list[int]] = {}
    fragments = False
    for item in trace.items:
        if type(item) is not Other:
            continue
        fragments = fragments or item.fragment
        said = _unreachable(item.frame) if item.protocol in ("ICMP", "ICMPv6") else None
        if said is not None:
            src, dst, port, reason = said
            who, peer = names.get(src, src), names.get(dst, dst)
            if port is not None:
                refused.setdefault((who, peer, port), []).append(item.number)
            elif reason:
                away.setdefault((item.source, peer, reason), []).append(item.number)
    for (who, peer, port), numbers in refused.items():
        gathered.found("udp-unreachable", numbers, who=who, peer=peer, port=port, count=len(numbers))
    for (router, peer, reason), numbers in away.items():
        told: dict[str, Any] = {"router": router, "peer": peer, "count": len(numbers)}
        if isinstance(reason, int):
            gathered.found("path-mtu", numbers, cost_ns=0, **told, mtu=reason)
        else:
            gathered.found("unreachable", numbers, cost_ns=0, **told, reason=reason)
    _unanswered(trace, gathered, {(who, port) for who, _, port in refused})
    if fragments:
        _fragments(trace, gathered)


def _unreachable(frame: Frame) -> tuple[str, str, int | None, str | int] | None:
    """What an ICMP message says: of a packet from where, to where, to which UDP port where nobody receives, and why, or
    how many bytes it may have."""
    packet = ip_packet(frame.data, frame.length)
    if packet is None or packet.fragment:
        return None
    body = frame.data[packet.start : packet.end]
    if packet.protocol == ICMP and body[:1] == b"\x03" and len(body) >= 28:
        src, dst = address(bytes(body[20:24])), address(bytes(body[24:28]))
        start, code = 8 + (body[8] & 15) * 4, body[1]
        if code == _PORT and body[17] == UDP and len(body) >= start + 4:
            return src, dst, unpack_from(">H", body, start + 2)[0], ""
        if code == _TOO_LARGE:
            return src, dst, None, unpack_from(">H", body, 6)[0]
        return src, dst, None, UNREACHABLE.get(code, "")
    if packet.protocol == ICMPV6 and body[:1] == b"\x01" and len(body) >= 48:
        src, dst, code = address(bytes(body[16:32])), address(bytes(body[32:48])), body[1]
        if code == 4 and body[14] == UDP and len(body) >= 52:
            return src, dst, unpack_from(">H", body, 50)[0], ""
        return src, dst, None, UNREACHABLE_6.get(code, "")
    if (
        packet.protocol == ICMPV6 and body[:1] == b"\x02" and len(body) >= 48
    ):  # too big (RFC 4443 section 3.2)
        return address(bytes(body[16:32])), address(bytes(body[32:48])), None, unpack_from(">I", body, 4)[0]
    return None


def _unanswered(trace: Trace, gathered: Gathered, refused: set[tuple[str, int]]) -> None:
    """The same datagram again, after a while, and never one back."""
    sent: dict[tuple, list[Datagram]] = {}
    answered = set()
    for item in trace.items:
        if type(item) is Datagram and item.length:
            ends = (item.src, item.sport, item.dst, item.dport)
            sent.setdefault((ends, item.payload), []).append(item)
            answered.add((item.dst, item.dport, item.src, item.sport))
    for (ends, _), tries in sent.items():
        first, last = tries[0], tries[-1]
        waited = last.departed_ns - first.departed_ns
        silent = ends not in answered and (first.source, first.dport) not in refused
        if len(tries) > 1 and waited >= _AGAIN_NS * (len(tries) - 1) and silent and first.target != "*":
            gathered.found(
                "udp-unanswered",
                [item.number for item in tries],
                cost_ns=waited,
                who=first.source,
                peer=first.target,
                port=first.dport,
                count=len(tries),
            )


def _fragments(trace: Trace, gathered: Gathered) -> None:
    """Datagrams of which some fragments arrived, and others never."""
    parts: dict[tuple, list[tuple[Frame, Packet]]] = {}
    for item in trace.items:
        if type(item) is Other and item.fragment:
            packet = ip_packet(item.frame.data, item.frame.length)
            if packet is not None and packet.fragment is not None and packet.protocol == UDP:
                key = (packet.src, packet.dst, packet.fragment[2])
                parts.setdefault(key, []).append((item.frame, packet))
    lost: dict[str, list[list[int]]] = {}
    for pieces in parts.values():
        came = [packet for frame, packet in pieces if frame.arrivals]
        if not _whole(came):
            lost.setdefault(pieces[0][0].source, []).append([frame.number for frame, _ in pieces])
    for who, found in lost.items():
        numbers = [number for each in found for number in each]
        gathered.found("fragment-lost", numbers, who=who, count=len(found))


def _whole(pieces: list[Packet]) -> bool:
    """Do fragments cover all of a packet, from its beginning to its last?"""
    upto, last = 0, False
    for packet in sorted(pieces, key=lambda each: each.fragment or (0, False, 0)):
        offset, more, _ = packet.fragment or (0, False, 0)
        if offset > upto:
            return False
        upto, last = max(upto, offset + packet.end - packet.start), last or not more
    return last
