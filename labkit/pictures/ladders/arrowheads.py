"""One arrow with its head, its words, and the cross where it was lost.  Pure."""

from __future__ import annotations

from math import atan2, cos, degrees, hypot, sin
from typing import TYPE_CHECKING, TypeAlias

from labkit.drawing.labels import SIZES, Board, box_of, pieces_width
from labkit.drawing.measure import shortened, text_width
from labkit.drawing.shapes import Area, Line, Shape, Words
from labkit.pictures.ladders.arrows import Arrow, Why
from labkit.words import say

if TYPE_CHECKING:
    from labkit.pictures.ladders.flights import Flight
    from labkit.pictures.ladders.lines import Segment

LANE, BESIDE = 3.0, 40.0
"""Half a state lane's width, and how far from a host's line the words on what it sends to all begin, in pixels."""

Pieces: TypeAlias = tuple[tuple[str, str], ...]
"""(text, style) each."""

HEADS = {"data": (9.5, 3.9), "syn": (9.0, 3.7), "fin": (9.0, 3.7), "rst": (9.0, 3.7), "ack": (7.5, 2.9)}


def arrow_shapes(
    flight: Flight, lines: list[Segment], broken: list[Segment], x: list[float], board: Board
) -> tuple[list[Shape], bool]:
    """The shapes of one arrow, and whether its words found a place.

    lines, broken   its lines: see `labkit.pictures.ladders.lines`;  x: the hosts' lifelines, pixels
    """
    arrow = flight.arrow
    shapes: list[Shape] = []
    host = arrow.source
    if arrow.count > 1:
        (x1, y1, x2, y2), (_, y3, _, y4) = lines[:2]
        shapes.append(Area(((x1, y1), (x2, y2), (x2, y4), (x1, y3)), f"band-{_weight(arrow)}", host))
        for line in lines[:2]:
            shapes += _with_head(line, arrow, host)
        middle = (x1, (y1 + y3) / 2, x2, (y2 + y4) / 2)
        words = board.along(arrow.number, middle, variants(arrow), "band", -4.0, 0.5, host)
        return shapes + ([] if words is None else [words]), words is not None
    if flight.lost:
        return _lost(flight, board, lines, shapes)
    for line in lines:
        shapes += _with_head(line, arrow, host)
    main = max(lines + broken, key=lambda line: (line[2] > line[0], abs(line[2] - line[0])))
    best = 0.5
    if len(lines) > 1 or len(x) > 2:
        # in the lane beside the sender the lines of a multicast lie apart, and lifelines are not crossed
        near = min(abs(each - main[0]) for each in x if (each - main[0]) * (main[2] - main[0]) > 0)
        best = 0.5 * near / max(1.0, abs(main[2] - main[0]))
    role = "quiet" if arrow.kind == "ack" else "label"
    words = board.along(arrow.number, main, variants(arrow), role, 4.5, best, host)
    for line, end, (_, why) in zip(broken, flight.missed, arrow.missed, strict=True):
        shapes.append(Line(*line, f"{_weight(arrow)} lost", host))
        shapes += _cross(*line[2:])
        shapes += _why(why, line, abs(x[end.host] - line[2]) - 22, board)
    return shapes + ([] if words is None else [words]), words is not None


def stub(arrow: Arrow, y: float, x: list[float], board: Board) -> tuple[list[Shape], bool]:
    """As `arrow_shapes`, for what was sent to all, and nobody knows who got it: a short arrow, and the words beyond.

    y   of its departure;  x: the hosts' lifelines, pixels
    """
    host, side = arrow.source, -1 if 0 < arrow.source == len(x) - 1 else 1
    line = (x[host] + side * (LANE + 1.5), y, x[host] + side * (BESIDE - 8), y)
    if arrow.fate is None:
        shapes = _with_head(line, arrow, host)
    else:
        shapes = [Line(*line, f"{_weight(arrow)} lost", host), *_cross(*line[2:])]
    end = (say("to all"), "quiet") if arrow.fate is None else (arrow.fate.words, "fate")
    choices = [(*pieces, end) for pieces in variants(arrow)] + variants(arrow)
    role = "quiet" if arrow.kind == "ack" else "label"
    for pieces in choices:
        reach = pieces_width(pieces, role) + 20
        beyond = (x[host] + side * (BESIDE - 10), y, x[host] + side * (BESIDE - 10 + reach), y)
        words = board.along(arrow.number, beyond, [pieces], role, -4.0, 0.5, host)
        if words is not None:
            return [*shapes, words], True
    return shapes, False


def _lost(
    flight: Flight, board: Board, lines: list[Segment], shapes: list[Shape]
) -> tuple[list[Shape], bool]:
    arrow, host = flight.arrow, flight.arrow.source
    for place, (x1, y1, x2, y2) in enumerate(lines):
        shapes.append(Line(x1, y1, x2, y2, f"{_weight(arrow)} lost", host))
        if not arrow.fate:
            continue
        shapes += _cross(x2, y2)
        if not place:
            room = abs(x2 - x1) / flight.reach * (1 - flight.reach) - 22
            shapes += _why(arrow.fate, (x1, y1, x2, y2), room, board)
    role = "quiet" if arrow.kind == "ack" else "label"
    line = max(lines, key=lambda line: abs(line[2] - line[0]))
    words = board.along(arrow.number, line, variants(arrow), role, 4.5, 0.5, host)
    return shapes + ([] if words is None else [words]), words is not None


def _cross(x: float, y: float) -> list[Shape]:
    return [Line(x - 5, y - 5, x + 5, y + 5, "cross"), Line(x - 5, y + 5, x + 5, y - 5, "cross")]


def _why(why: Why, line: Segment, room: float, board: Board) -> list[Shape]:
    """What became of it, beyond the cross at the end of its line, if `room` pixels are enough."""
    x1, y1, x2, y2 = line
    size = SIZES["fate"]
    if text_width("dropped", size) >= room:
        return []
    side = 1 if x2 > x1 else -1
    angle = atan2(y2 - y1, abs(x2 - x1))
    short = shortened(why.words, room, size)
    if short != why.words and "(" not in short:  # "dropped by Dr…" says no more than "dropped"
        short = shortened(why.brief, room, size)
    words = Words(
        x2 + side * 12 * cos(angle),
        y2 + 12 * sin(angle) + 3.7,
        ((short, "fate"),),
        "fate",
        "start" if side > 0 else "end",
        degrees(angle) * side,
    )
    return [board.add(words)] if board.free(box_of(words)) else []


def _weight(arrow: Arrow) -> str:
    """Data solid, acknowledgements thin, everything else between."""
    return "thin" if arrow.kind == "ack" else "solid" if arrow.kind in ("data", "datagram") else "control"


def _with_head(line: Segment, arrow: Arrow, host: int) -> list[Shape]:
    x1, y1, x2, y2 = line
    length, half = HEADS.get(arrow.kind, HEADS["syn"])
    size = max(1e-9, hypot(x2 - x1, y2 - y1))
    ux, uy = (x2 - x1) / size, (y2 - y1) / size
    bx, by = x2 - ux * length, y2 - uy * length
    head = Area(((x2, y2), (bx - uy * half, by + ux * half), (bx + uy * half, by - ux * half)), "head", host)
    return [Line(x1, y1, bx + ux, by + uy, _weight(arrow), host), head]


def variants(arrow: Arrow) -> list[Pieces]:
    """The words on an arrow, and shorter ones for where there is no room."""
    head = (arrow.head, "head" if arrow.kind != "ack" or arrow.count > 1 else "plain")
    body, quote, mark = (arrow.body, "plain"), (arrow.quote, "quote"), (arrow.mark, "mark")
    full = [head, body, quote, mark]
    choices = [
        full,
        [head, body, mark],
        [body, mark] if arrow.mark else [head, body],
        [head, mark],
        [head],
        [(arrow.body or arrow.head, "plain")],
    ]
    if arrow.secured and arrow.quote:
        choices[1:1] = [[head, quote, mark], [quote, mark], [quote]]
    if len(arrow.body) > 26 and not hasattr(arrow.item, "flags"):
        short = (shortened(arrow.body, 150, 12.0), "plain")
        choices[3:3] = [[head, short, quote, mark], [head, short]]
    out = []
    for choice in choices:
        pieces = tuple(piece for piece in choice if piece[0])
        if pieces and pieces not in out:
            out.append(pieces)
    return sorted(out, key=lambda pieces: -pieces_width(pieces, "label"))
