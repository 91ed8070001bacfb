"""A ladder's picture with its times: for those who move through it.  Pure."""

from __future__ import annotations

from typing import NamedTuple

from labkit.drawing.shapes import Picture
from labkit.pictures.ladders.axis import Axis
from labkit.pictures.ladders.flights import Flight
from labkit.pictures.ladders.layout import Layout


class Laid(NamedTuple):
    """A picture, and what in it belongs to which time.

    top     y where the heads of the hosts' lines end and time begins
    x       of each host's line
    axis    the `Axis`: y of a time
    flights what flies, in order of departure;  lines: of each the lines (x1, y1, x2, y2) that it is drawn
            with, and of the copies that were lost on the way
    calls   `margins.Drawn` values
    """

    picture: Picture
    top: float
    x: tuple[float, ...]
    axis: Axis
    flights: tuple[Flight, ...]
    lines: tuple[tuple[list, list], ...]
    calls: tuple


def laid(story, fold: bool | None = None, most: int | None = None) -> Laid:
    """Lay a story out as `picture` does, and give the times of what is in it too.

    Raises OverflowError, which holds their number, for more than `most` arrows.
    """
    layout = Layout(story, "", fold, None)
    if most is not None and len(layout.arrows) > most:
        raise OverflowError(len(layout.arrows))
    drawn = layout.picture()
    return Laid(
        drawn,
        layout.top - 10,
        tuple(layout.columns.x),
        layout.axis,
        tuple(layout.flights),
        tuple(layout.lines_of(flight) for flight in layout.flights),
        tuple(layout.margins.calls),
    )
