"""What the two ends of each conversation said, as places in frames: a reader puts the words together.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappop, heappush
from typing import NamedTuple

from labkit.packets.datagram import Datagram
from labkit.packets.segment import Item, Segment


class Piece(NamedTuple):
    """Some bytes that one end said.

    side    0: the end that spoke first of all;  1: the other
    place   of the frame among the trace's, from 0
    start   the first of them in what the frame carries as data;  size: how many
    gap     bytes before them that the trace does not hold
    """

    side: int
    place: int
    start: int
    size: int
    gap: int = 0


class Conversation(NamedTuple):
    """Two ends, (host, address, port) each, and what they said, in the order in which it could be read."""

    ends: tuple[tuple[str, str, int], tuple[str, str, int]]
    pieces: list[Piece]


def connections(items: Iterable[Item]) -> dict[int, Conversation]:
    """The TCP connections, by `Segment.flow`: each byte once, from the copy that is first in the trace."""
    members: dict[int, list[tuple[int, Segment]]] = {}
    for place, item in enumerate(items):
        if isinstance(item, Segment):
            members.setdefault(item.flow, []).append((place, item))
    return {number: _connection(each) for number, each in members.items()}


def datagrams(items: Iterable[Item]) -> list[Conversation]:
    """The pairs of ends that exchanged UDP datagrams, in order of their first: each datagram is a piece."""
    found: dict[frozenset, Conversation] = {}
    for place, item in enumerate(items):
        if isinstance(item, Datagram):
            here, there = (item.src, item.sport), (item.dst, item.dport)
            talk = found.setdefault(frozenset((here, there)), Conversation(_ends(item), []))
            side = int(talk.ends[0][1:] != here)
            talk.pieces.append(Piece(side, place, 0, len(item.payload), item.length - len(item.payload)))
    return list(found.values())


def _ends(item: Segment | Datagram) -> tuple[tuple[str, str, int], tuple[str, str, int]]:
    return (item.source, item.src, item.sport), (item.target, item.dst, item.dport)


class _Side:
    """One end's bytes on their way to a reader.

    expected   the next sequence number;  None before anything was seen
    missing    bytes that the next piece is to say it has before it
    waiting    (sequence number, place, segment) of what cannot be read yet: a heap, for a gap that nothing in the trace
               fills lets it grow to all that follow
    """

    def __init__(self) -> None:
        self.expected: int | None = None
        self.missing = 0
        self.waiting: list[tuple[int, int, Segment]] = []

    def read(self, side: int, pieces: list[Piece]) -> None:
        """Append to `pieces` all that can be read now."""
        while self.waiting and self.expected is not None and self.waiting[0][0] <= self.expected:
            begin, place, segment = heappop(self.waiting)
            start, captured = self.expected - begin, len(segment.payload)
            if start < segment.length:
                if start < captured:
                    pieces.append(Piece(side, place, start, captured - start, self.missing))
                    self.missing = 0
                self.missing += segment.length - max(start, captured)
                self.expected = begin + segment.length

    def rest(self, side: int, pieces: list[Piece]) -> None:
        """Append what stands behind gaps that nothing in the trace fills."""
        while self.waiting:
            nearest = self.waiting[0][0]
            self.missing += nearest - (self.expected or 0)
            self.expected = nearest
            self.read(side, pieces)


def _connection(members: list[tuple[int, Segment]]) -> Conversation:
    talk = Conversation(_ends(members[0][1]), [])
    sides = (_Side(), _Side())
    for place, segment in members:
        number = int(talk.ends[0][1:] != (segment.src, segment.sport))
        side, begin = sides[number], segment.data_seq
        if side.expected is None:
            side.expected = begin
        if segment.length:
            heappush(side.waiting, (begin, place, segment))
            side.read(number, talk.pieces)
    for number, side in enumerate(sides):
        side.rest(number, talk.pieces)
    return talk
