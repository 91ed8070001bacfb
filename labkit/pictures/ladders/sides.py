"""What stands beside the lifelines: lanes of states, bars and words of calls, times.  Pure."""

from __future__ import annotations

from typing import Any

from labkit.drawing.labels import SIZES, Board
from labkit.drawing.shapes import Area, Dot, Line, Shape, Words
from labkit.pictures.ladders.arrowheads import LANE
from labkit.pictures.ladders.axis import Axis
from labkit.pictures.ladders.columns import INNER, Columns
from labkit.pictures.ladders.margins import Margins
from labkit.pictures.ladders.rooms import NOTE


def opening(fold: Any) -> tuple[float, float]:
    """From where to where the lifelines are open, because time is folded there."""
    middle = (fold.top + fold.bottom) / 2
    return middle - 9, middle + 9


def spans(margins: Margins, columns: Columns, axis: Axis, top: float, bottom: float) -> list[Shape]:
    """The lanes of states and the bars of calls that take a while."""
    shapes: list[Shape] = []
    gaps = [opening(fold) for fold in axis.folds]
    for span in margins.spans:
        y1 = top - 10 if span.begin is None else axis.y(span.begin)
        y2 = bottom if span.end is None else axis.y(span.end)
        x = columns.bar_x(span.host)
        if span.kind == "bar":
            if y2 - y1 < 1:
                shapes.append(Dot(x, y1, 2.4, "bar", span.host))
                continue
            shapes += _pieces(x - 1.5, x + 1.5, y1, y2, gaps, "bar", span.host)
            shapes += [
                Line(x - 4, y, x + 4, y, "barend", span.host)
                for y in (y1, *((y2,) if span.end is not None else ()))
            ]
        else:
            x = columns.x[span.host] + columns.outward(span.host) * 7 * span.track
            for role in ("paper", _shade(span.kind)):
                shapes += _pieces(x - LANE, x + LANE, y1 + 0.75, y2 - 0.75, gaps, role, span.host)
    return shapes


def notes(margins: Margins, columns: Columns, axis: Axis, board: Board) -> list[Shape]:
    """Calls and states, in words."""
    shapes: list[Shape] = []
    depth: dict[tuple[int, str, int], tuple[int, int]] = {}
    for note in margins.notes:
        host, side = note.host, columns.outward(note.host)
        inside = columns.inside(host)
        key = host, "" if inside else note.column, note.time
        below, beside = depth.get(key, (-1, note.beside))
        below += 1
        depth[key] = below, beside
        role = "state" if note.column == "state" else "note"
        at = axis.y(note.time)
        y = at + below * NOTE + SIZES[role] * 0.34
        if inside:
            y += (-10, 0, 11)[beside + 1]
            x = columns.x[host] + columns.inset[host] + 15
            anchor = "start"
        else:
            offset = (
                columns.inset[host] + INNER
                if note.column == "state"
                else abs(columns.bar_x(host) - columns.x[host]) + 9
            )
            x, anchor = columns.x[host] + side * offset, "end" if side < 0 else "start"
        shapes.append(board.add(Words(x, y, note.pieces, role, anchor, 0.0, host, at, note.term)))
    return shapes


def ticks(columns: Columns, axis: Axis, board: Board) -> list[Shape]:
    """Times at the left edge, as many as have room."""
    taken: list[float] = []
    said: set[str] = set()
    shapes: list[Shape] = []
    for time, text in columns.ticks:
        y = axis.y(time)
        if text in said or any(abs(y - other) < 13.5 for other in taken):
            continue
        taken.append(y)
        said.add(text)
        words = Words(columns.ticks_x, y + 3.4, ((text, "quiet"),), "tick", "end", at=y)
        shapes.append(board.add(words))
        shapes.append(Line(columns.ticks_x + 4, y, columns.ticks_x + 9, y, "tick"))
    return shapes


def _shade(state: str) -> str:
    """How strong a state's lane is: opening pale, established full, closing middling, waiting hatched."""
    if state in ("LISTEN", "TIME-WAIT"):
        return "lane-waiting"
    if state in ("SYN-SENT", "SYN-RECEIVED"):
        return "lane-opening"
    return "lane-open" if state == "ESTABLISHED" else "lane-closing"


def _pieces(
    x1: float, x2: float, y1: float, y2: float, gaps: list[tuple[float, float]], role: str, host: int
) -> list[Shape]:
    """A bar from y1 to y2, left open where time is folded."""
    shapes: list[Shape] = []
    y = y1
    for top, bottom in gaps:
        if y < top and bottom < y2:
            shapes.append(Area(((x1, y), (x2, y), (x2, top), (x1, top)), role, host))
            y = bottom
    if y2 > y:
        shapes.append(Area(((x1, y), (x2, y), (x2, y2), (x1, y2)), role, host))
    return shapes
