"""One packet on its way over several segments: which frames carry it, one after another.  Pure.

A host that forwards a packet leaves all as it is but the Ethernet header, the time to live, which it makes one less,
and what a middle box changes. So a frame goes on with a journey if its host has got the packet, and has not sent it on
yet: the same addresses, protocol, identification (RFC 791) and first numbers of what it carries. Of a packet that was
cut in pieces on the way each fragment goes on with it. Where a host translates addresses, the identification and what
the packet carries tell; there a packet may come to an address of the host's own, and be for somebody behind it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from labkit.packets.frame import Frame
from labkit.packets.headers import ICMP, IPV4, TCP, UDP, Packet, address, ethertype, ip_packet
from labkit.wire.faults import Rewrite

_ERRORS = (b"\3", b"\13", b"\14")  # ICMP: unreachable, time exceeded, parameter problem
NOT_FORWARDED = "not forwarded"
"""What became of a packet that came to a host which should have sent it on, and did not."""


class _Signs(NamedTuple):
    """By what a packet is known again: exactly, behind a translation of addresses, and in pieces; None: not by that."""

    exact: tuple | None
    translated: tuple | None
    pieces: tuple | None


class Journey:
    """The frames that carry one packet, in order of departure.

    end   name of the host that it is for; None if that is not known, or are several
    """

    __slots__ = ("_said", "end", "frames")

    def __init__(self) -> None:
        self.end: str | None = None
        self.frames: list[Frame] = []
        self._said: list[tuple[str | None, str | None]] = []  # by each: whose its addresses are

    def add(self, frame: Frame, said: tuple[str | None, str | None] = (None, None)) -> None:
        """The next one, and whose the source and the target are that stand in it; None: nobody's."""
        self.frames.append(frame)
        self._said.append(said)
        self.end = said[1] or self.end

    @property
    def plain(self) -> Frame:
        """The frame in which both ends stand by their own addresses; the first, where nobody translates them."""
        first = self.frames[0]
        both = zip(self.frames, self._said, strict=True)
        return next((frame for frame, said in both if said == (first.source, self.end)), first)

    def as_one(self) -> Frame:
        """One frame from its sender to the host that it is for: when it left, when it arrived, what became of it."""
        first, last, plain = self.frames[0], self.frames[-1], self.plain
        if self.end is None or (len(self.frames) == 1 and first.target in (self.end, "*", "")):
            return first
        arrivals = tuple(each for frame in self.frames for each in frame.arrivals if each.host == self.end)
        lost = next((frame.fate for frame in reversed(self.frames) if not frame.arrivals), NOT_FORWARDED)
        hits = tuple(hit for frame in self.frames for hit in frame.hits)
        fate = last.fate if arrivals else lost
        sent = first._replace(data=plain.data, length=plain.length)
        return sent._replace(target=self.end, arrivals=arrivals, fate=fate, hits=hits)


class _Copy:
    """A copy of a packet that a host has got, with this time to live, and may send on."""

    __slots__ = ("journey", "life", "sent")

    def __init__(self, journey: Journey, life: int) -> None:
        self.journey, self.life, self.sent = journey, life, False


class _Copies:
    """All copies that hosts have got and not sent on, by host and by each of their packets' signs."""

    def __init__(self) -> None:
        self._by_sign: dict[tuple, deque[_Copy]] = {}
        self._whole: dict[tuple, Journey] = {}  # of which a host has got the last

    def arrived(self, host: str, signs: _Signs, copy: _Copy) -> None:
        """A host has got it that the packet is not for, or may not be for."""
        for sign in (signs.exact, signs.translated):
            if sign is not None:
                self._by_sign.setdefault((host, sign), deque()).append(copy)
        if signs.pieces is not None:
            self._whole[host, signs.pieces] = copy.journey

    def sent_on(self, host: str, packet: Packet, signs: _Signs, life: int) -> Journey | None:
        """Which packet does a host send on with this one?  It has made its time to live one less; a bridge, which
        changes nothing, leaves it as it is."""
        tries = [(signs.exact, life + 1), (signs.exact, life), (signs.translated, life + 1)]
        for sign, before in tries:
            copies = self._by_sign.get((host, sign)) if sign is not None else None
            while copies and copies[0].sent:
                copies.popleft()
            for copy in copies or ():
                if copy.life == before and not copy.sent:
                    copy.sent = True
                    return copy.journey
        return self._whole.get((host, signs.pieces)) if packet.fragment else None


def journeys(frames: Iterable[Frame], owners: Mapping[str, str]) -> list[Journey]:
    """The journeys of all packets, in order of departure.  owners: {address: name of its host}."""
    frames = list(frames)
    routers = _on_several(frames)
    found: list[Journey] = []
    copies = _Copies()
    for frame in frames:
        packet = ip_packet(frame.data, frame.length)
        if packet is None:
            found.append(Journey())
            found[-1].add(frame)
            continue
        life, signs = _life(frame, packet), _signs(frame, packet)
        journey = copies.sent_on(frame.source, packet, signs, life)
        if journey is None:
            journey = Journey()
            found.append(journey)
        journey.add(frame, (owners.get(address(packet.src)), owners.get(address(packet.dst))))
        for arrival in frame.arrivals:
            copy = _Copy(journey, _rewritten(frame, arrival.host, life))
            if arrival.host != journey.end:
                copies.arrived(arrival.host, signs, copy)
            elif arrival.host in routers:
                copies.arrived(arrival.host, _Signs(None, signs.translated, None), copy)
    return found


def _on_several(frames: Iterable[Frame]) -> set[str]:
    """The hosts that send on several segments."""
    where: dict[str, set[str]] = {}
    for frame in frames:
        where.setdefault(frame.source, set()).add(frame.segment)
    return {host for host, segments in where.items() if len(segments) > 1}


def _life(frame: Frame, packet: Packet) -> int:
    """The time to live, or the hop limit."""
    _, place = ethertype(frame.data)
    return frame.data[place + (8 if packet.version == 4 else 7)]


def _rewritten(frame: Frame, receiver: str, life: int) -> int:
    """The time to live with which a frame's copy arrives there."""
    for hit in frame.hits:
        if isinstance(hit.fault, Rewrite) and hit.fault.ttl is not None and hit.receiver in (None, receiver):
            return hit.fault.ttl
    return life


def _signs(frame: Frame, packet: Packet) -> _Signs:
    data = frame.data
    kind, place = ethertype(data)
    number = data[place + 4 : place + 6] if kind == IPV4 else b""
    carried = bytes(data[packet.start : packet.end])
    exact = (packet.src, packet.dst, packet.protocol, number, packet.fragment, carried[:12])
    if packet.fragment:
        return _Signs(exact, None, (packet.src, packet.dst, packet.protocol, packet.fragment[2]))
    named = (packet.src, packet.dst, packet.protocol, int.from_bytes(number, "big")) if number else None
    return _Signs(exact, (packet.protocol, number, _kept(packet.protocol, carried)), named)


def _kept(protocol: int, carried: bytes) -> bytes:
    """What a translation of addresses leaves: not ports, identifiers and checksums."""
    if protocol == TCP:
        return carried[4:14]
    if protocol == ICMP and carried[:1] in _ERRORS:  # of what it quotes the identification and the protocol
        return carried[:2] + carried[4:8] + carried[12:14] + carried[17:18]
    return carried[8:] if protocol == UDP else carried[:1] + carried[6:]
