"""Putting words on slanted arrows so that no two labels overlap.  Pure."""

from __future__ import annotations

from math import atan2, cos, degrees, hypot, inf, radians, sin

from labkit.drawing.measure import text_width
from labkit.drawing.shapes import Box, Words

SIZES = {
    "label": 12.0,
    "quiet": 11.0,
    "note": 11.0,
    "state": 10.5,
    "tick": 10.0,
    "fold": 10.5,
    "host": 15.0,
    "address": 11.0,
    "title": 15.0,
    "fate": 11.0,
    "band": 12.0,
}
"""Font sizes in pixels by role."""

BOLD = {"head", "host", "title", "state", "mark"}
"""Styles and roles that are set in bold."""

POSITIONS = (0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65, 0.3, 0.7, 0.25, 0.75, 0.2, 0.8)


def pieces_width(pieces, role: str) -> float:
    """How wide a line of text is at most, in pixels."""
    size = SIZES[role]
    gaps = text_width(" ", size) * 2 * (len(pieces) - 1)
    return gaps + sum(text_width(text, size, style in BOLD or role in BOLD) for text, style in pieces)


def box_of(words: Words) -> Box:
    """The rectangle that a text takes."""
    size = SIZES[words.role]
    width = pieces_width(words.pieces, words.role)
    shift = {"start": width / 2, "middle": 0.0, "end": -width / 2}[words.anchor]
    rise = size * 0.34
    c, s = cos(radians(words.angle)), sin(radians(words.angle))
    return Box(
        words.x + c * shift + s * rise,
        words.y + s * shift - c * rise,
        width / 2 + 1,
        size * 0.56,
        words.angle,
    )


STRIP = 64.0
"""Pixels: how high the strips are in which a board looks for what may touch."""


def _strips(top: float, bottom: float) -> range:
    return range(int(top // STRIP), int(bottom // STRIP) + 1)


def _edges(box: Box) -> tuple[float, float, float, float]:
    """The left, right, top and bottom of the upright rectangle around it."""
    angle = radians(box.angle)
    c, s = abs(cos(angle)), abs(sin(angle))
    wide, high = c * box.wide + s * box.high, s * box.wide + c * box.high
    return box.x - wide, box.x + wide, box.y - high, box.y + high


class Board:
    """Where labels are, and where lines go."""

    def __init__(self, lines, lifelines):
        self.boxes: list[Box] = []
        self._lifelines = list(lifelines)
        # By strips of the height: what is far above or below touches nothing, and a long ladder has hundreds.
        self._lines: dict[int, list] = {}  # strip: [(key, (x1, y1, x2, y2), its direction)]
        self._near: dict[int, list] = {}  # strip: [(its rectangle's edges, box)]
        for key, *line in lines:
            x1, y1, x2, y2 = line
            length = hypot(x2 - x1, y2 - y1) or 1.0
            entry = key, tuple(line), ((x2 - x1) / length, (y2 - y1) / length)
            for strip in _strips(min(y1, y2), max(y1, y2)):
                self._lines.setdefault(strip, []).append(entry)

    def add(self, words: Words) -> Words:
        """Put a text where it must be."""
        box = box_of(words)
        self.boxes.append(box)
        edges = _edges(box)
        for strip in _strips(edges[2], edges[3]):
            self._near.setdefault(strip, []).append((edges, box))
        return words

    def free(self, box: Box) -> bool:
        """Is there no label yet?"""
        left, right, top, bottom = _edges(box)
        return not any(
            left < east and west < right and top < south and north < bottom and box.overlaps(other)
            for strip in _strips(top, bottom)
            for (west, east, north, south), other in self._near.get(strip, ())
        )

    def _crossed(self, key, box: Box, enough: float) -> int:
        """How many lines, but for those of one arrow, go through a box?  Counted up to `enough`."""
        west, east, top, bottom = _edges(box)
        c, s = cos(radians(box.angle)), sin(radians(box.angle))
        count, seen = 0, set()
        for strip in _strips(top, bottom):
            for entry in self._lines.get(strip, ()):
                other, line, (ux, uy) = entry
                x1, y1, x2, _ = line
                if (
                    other == key
                    or (x1 >= east and x2 >= east)
                    or (x1 <= west and x2 <= west)
                    or abs((box.x - x1) * uy - (box.y - y1) * ux)
                    > box.wide * abs(uy * c - ux * s) + box.high * abs(ux * c + uy * s) + 1e-6
                    or entry in seen
                ):
                    continue
                seen.add(entry)
                if box.crossed(*line):
                    count += 1
                    if count >= enough:
                        return count
        return count

    def along(self, key, line, variants, role: str, lift: float, first: float, host=None) -> Words | None:
        """Put the longest of some texts along a line (x1, y1, x2, y2), where it crosses the fewest others.

        lift    how far above the line its baseline is
        first   which part of the line is best (0: its beginning, 1: its end)
        None if none finds a place.
        """
        x1, y1, x2, y2 = line
        length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
        left, right = ((x1, y1), (x2, y2)) if x1 <= x2 else ((x2, y2), (x1, y1))
        angle = degrees(atan2(right[1] - left[1], right[0] - left[0]))
        up = (sin(radians(angle)) * lift, -cos(radians(angle)) * lift)
        for pieces in variants:
            width = pieces_width(pieces, role)
            margin = (width / 2 + 9) / max(length, 1)
            if margin > 0.5:
                continue
            best = None
            for share in sorted({first, *POSITIONS}, key=lambda share: abs(share - first)):
                if not margin <= share <= 1 - margin:
                    continue
                words = Words(
                    x1 + (x2 - x1) * share + up[0],
                    y1 + (y2 - y1) * share + up[1],
                    pieces,
                    role,
                    "middle",
                    angle,
                    host,
                )
                box = box_of(words)
                if not self.free(box):
                    continue
                cost = abs(share - first) * 0.8
                cost += self._crossed(key, box, inf if best is None else best[0] - cost)
                cost += 0.6 * sum(box.crossed(x, -1e6, x, 1e6) for x in self._lifelines)
                if best is None or cost < best[0]:
                    best = cost, words
                if cost < 0.1:
                    break
            if best is not None:
                return self.add(best[1])
        return None
