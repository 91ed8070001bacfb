"""From frames to segments: numbers counted from each side's first, options read."""

from __future__ import annotations

from collections.abc import Iterable
from struct import Struct

from labkit.packets.control import Summary
from labkit.packets.datagram import Other, decode
from labkit.packets.frame import Frame
from labkit.packets.headers import TCP, Packet, address, ip_packet
from labkit.packets.options import TIMESTAMPS, read
from labkit.packets.segment import ACK, FIN, FLAGS, RST, SYN, Item, Options, Segment, Segments


def segments(frames: Iterable[Frame], addresses: dict[str, str] | None = None) -> Segments[Segment]:
    """The TCP segments among frames, in their order.

    `addresses` maps addresses to host names; it names the receiver of a frame that was flooded to all.
    """
    item = Dissector(addresses).item
    return Segments(found for found in map(item, frames) if type(found) is Segment)


_HEADER = Struct(">HHIIBBH")
_WRAP = 1 << 32
FAR = 1 << 30
"""No window is larger (RFC 7323 section 2.2): what lies further ahead was forged, or follows a gap in the capture."""


class _Half:
    """One direction of one connection, as far as it has been seen."""

    __slots__ = (
        "base",
        "doubted",
        "dport",
        "dst",
        "flow",
        "offered",
        "other",
        "rivals",
        "shift",
        "sport",
        "src",
        "synced",
        "top",
    )

    other: _Half  # the other direction: set as soon as both are made

    def __init__(self, src: str, sport: int, dst: str, dport: int, flow: int) -> None:
        self.src, self.sport, self.dst, self.dport, self.flow = src, sport, dst, dport, flow
        self.base: int | None = None  # initial sequence number; guessed when the capture began later
        self.top = 0  # highest relative number seen: tells on which side of a wrap another lies
        self.doubted = 0  # a number so far ahead that only the peer, or what follows, can confirm it
        self.rivals: list[int] = []  # initial numbers of other SYN-ACKs, until the client says which counts
        self.synced = False  # its SYN is in the trace
        self.offered: int | None = None  # window scale in its SYN
        self.shift = 0

    def relative(self, raw: int) -> int:
        """A number of this direction, once its first is known: what does not lie within the largest window behind
        the highest lies ahead of it, since a capture may have missed gigabytes."""
        away = (raw - self.base - self.top) & 0xFFFFFFFF  # type: ignore[operator]  # known by now; this is the hot path
        return self.top + (away - _WRAP if away > _WRAP - FAR else away)

    def settle(self, raw_ack: int) -> None:
        """The client's first ACK tells which of several SYN-ACKs counts."""
        counts = (raw_ack - 1) % _WRAP
        if counts in self.rivals:
            self.base, self.top = counts, 1
        self.rivals.clear()

    def reach(self, number: int, begin: int) -> None:
        """It has sent up to a number, from `begin` on."""
        if number < self.top + FAR or begin == self.doubted:
            self.top = number
        else:
            self.doubted = number


class Dissector:
    """Turns frames, given in order of departure, into segments, datagrams and others.

    Raises nothing, whatever the bytes: what cannot be read becomes an `Other`.
    """

    def __init__(self, addresses: dict[str, str] | None = None) -> None:
        self._addresses = addresses or {}
        self._halves: dict[bytes, _Half] = {}
        self._flows = 0

    def item(self, frame: Frame) -> Item:
        """What the frame carries."""
        data = frame.data
        # the common case (IPv4 without options, whole, untagged) is read at fixed places: twice as fast
        if data[12:15] == b"\x08\x00\x45" and data[23:24] == b"\x06" and len(data) >= 54:
            size = data[16] << 8 | data[17]
            if size >= 40 and not data[20] & 0x3F and not data[21]:
                return self._segment(frame, data, data[26:38], 34, 14 + size, None)
        packet = ip_packet(data, frame.length)
        if packet is None or packet.protocol != TCP or packet.fragment:
            return decode(frame)
        start = packet.start
        if len(data) < start + 20 or packet.end < start + 20:
            return decode(frame)
        key = packet.src + packet.dst + data[start : start + 4]
        return self._segment(frame, data, key, start, packet.end, packet)

    def _segment(
        self, frame: Frame, data: bytes, key: bytes, start: int, end: int, packet: Packet | None
    ) -> Item:
        sport, dport, raw_seq, raw_ack, offset, bits, window = _HEADER.unpack_from(data, start)
        body = start + (offset >> 4) * 4
        if body < start + 20 or body > end:
            told = Summary("TCP", "malformed: its header does not fit", ", ")
            return Other(frame, frame.source, frame.target, "TCP", told)
        length = end - body
        half = self._halves.get(key) or self._meet(key)
        if bits & SYN:
            half = self._synchronise(key, half, raw_seq, bits, raw_ack)
        other = half.other
        if bits & ACK and other.base is None:
            other.base, other.top = (raw_ack - 1) % _WRAP, 1
        if half.base is not None:
            seq = half.relative(raw_seq)
        elif bits & RST:
            # The refusal of a SYN has SEQ=0, of a connection that never was (RFC 9293 section 3.10.7.1).
            seq = 1 if raw_seq else 0
        else:
            half.base, half.top, seq = (raw_seq - 1) % _WRAP, 1, 1
        ack = None
        if bits & ACK:
            if other.rivals and not bits & (SYN | RST):
                other.settle(raw_ack)
            ack = other.relative(raw_ack)
            if ack >= other.top + FAR and other.doubted and ack <= other.doubted and not bits & RST:
                other.top = ack  # its peer has got it

        if body == start + 20:
            options: Options = ()
        elif (
            body == start + 32 and data[start + 20 : start + 24] == b"\x01\x01\x08\x0a" and len(data) >= body
        ):
            options = (("TS", TIMESTAMPS.unpack_from(data, start + 24)),)
        else:
            options = read(data[start + 20 : body], other.relative if other.base is not None else None)
        if bits & SYN:
            half.offered = dict(options).get("wscale")
            if other.synced and half.offered is not None and other.offered is not None:
                half.shift, other.shift = (
                    min(half.offered, 14),
                    min(other.offered, 14),
                )  # RFC 7323 section 2.3
            elif other.synced:
                half.shift = other.shift = 0
            elif bits & ACK and half.offered is not None:
                # The SYN had the option too, or this could not (section 2.2).
                half.shift = min(half.offered, 14)
        else:
            window <<= half.shift
        upto = seq + length + (1 if bits & SYN else 0) + (1 if bits & FIN else 0)
        if half.top < upto and not bits & RST:
            half.reach(upto, seq)

        target = frame.target
        if target == "*" or not target:
            target = self._addresses.get(half.dst, target)
        return Segment(
            frame,
            frame.source,
            target,
            half.src,
            sport,
            half.dst,
            dport,
            seq,
            ack,
            raw_seq,
            raw_ack,
            FLAGS[bits],
            window,
            options,
            data[body:end],
            length,
            half.flow,
        )

    def _meet(self, key: bytes) -> _Half:
        """Begin to follow a connection; `key` holds source and destination address, then the ports."""
        size = (len(key) - 4) // 2
        src, dst = key[:size], key[size : 2 * size]
        sport, dport = key[-4] << 8 | key[-3], key[-2] << 8 | key[-1]
        self._flows += 1
        half = _Half(address(src), sport, address(dst), dport, self._flows)
        back = _Half(address(dst), dport, address(src), sport, self._flows)
        half.other, back.other = back, half
        self._halves[dst + src + key[-2:] + key[-4:-2]] = back
        self._halves[key] = half
        return half

    def _synchronise(self, key: bytes, half: _Half, raw_seq: int, bits: int, raw_ack: int) -> _Half:
        """A SYN begins a direction, repeats an earlier one, or uses the ports for a new connection."""
        if half.base is not None and half.base != raw_seq:
            other = half.other
            answers = bits & ACK and other.base is not None and (other.base + 1) % _WRAP == raw_ack
            if not answers:
                half = self._meet(key)
        if half.base != raw_seq:
            if half.synced and half.base is not None:
                half.rivals.append(half.base)
            half.base, half.top = raw_seq, 0
        half.synced = True
        return half
