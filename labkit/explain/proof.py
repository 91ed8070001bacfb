"""The ladder of a finding, in which the frames that prove it stand out."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from math import hypot
from typing import TYPE_CHECKING

from labkit.drawing.shapes import Area, Group, Line, Picture, Shape
from labkit.pictures.ladders import ladder
from labkit.pictures.ladders.ladder import Ladder

if TYPE_CHECKING:
    from labkit.traces.trace import Trace

HALF = 9.0  # pixels: half the width of the band behind an arrow
HUE = 4  # orange, in the order of `style.HOST_COLOURS`


class Proof(Ladder):
    """A ladder with a band behind each frame that proves a finding."""

    def __init__(self, drawn: Ladder, numbers: Collection[int]) -> None:
        super().__init__(drawn._story, drawn._title, drawn._fold, drawn._width)
        self._plain, self._numbers = drawn, frozenset(numbers)

    @cached_property
    def _picture(self) -> Picture:
        picture = self._plain._picture
        shapes: list[Shape] = []
        for shape in picture.shapes:
            if isinstance(shape, Group) and shape.number in self._numbers:
                shapes += _bands(shape)
            shapes.append(shape)
        return picture._replace(shapes=tuple(shapes))


def proof(trace: Trace, frames: Collection[int], proving: Collection[int], flow: int, title: str) -> Proof:
    """Draw these frames, between the hosts of the connection, and mark those that prove it."""
    hosts = None
    if flow and not trace.layout:
        chosen = next(each for each in trace.flows() if each.number == flow)
        hosts = tuple(dict.fromkeys((chosen.client, chosen.server)))
        others = {
            name for frame in trace.frames if frame.number in frames for name in (frame.source, frame.target)
        }
        if others - set(hosts):
            hosts = None  # a stranger takes part
    return Proof(ladder(trace, frames=frames, hosts=hosts, fold=False, title=title), proving)


def _bands(group: Group) -> list[Shape]:
    """A band along the longest line of an arrow."""
    lines = [shape for shape in group.shapes if isinstance(shape, Line)]
    if not lines:
        return []
    line = max(lines, key=lambda each: hypot(each.x2 - each.x1, each.y2 - each.y1))
    length = hypot(line.x2 - line.x1, line.y2 - line.y1)
    if not length:
        return []
    across = (line.y1 - line.y2) * HALF / length, (line.x2 - line.x1) * HALF / length
    corners = (
        (line.x1 + across[0], line.y1 + across[1]),
        (line.x2 + across[0], line.y2 + across[1]),
        (line.x2 - across[0], line.y2 - across[1]),
        (line.x1 - across[0], line.y1 - across[1]),
    )
    return [Area(corners, "band-solid", HUE)]
