"""From left to right: where the hosts' lifelines stand, and how much room there is beside each.  Pure."""

from __future__ import annotations

from itertools import accumulate
from typing import NamedTuple

from labkit.drawing.labels import SIZES, pieces_width
from labkit.drawing.measure import text_width
from labkit.pictures.ladders.arrowheads import BESIDE, LANE, variants
from labkit.pictures.ladders.arrows import Arrow
from labkit.pictures.ladders.captions import tick_texts
from labkit.pictures.ladders.flights import End, Flight
from labkit.pictures.ladders.margins import Margins
from labkit.pictures.ladders.story import Story

INNER = 8.0
"""The distance of words from a state lane, in pixels."""


class Columns(NamedTuple):
    """Pixels from the left, for each host: `x` of its lifeline, `inset` of its lanes, and the room that its states and
    calls ask for; `ticks` are the times at the left edge, (time, words), which end at `ticks_x`."""

    x: list[float]
    width: float
    inset: list[float]
    state_room: list[float]
    call_room: list[float]
    ticks: list[tuple[int, str]]
    ticks_x: float

    def inside(self, host: int) -> bool:
        """Has it other hosts on both sides?"""
        return 0 < host < len(self.x) - 1

    def outward(self, host: int) -> int:
        """On which side of its line a host's notes are: -1 left, 1 right."""
        return -1 if host == 0 else 1

    def bar_x(self, host: int) -> float:
        """Where the bars of the calls that take a while stand."""
        side = self.outward(host)
        if self.inside(host):
            return self.x[host] + side * (self.inset[host] + 5)
        states = self.state_room[host] + INNER if self.state_room[host] else 2.0
        return self.x[host] + side * (self.inset[host] + states + 9)

    def ends(self, flight: Flight, end: End) -> tuple[float, float]:
        """The x of an arrow's beginning and end."""
        side = 1 if end.host > flight.arrow.source else -1
        return (self.x[flight.arrow.source] + side * (LANE + 1.5), self.x[end.host] - side * (LANE + 1.5))


def columns_of(
    story: Story,
    margins: Margins,
    arrows: list[Arrow],
    flights: list[Flight],
    flight_ns: int,
    lane: float | None,
) -> Columns:
    """The columns of a story.  `lane`: pixels between the outermost lifelines (None: as the hosts ask)."""
    count = len(story.names)

    def widest(host, column):
        role = "state" if column == "state" else "note"
        return max(
            (
                pieces_width(note.pieces, role)
                for note in margins.notes
                if note.host == host and note.column == column
            ),
            default=0.0,
        )

    last = count - 1
    state_room = [widest(host, "state") for host in range(count)]
    call_room = [widest(host, "call") for host in range(count)]
    tracks = [
        1 + max((span.track for span in margins.spans if span.host == host), default=0)
        for host in range(count)
    ]
    inset = [LANE + (track - 1) * 7 for track in tracks]

    heads = [
        max(pieces_width(((name, "host"),), "host"), pieces_width(((address, ""),), "address"))
        for name, address in zip(story.names, story.addresses, strict=True)
    ]

    def margin(host):
        name = heads[host] / 2
        states = state_room[host] + INNER if state_room[host] else 0.0
        calls = call_room[host] + 22 if call_room[host] else 0.0
        return max(name, inset[host] + states + calls)

    ticks = tick_texts(flights, flight_ns, story)
    ticks_x = max([50.0, *(pieces_width(((text, ""),), "tick") + 10 for _, text in ticks)])
    left = ticks_x + 14 + margin(0) if count else 200.0
    if lane is None:
        wide = max(
            (
                pieces_width(variants(arrow)[0], "label") + text_width(arrow.fate.words, SIZES["fate"]) + 60
                for arrow in arrows
                if arrow.fate
            ),
            default=0.0,
        )
        lane = max(420.0, min(wide, 540.0)) if count <= 2 else max(520.0, min(760.0, 210.0 * last))
    gaps = [lane / max(1, last)] * max(0, last)
    for host in range(1, last):
        gaps[host] = max(gaps[host], max(state_room[host], call_room[host]) + 46)
    for host in range(last):
        gaps[host] = max(gaps[host], (heads[host] + heads[host + 1]) / 2 + 14)
    x = list(accumulate(gaps, initial=left)) if count else []
    width = x[-1] + (margin(last) if last > 0 else 0) + 16 if count else 420.0
    if count == 1:  # what it sends to all stands beside it
        words = max((pieces_width(variants(arrow)[0], "label") for arrow in arrows), default=0.0)
        fates = max(
            (text_width(arrow.fate.words, SIZES["label"]) for arrow in arrows if arrow.fate), default=60.0
        )
        width = max(width + heads[0] / 2, x[0] + BESIDE + words + fates + 32)
    return Columns(x, width, inset, state_room, call_room, ticks, ticks_x)
