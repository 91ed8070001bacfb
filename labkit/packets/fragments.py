"""Datagrams that came in fragments, put together again (RFC 791 section 3.2; RFC 8200 section 4.5).  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from struct import unpack_from
from typing import NamedTuple

from labkit.packets.datagram import Datagram
from labkit.packets.frame import Frame
from labkit.packets.headers import UDP, Packet, address, ip_packet

_MOST = 10_000  # packets of which fragments are missing that are kept in mind


class _Part(NamedTuple):
    start: int  # in the packet's data, in bytes
    end: int
    data: bytes  # as far as it was captured


class _Parts:
    """What has arrived of one packet so far."""

    __slots__ = ("parts", "size")

    def __init__(self) -> None:
        self.parts: dict[int, _Part] = {}
        self.size: int | None = None  # of all its data, once the last fragment is here

    def add(self, part: _Part, more: bool) -> bytes | None:
        """Add a fragment; the packet's data when all of it is here.

        Where fragments overlap and are not the same the packet is never whole, as hosts throw it away (RFC 5722; Linux
        also for IPv4).
        """
        self.parts.setdefault(part.start, part)
        if not more:
            self.size = part.end
        at, found = 0, []
        while at in self.parts:
            found.append(self.parts[at])
            if at == found[-1].end:
                break
            at = found[-1].end
        if at != self.size or len(found) != len(self.parts):
            return None
        whole = bytearray()
        for each in found:
            whole += each.data
            if len(each.data) < each.end - each.start:  # the capture has no more of it
                break
        return bytes(whole)


def reassembled(frames: Iterable[Frame]) -> list[Datagram]:
    """The UDP datagrams of which all fragments arrived, each with the frame that completed it."""
    known: dict[tuple, _Parts] = {}
    found = []
    for frame in frames:
        if not frame.arrivals:
            continue
        packet = ip_packet(frame.data, frame.length)
        if packet is None or packet.fragment is None or packet.protocol != UDP:
            continue
        offset, more, number = packet.fragment
        key = (frame.segment, packet.src, packet.dst, number)
        if key not in known and len(known) >= _MOST:
            del known[next(iter(known))]
        parts = known.setdefault(key, _Parts())
        part = _Part(offset, offset + packet.end - packet.start, bytes(frame.data[packet.start : packet.end]))
        whole = parts.add(part, more)
        if whole is None:
            continue
        assert parts.size is not None  # it is whole
        size = parts.size
        del known[key]
        datagram = _datagram(frame, packet, whole, size)
        if datagram is not None:
            found.append(datagram)
    return found


def _datagram(frame: Frame, packet: Packet, data: bytes, size: int) -> Datagram | None:
    if len(data) < 8:
        return None
    sport, dport, length = unpack_from(">HHH", data)
    if not 8 <= length <= size:
        return None
    ends = address(packet.src), sport, address(packet.dst), dport
    return Datagram(frame, frame.source, frame.target, *ends, data[8:length], length - 8)
