"""What a picture is made of, and whether two labels overlap.  Pure."""

from __future__ import annotations

from math import cos, radians, sin
from typing import NamedTuple, TypeAlias


class Line(NamedTuple):
    """A straight line; `role` decides its weight and dashes, `host` its colour (None: ink)."""

    x1: float
    y1: float
    x2: float
    y2: float
    role: str
    host: int | None = None


class Area(NamedTuple):
    """A filled polygon."""

    points: tuple[tuple[float, float], ...]
    role: str
    host: int | None = None


class Dot(NamedTuple):
    """A small filled circle."""

    x: float
    y: float
    radius: float
    role: str
    host: int | None = None


class Words(NamedTuple):
    """A line of text: pieces of (text, style), anchored at its start, middle or end, turned by `angle`
    degrees about its anchor; (x, y) is on the baseline.  `at`: the y of the time that it belongs to, if any; `term`:
    what it shows, as the glossary knows it ("SYN-SENT"), if that is a term."""

    x: float
    y: float
    pieces: tuple[tuple[str, str], ...]
    role: str
    anchor: str = "start"
    angle: float = 0.0
    host: int | None = None
    at: float | None = None
    term: str = ""


Shape: TypeAlias = "Line | Area | Dot | Words | Group"


class Group(NamedTuple):
    """Shapes that belong together, and what is said when one points at them; `number`: of the frame they draw; `terms`:
    what they show, as the glossary knows it ("SYN", "ack")."""

    tip: str
    shapes: tuple[Shape, ...]
    number: int = 0
    terms: tuple[str, ...] = ()


def coloured(shape: Shape, colours: tuple[int, ...]) -> Shape:
    """The shape with each host's colour in place of the host: `colours` holds one for each."""
    if isinstance(shape, Group):
        return shape._replace(shapes=tuple(coloured(part, colours) for part in shape.shapes))
    return shape if shape.host is None else shape._replace(host=colours[shape.host])


class Picture(NamedTuple):
    """A laid-out ladder: its size in pixels, its shapes from back to front, the boxes of all its labels."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    boxes: tuple[Box, ...]
    hosts: int
    title: str
    description: str


class Box(NamedTuple):
    """A label's rectangle: its centre, half its width and height, and its angle in degrees."""

    x: float
    y: float
    wide: float
    high: float
    angle: float = 0.0

    @property
    def corners(self) -> tuple[tuple[float, float], ...]:
        c, s = cos(radians(self.angle)), sin(radians(self.angle))
        return tuple(
            (self.x + c * a - s * b, self.y + s * a + c * b)
            for a, b in (
                (-self.wide, -self.high),
                (self.wide, -self.high),
                (self.wide, self.high),
                (-self.wide, self.high),
            )
        )

    def overlaps(self, other: Box, slack: float = 0.0) -> bool:
        """Do they share an area?  (By separating axes; `slack`: how far they may reach into each other.)"""
        reach = self.wide + self.high + other.wide + other.high
        if abs(self.x - other.x) > reach or abs(self.y - other.y) > reach:
            return False
        mine, theirs = self.corners, other.corners
        for box in (self, other):
            c, s = cos(radians(box.angle)), sin(radians(box.angle))
            for ax, ay in ((c, s), (-s, c)):
                one = [x * ax + y * ay for x, y in mine]
                two = [x * ax + y * ay for x, y in theirs]
                if max(one) <= min(two) + slack or max(two) <= min(one) + slack:
                    return False
        return True

    def crossed(self, x1: float, y1: float, x2: float, y2: float) -> bool:
        """Does a line go through it?"""
        c, s = cos(radians(self.angle)), sin(radians(self.angle))
        a1, b1 = (x1 - self.x) * c + (y1 - self.y) * s, (y1 - self.y) * c - (x1 - self.x) * s
        a2, b2 = (x2 - self.x) * c + (y2 - self.y) * s, (y2 - self.y) * c - (x2 - self.x) * s
        begin, end = 0.0, 1.0
        for start, move, half in ((a1, a2 - a1, self.wide), (b1, b2 - b1, self.high)):
            if abs(move) < 1e-9:
                if abs(start) >= half:
                    return False
                continue
            low, high = sorted(((-half - start) / move, (half - start) / move))
            begin, end = max(begin, low), min(end, high)
            if begin >= end:
                return False
        return True
