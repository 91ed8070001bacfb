"""From top to bottom: how much room each moment asks for, and the time axis that gives it.  Pure."""

from __future__ import annotations

from collections.abc import Mapping

from labkit.pictures.ladders.axis import Axis
from labkit.pictures.ladders.columns import Columns
from labkit.pictures.ladders.flights import Flight
from labkit.pictures.ladders.margins import Margins

ROW, NOTE, STEP = 19.0, 15.0, 46.0
"""Pixels: between arrows, between notes of a column, and for a typical flight from host to host."""

CROWDED = 11.0
"""Pixels between departures from any of three hosts and more, whose arrows fan out."""


def axis_of(
    flights: list[Flight],
    margins: Margins,
    columns: Columns,
    extra: Mapping[int, float],
    top: float,
    flight_ns: int,
) -> Axis:
    """The time axis from *top* on; `extra`: pixels more before these arrows, by number, whose words found no place."""
    times: list[int] = []
    busy: list[tuple[int, int]] = []
    rooms: list[tuple[int, int, float]] = []
    for flight in flights:
        times += flight.times
        busy.append((flight.arrow.departed, max(flight.times)))
    for note in margins.notes:
        times.append(note.time)
    for span in margins.spans:
        times += [time for time in (span.begin, span.end) if time is not None]
    sent: dict[int, int] = {}
    came: dict[tuple[int, bool], int] = {}
    written: dict[tuple[int, str], tuple[int, int]] = {}
    previous = None
    for flight in flights:
        arrow = flight.arrow
        more = extra.get(arrow.number, 0.0)
        before = sent.get(arrow.source)
        if before is not None:
            rooms.append((before, arrow.departed, ROW + more))
        elif more:
            rooms.append((min(times), arrow.departed, more))
        sent[arrow.source] = flight.ended
        if len(columns.x) > 2 and previous is not None:
            rooms.append((previous, arrow.departed, CROWDED))
        previous = arrow.departed
        if arrow.count > 1:
            rooms.append((arrow.departed, flight.ended, ROW))
    for time, last, key, band in sorted(
        (end.time, end.last, (end.host, end.host > flight.arrow.source), flight.arrow.count > 1)
        for flight in flights
        for end in flight.ends
    ):
        if key in came and came[key] < time:
            rooms.append((came[key], time, ROW))
        if band:
            rooms.append((time, last, ROW))
        came[key] = max(last, came.get(key, last))
    for note in margins.notes:
        beside = note.host, "" if columns.inside(note.host) else note.column
        last_note = written.get(beside)
        if last_note is not None and last_note[0] == note.time:
            written[beside] = note.time, last_note[1] + 1
            continue
        if last_note is not None:
            # between lanes, notes of an arrival hang below it, those of a departure stand above
            turn = 22 if columns.inside(note.host) else 0
            rooms.append((last_note[0], note.time, NOTE * last_note[1] + turn))
        written[beside] = note.time, 1
    return Axis(times, busy, STEP / flight_ns, rooms, top + 14)
