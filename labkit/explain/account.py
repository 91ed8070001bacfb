"""Where the time of a connection went: spans that are painted over each other, and what is seen of each in the end.

Every nanosecond belongs to one cause only: that of the uppermost span that covers it.  So they add up to the whole,
whatever the spans.  Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappop, heappush
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from labkit.explain.durations import duration
from labkit.words import say

CAUSES = {
    "handshake": "handshake",
    "server": "{server}'s program",
    "client": "{client}'s program",
    "nagle": "held by Nagle's algorithm",
    "delayed": "delayed ACK",
    "closed": "closed window",
    "window": "receive window full",
    "timeout": "waiting for a timeout",
    "repair": "waiting for a repair",
    "congestion": "congestion window",
    "buffer": "written, not sent yet",
    "sending": "send buffer full",
    "wire": "on the wire",
    "closing": "closing",
    "idle": "nothing to do",
    "unknown": "cannot be told",
}
"""Where time can go, and the words for it."""

_ORDER = (
    "unknown idle client server buffer wire congestion sending window nagle delayed closed repair handshake"
)
LAYER = {cause: place for place, cause in enumerate((*_ORDER.split(), "closing", "timeout"))}
"""Which cause lies over which: the higher covers the lower."""


class Span(NamedTuple):
    """From `begin` on, and before `end`, in nanoseconds, time went there."""

    cause: str
    begin: int
    end: int


class Account(NamedTuple):
    """Where the time of one connection went.

    flow     its number;  client, server: names of its hosts
    begin    when its first frame left, and `end` when its last was seen, in nanoseconds
    pieces   one after another, without gaps, from begin to end
    guessed  the capture has one time a frame, so what was on the wire is estimated from the smallest round trip
    """

    flow: int
    client: str
    server: str
    begin: int
    end: int
    pieces: tuple[Span, ...]
    guessed: bool = False

    @property
    def whole(self) -> int:
        """How long it lived, in nanoseconds."""
        return self.end - self.begin

    @property
    def spent(self) -> dict[str, int]:
        """{cause: nanoseconds}, the largest first; they add up to `whole`."""
        found: dict[str, int] = {}
        for piece in self.pieces:
            found[piece.cause] = found.get(piece.cause, 0) + piece.end - piece.begin
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def words(self, cause: str) -> str:
        """A cause in words, with the hosts' names."""
        return say(CAUSES[cause], client=self.client, server=self.server)

    def __str__(self) -> str:
        told = ", ".join(f"{self.words(cause)} {duration(ns)}" for cause, ns in self.spent.items())
        return f"{self.client} > {self.server}, {duration(self.whole)}: {told or say('one moment')}"

    def __repr__(self) -> str:
        return f"<Account {self.flow}: {self}>"


def painted(begin: int, end: int, ground: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """What is seen of spans that lie over each other on a ground, between begin and end; neighbours of one cause
    become one piece."""
    clipped = _joined(spans, begin, end)
    bounds = sorted({begin, end, *(each[0] for each in clipped), *(each[1] for each in clipped)})
    pieces: list[Span] = []
    over: list[tuple[int, int, str]] = []  # (-layer, end, cause) of what has begun: the uppermost first
    coming = 0
    for here, there in pairwise(bounds):
        while coming < len(clipped) and clipped[coming][0] <= here:
            _, stop, layer, cause = clipped[coming]
            heappush(over, (layer, stop, cause))
            coming += 1
        while over and over[0][1] <= here:
            heappop(over)
        cause = over[0][2] if over else ground
        if pieces and pieces[-1].cause == cause:
            pieces[-1] = pieces[-1]._replace(end=there)
        else:
            pieces.append(Span(cause, here, there))
    return tuple(pieces)


def _joined(spans: Iterable[Span], begin: int, end: int) -> list[tuple[int, int, int, str]]:
    """(from, to, -layer, cause), sorted, between begin and end; what overlaps or touches, of one cause, is one."""
    found: list[tuple[int, int, int, str]] = []
    since: dict[str, int] = {}
    until: dict[str, int] = {}
    for cause, first, last in sorted(spans, key=itemgetter(1)):
        first, last = max(first, begin), min(last, end)
        if first >= last:
            continue
        known = until.get(cause)
        if known is not None and first <= known:
            if last > known:
                until[cause] = last
            continue
        if known is not None:
            found.append((since[cause], known, -LAYER[cause], cause))
        since[cause], until[cause] = first, last
    found += [(since[cause], until[cause], -LAYER[cause], cause) for cause in since]
    found.sort()
    return found


def covered(spans: Iterable[Span]) -> int:
    """How many nanoseconds lie under at least one of them."""
    total, until = 0, None
    for span in sorted(spans, key=lambda each: each.begin):
        begin = span.begin if until is None else max(span.begin, until)
        if span.end > begin:
            total += span.end - begin
            until = span.end
    return total
