"""One packet on its way over several segments: which frames carry it, one after another.  Pure.

A host that forwards a packet leaves all as it is but the Ethernet header, the time to live, which it makes one less,
and what a middle box changes. So a frame goes on with a journey if its host has got the packet, and has not sent it on
yet: the same addresses, protocol, identification (RFC 791) and first numbers of what it carries. Of a packet that was
cut in pieces on the way each fragment goes on with it. Where a host translates addresses, the identification and what
the packet carries tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from labkit.packets.frame import Frame
from labkit.packets.headers import IPV4, TCP, UDP, Packet, address, ethertype, ip_packet

NOT_FORWARDED = "not forwarded"
"""What became of a packet that came to a host which should have sent it on, and did not."""


class _Signs(NamedTuple):
    """By what a packet is known again: exactly, behind a translation of addresses, and in pieces; None: not by that."""

    exact: tuple
    translated: tuple | None
    pieces: tuple | None


class Journey:
    """The frames that carry one packet, in order of departure.

    end   name of the host that it is for; None if that is not known, or are several
    """

    __slots__ = ("end", "frames", "got")

    def __init__(self, frame: Frame, end: str | None, life: int) -> None:
        self.end = end
        self.frames: list[Frame] = []
        self.got: dict[str, list[int]] = {}  # times to live of the copies that a host has got and not sent on
        self.add(frame, life)

    def add(self, frame: Frame, life: int) -> None:
        """It goes on with this frame, or a piece of it does."""
        self.frames.append(frame)
        for arrival in frame.arrivals:
            if arrival.host != self.end:
                self.got.setdefault(arrival.host, []).append(life)

    def goes_on(self, frame: Frame, life: int) -> bool:
        """Has the frame's host got a copy with this time to live?  That one is sent on now."""
        copies = self.got.get(frame.source, [])
        if life not in copies:
            return False
        copies.remove(life)
        return True

    def as_one(self) -> Frame:
        """One frame from its sender to the host that it is for: when it left, when it arrived, what became of it."""
        first, last = self.frames[0], self.frames[-1]
        if self.end is None or (len(self.frames) == 1 and first.target in (self.end, "*", "")):
            return first
        arrivals = tuple(each for frame in self.frames for each in frame.arrivals if each.host == self.end)
        lost = next((frame.fate for frame in reversed(self.frames) if not frame.arrivals), NOT_FORWARDED)
        hits = tuple(hit for frame in self.frames for hit in frame.hits)
        fate = last.fate if arrivals else lost
        return first._replace(target=self.end, arrivals=arrivals, fate=fate, hits=hits)


def journeys(frames: Iterable[Frame], owners: Mapping[str, str]) -> list[Journey]:
    """The journeys of all packets, in order of departure.  owners: {address: name of its host}."""
    found: list[Journey] = []
    exact: dict[tuple, list[Journey]] = {}
    translated: dict[tuple, list[Journey]] = {}
    pieces: dict[tuple, list[Journey]] = {}
    for frame in frames:
        packet = ip_packet(frame.data, frame.length)
        if packet is None:
            found.append(Journey(frame, None, 0))
            continue
        end, life, signs = owners.get(address(packet.dst)), _life(frame, packet), _signs(frame, packet)
        journey = _next(exact.get(signs.exact), frame, life)
        if journey is None and signs.translated is not None:
            journey = _next(translated.get(signs.translated), frame, life)
        if journey is None and packet.fragment and signs.pieces is not None:
            journey = _cut(pieces.get(signs.pieces), frame)
        if journey is None:
            journey = Journey(frame, end, life)
            found.append(journey)
            for known, sign in ((translated, signs.translated), (pieces, signs.pieces)):
                if sign is not None:
                    known.setdefault(sign, []).append(journey)
        else:
            journey.end = end or journey.end
            journey.add(frame, life)
        known_so = exact.setdefault(signs.exact, [])
        if not known_so or known_so[-1] is not journey:
            known_so.append(journey)
    return found


def _next(candidates: list[Journey] | None, frame: Frame, life: int) -> Journey | None:
    """The first of these that goes on with the frame: whose host has made its time to live one less, or, as a bridge
    does, left it as it is."""
    for before in (life + 1, life):
        for journey in candidates or ():
            if journey.goes_on(frame, before):
                return journey
    return None


def _cut(candidates: list[Journey] | None, frame: Frame) -> Journey | None:
    """The last of these whose packet the frame's host has got: what it sends are pieces of that."""
    return next((journey for journey in reversed(candidates or ()) if frame.source in journey.got), None)


def _life(frame: Frame, packet: Packet) -> int:
    """The time to live, or the hop limit."""
    _, place = ethertype(frame.data)
    return frame.data[place + (8 if packet.version == 4 else 7)]


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
    return carried[8:] if protocol == UDP else carried[:1] + carried[6:]
