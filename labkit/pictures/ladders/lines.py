"""The lines that an arrow is drawn with, from (x, y) to (x, y) in pixels.  Pure."""

from __future__ import annotations

from labkit.pictures.ladders.axis import Axis
from labkit.pictures.ladders.columns import Columns
from labkit.pictures.ladders.flights import Flight

Segment = tuple[float, float, float, float]
"""x1, y1, x2, y2 of a line."""

BROKEN = 0.4
"""Where in the last gap between hosts a copy for one of several receivers is drawn as lost."""


def lines_of(flight: Flight, columns: Columns, axis: Axis) -> list[Segment]:
    """The lines that an arrow is drawn with, as (x1, y1, x2, y2)."""
    lines = []
    for end in flight.ends:
        x1, x2 = columns.ends(flight, end)
        y1, y2 = axis.y(flight.arrow.departed), axis.y(end.time)
        if flight.lost:
            x2, y2 = x1 + (x2 - x1) * flight.reach, y1 + (y2 - y1) * flight.reach
        lines.append((x1, y1, x2, y2))
        if flight.arrow.count > 1:
            lines.append((x1, axis.y(flight.ended), x2, axis.y(end.last)))
    return lines


def broken_lines_of(flight: Flight, columns: Columns, axis: Axis) -> list[Segment]:
    """The lines of copies that were lost, each into the gap before the host that it was for."""
    lines = []
    for end in flight.missed:
        x1, x2 = columns.ends(flight, end)
        y1, y2 = axis.y(flight.arrow.departed), axis.y(end.time)
        gap = abs(columns.x[end.host] - columns.x[end.host + (1 if x2 < x1 else -1)])
        reach = 1 - (1 - BROKEN) * gap / abs(x2 - x1)
        lines.append((x1, y1, x1 + (x2 - x1) * reach, y1 + (y2 - y1) * reach))
    return lines
