"""Which arrow carried a byte that an end of a connection wrote, and with which one had what it read come?  Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from heapq import heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labkit.pictures.ladders.arrows import Arrow


class Side:
    """One end of one connection: what it sent and what reached it, and how much its program wrote and read.

    `sent` and `came` are complete before anything is asked.
    """

    def __init__(self, port: int, peer: tuple, flow: int = 0):
        self.port, self.peer, self.flow = port, peer, flow
        self.sent: list[Arrow] = []
        self.came: list[tuple[int, Arrow]] = []
        self.fin_used = self.syn_used = False
        self.written = self.read = 0

    @cached_property
    def _outward(self) -> tuple[int, list[tuple[int, int, int]]]:
        """The number of the first byte sent, and (begin, end, arrow's number) of what each arrow sent beyond all
        before it: in order, so that a byte is found at once."""
        beyond: list[tuple[int, int, int]] = []
        for arrow in self.sent:
            item = arrow.item
            begin, end = item.data_seq, item.data_seq + item.length
            top = beyond[-1][1] if beyond else begin
            if item.length and end > top:
                beyond.append((max(begin, top), end, arrow.number))
        return _first_byte(self.sent), beyond

    def sends(self, offset: int) -> int | None:
        """The arrow that first carried the byte at an offset of what this end wrote."""
        first, beyond = self._outward
        byte = first + offset
        place = bisect_right(beyond, byte, key=lambda each: each[0]) - 1
        if place >= 0 and byte < beyond[place][1]:
            return beyond[place][2]
        for arrow in self.sent:  # in a hole that was filled later
            if arrow.item.data_seq <= byte < arrow.item.data_seq + arrow.item.length:
                return arrow.number
        return None

    @cached_property
    def _inward(self) -> tuple[int, list[int], list[int], int | None]:
        """The number of the first byte that came; after each arrow, up to which byte all had come, and its number; the
        arrow with which all up to the FIN had."""
        first = edge = _first_byte(arrow for _, arrow in self.came)
        edges: list[int] = []
        numbers: list[int] = []
        pieces: list[tuple[int, int]] = []
        last = ended = None
        for _, arrow in self.came:
            item = arrow.item
            if not (item.length or "F" in item.flags):
                continue
            begin, end = item.data_seq, item.data_seq + item.length
            if "F" in item.flags:
                last = end if last is None else min(last, end)
            heappush(pieces, (begin, end))
            while pieces and pieces[0][0] <= edge:
                edge = max(edge, heappop(pieces)[1])
            edges.append(edge)
            numbers.append(arrow.number)
            if ended is None and last is not None and last <= edge:
                ended = arrow.number
        return first, edges, numbers, ended

    def brings(self, offset: int | None) -> int | None:
        """The arrow with which all up to that offset of what this end reads (None: the FIN) had come."""
        first, edges, numbers, ended = self._inward
        if offset is None:
            return ended
        place = bisect_right(edges, first + offset)
        return numbers[place] if place < len(numbers) else None


def _first_byte(arrows: Iterable[Arrow]) -> int:
    return min((arrow.item.data_seq for arrow in arrows if arrow.item.length), default=1)
