"""The frames that are asked for, and of those no more than a ladder can draw.  Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import TYPE_CHECKING, NamedTuple

from labkit.packets.dissector import Dissector
from labkit.packets.segment import Item, Segment, Segments
from labkit.pictures.ladders.busiest import busiest
from labkit.traces.choosing import Chosen, number_asked, same_connection
from labkit.traces.trace import Trace

if TYPE_CHECKING:
    from labkit.packets.frame import Frame

HOSTS, ASKED = 12, 40
"""So many hosts stand side by side at most: when nobody chose them, and when somebody did."""

FRAMES = 5000
"""Of so many frames at most arrows are made: what these leave, folded into runs, fills any picture."""


class Excerpt(Trace):
    """Some frames of a trace, numbered as there: frames, connections, places of hosts.

    marks  of the frames and what surrounds them (only a later frame tells that one was overtaken); None: their own
    """

    def __init__(self, trace: Trace, items: Iterable[Item], marks: dict[int, str] | None = None) -> None:
        self._items: Segments[Item] = Segments(items)
        self._marks = marks
        super().__init__(
            (item.frame for item in self._items),
            hosts=trace.hosts,
            addresses=trace.addresses,
            calls=trace.calls,
            missed=trace.missed,
            full=trace.full,
            layout=trace.layout,
            keys=trace.keys,
        )

    @property
    def items(self) -> Segments[Item]:
        """What its frames carry, read with all that went before them in the whole trace."""
        return self._items

    def marks(self) -> dict[int, str]:
        """What is each unusual segment?  See `Trace.marks`."""
        return super().marks() if self._marks is None else self._marks


class Part(NamedTuple):
    """What of a trace a ladder draws.

    trace   its frames, the first `FRAMES` of them
    names   its hosts, from left to right
    total   how many frames were asked for, between those hosts
    chosen  the hosts were chosen here, of too many
    numbers the frames to draw, of a `trace` that begins before them; None: all
    torn    it does not begin before them, as it should: too many frames lie there
    """

    trace: Trace
    names: tuple[str, ...]
    total: int
    chosen: bool = False
    numbers: Container[int] | None = None
    torn: bool = False


def part_of(
    trace: Trace, names: tuple[str, ...], most: int, flow: Chosen, numbers: Container[int] | None
) -> Part:
    """The part that is asked for.  Raises TypeError or ValueError for a connection that the trace does not have.

    names   the hosts: of more than `most` those between which most frames went
    flow    which connection; numbers: of the frames; None: all
    """
    every, number = trace.frames, number_asked(flow)
    if len(every) <= FRAMES and len(names) <= most and numbers is None:
        if flow is not None:
            trace.select(flow=flow)  # says what is wrong with it
        return Part(trace, names, len(every))
    chosen = len(names) > most
    if chosen and number is None:
        names = busiest((frame for frame in every if _asked(frame, numbers)), names, most)
    kept, before, total = _found(trace, numbers, names, number)
    if flow is not None and not total:
        trace.select(flow=flow)  # asked for only now: of a large trace it takes as much room again
    elif flow is not None and isinstance(first := kept[0], Segment):  # only segments have a connection
        same_connection(flow, first)
    if chosen and number is not None:
        names = busiest((item.frame for item in kept), names, most)
        kept, before, total = _found(trace, numbers, names, number)
    if numbers is None:
        return Part(Excerpt(trace, kept), names, total, chosen)
    if before is not None:
        return Part(Excerpt(trace, before), names, total, chosen, numbers)
    return Part(Excerpt(trace, kept), names, total, chosen, torn=True)


def _found(
    trace: Trace, numbers: Container[int] | None, names: tuple[str, ...], number: int | None
) -> tuple[list[Item], list[Item] | None, int]:
    """What the first `FRAMES` of the frames carry that are asked for, between those hosts, of that connection; the same
    with all that went between them before (None if that is more than `FRAMES`); and how many are asked for."""
    places = set(names)
    kept: list[Item] = []
    before: list[Item] = []
    total = passed = upto = 0
    read = Dissector(trace.addresses).item  # it must see all: numbers are relative to what went before
    for frame in trace.frames:
        if number is None and len(kept) == FRAMES:
            total += _between(frame, places) and _asked(frame, numbers)
            continue
        item = read(frame)
        if not _between(frame, places) or (number is not None and getattr(item, "flow", None) != number):
            continue
        passed += 1
        if passed <= FRAMES:
            before.append(item)
        if _asked(frame, numbers):
            total += 1
            if len(kept) < FRAMES:
                kept.append(item)
                upto = passed
    return kept, before[:upto] if upto <= FRAMES else None, total


def total_between(trace: Trace, names: tuple[str, ...], numbers: Container[int] | None) -> int:
    """How many of the frames asked for went between hosts?"""
    places = set(names)
    return sum(_between(frame, places) and _asked(frame, numbers) for frame in trace.frames)


def _asked(frame: Frame, numbers: Container[int] | None) -> bool:
    return numbers is None or frame.number in numbers


def _between(frame: Frame, places: set[str]) -> bool:
    """Does it concern one of the hosts besides its sender, or nobody whom one could name?"""
    return frame.source in places and (
        frame.target in places
        or frame.target in ("*", "")
        or any(arrival.host in places for arrival in frame.arrivals)
    )
