"""Where everything in the picture goes.  Pure: widths come from a table, so no browser is asked."""

from __future__ import annotations

from itertools import pairwise

from labkit.drawing.labels import SIZES, Board, pieces_width
from labkit.drawing.measure import text_width, wrapped
from labkit.drawing.shapes import Group, Line, Picture, Shape, Words, coloured
from labkit.pictures.ladders.arrowheads import arrow_shapes, stub, variants
from labkit.pictures.ladders.axis import duration
from labkit.pictures.ladders.captions import description, tip
from labkit.pictures.ladders.columns import columns_of
from labkit.pictures.ladders.flights import Flight, flights
from labkit.pictures.ladders.fold import rows
from labkit.pictures.ladders.lines import Segment, broken_lines_of, lines_of
from labkit.pictures.ladders.margins import margins
from labkit.pictures.ladders.rooms import NOTE, ROW, axis_of
from labkit.pictures.ladders.sides import notes, opening, spans, ticks
from labkit.words import say

TRIES = 8


def picture(story, title: str = "", fold: bool | None = None, lane: float | None = None) -> Picture:
    """Lay a story out.  `lane`: pixels between the outermost lifelines (None: as the hosts ask)."""
    return Layout(story, title, fold, lane).picture()


class Layout:
    """A story on its way to a picture: columns, flights and margins are made at once, the time axis by `picture()`."""

    def __init__(self, story, title, fold, lane):
        self.story, self.title, self.count = story, title, len(story.names)
        whole, self.flight_ns, self.runs = rows(
            story.arrows, {change.number for change in story.changes}, fold
        )
        self.arrows = whole
        self.flights: list[Flight] = flights(whole, self.flight_ns)
        start = whole[0].departed if whole else None
        self.margins = margins(story, self.runs, None if start is None else start - self.flight_ns // 3)
        self.columns = columns_of(story, self.margins, whole, self.flights, self.flight_ns, lane)
        self.flights = [self._shown(flight) if flight.lost else flight for flight in self.flights]
        self.top = 66.0 + (30.0 if title else 0.0)
        self.extra: dict[int, float] = {}

    def _shown(self, flight) -> Flight:
        """A lost arrow, drawn so far that its words fit, and beyond it the reason."""
        arrow = flight.arrow
        if not flight.ends:
            return flight
        x1, x2 = self.columns.ends(flight, flight.ends[0])
        length = abs(x2 - x1)
        words = pieces_width(variants(arrow)[0], "label") + 24
        fate = text_width(arrow.fate.words if arrow.fate else "", SIZES["fate"]) + 24
        reach = max(min(1 - fate / length, 0.66), words / length, 0.42)
        reach = min(reach, 0.8) if arrow.fate else 0.8
        if any(abs(x1 + (x2 - x1) * reach - x) < 14 for x in self.columns.x):
            reach -= 24 / length  # a cross on a host's line would say that it was lost there
        return flight._replace(reach=reach)

    # -- all together

    def picture(self) -> Picture:
        for _ in range(TRIES):
            self.axis = axis_of(
                self.flights, self.margins, self.columns, self.extra, self.top, self.flight_ns
            )
            drawn, missing = self._draw()
            if not missing:
                break
            for number in missing:
                self.extra[number] = self.extra.get(number, 0.0) + ROW * 0.8
        return drawn

    def _draw(self) -> tuple[Picture, list[int]]:
        end = self.axis.places[-1] if self.axis.places else self.top
        last_lines = max((self.axis.y(note.time) + NOTE * 2 for note in self.margins.notes), default=end)
        bottom = max(end + 34, last_lines + 8)
        lines = []
        for flight in self.flights:
            lines += [(flight.arrow.number, *line) for part in self.lines_of(flight) for line in part]
        board = Board(lines, self.columns.x)
        back = self._header(board) + self._lifelines(bottom) + self._folds(board)
        back += spans(self.margins, self.columns, self.axis, self.top, bottom)
        written = notes(self.margins, self.columns, self.axis, board)
        front, missing = [], []
        for flight in self.flights:
            shapes, found = self._arrow(flight, board)
            said = tip(flight.arrow, self.story.names, self.story.counted_from(self.arrows[0].departed))
            front.append(Group("\n".join(said), tuple(shapes), flight.arrow.number, flight.arrow.terms))
            if not found:
                missing.append(flight.arrow.number)
        times = ticks(self.columns, self.axis, board)
        left = self.columns.x[0] if self.columns.x else 20.0
        remarks = []
        for remark in self.story.remarks + (() if self.arrows else (say("no frames"),)):
            for line in wrapped(remark, max(self.columns.width - left, 240.0) - 14, SIZES["note"]):
                bottom += 20
                remarks.append(board.add(Words(left, bottom, ((line, "quiet"),), "note")))
        everything = (*back, *times, *front, *written, *remarks)
        names = " and ".join(filter(None, [", ".join(self.story.names[:-1]), *self.story.names[-1:]]))
        title = self.title or f"Sequence diagram of {names or 'no hosts'}"
        return Picture(
            self.columns.width,
            bottom + 14,
            tuple(coloured(shape, self.story.colours) for shape in everything),
            tuple(board.boxes),
            self.count,
            title,
            description(self.arrows, self.story.names),
        ), missing

    def _arrow(self, flight: Flight, board: Board) -> tuple[list[Shape], bool]:
        lines, broken = self.lines_of(flight)
        if not lines:
            return stub(flight.arrow, self.axis.y(flight.arrow.departed), self.columns.x, board)
        return arrow_shapes(flight, lines, broken, self.columns.x, board)

    def lines_of(self, flight: Flight) -> tuple[list[Segment], list[Segment]]:
        """An arrow's lines: those that arrive, and those of copies that were lost."""
        return (
            lines_of(flight, self.columns, self.axis),
            broken_lines_of(flight, self.columns, self.axis),
        )

    def _header(self, board) -> list:
        shapes = []
        if self.title:
            shapes.append(board.add(Words(14.0, 24, ((self.title, "title"),), "title")))
        for host, (name, address) in enumerate(zip(self.story.names, self.story.addresses, strict=True)):
            shapes.append(
                board.add(
                    Words(self.columns.x[host], self.top - 38, ((name, "host"),), "host", "middle", 0.0, host)
                )
            )
            if address:
                shapes.append(
                    board.add(
                        Words(self.columns.x[host], self.top - 21, ((address, "quiet"),), "address", "middle")
                    )
                )
        return shapes

    def _lifelines(self, bottom) -> list:
        lines = []
        for host, x in enumerate(self.columns.x):
            edges = [self.top - 10] + [y for fold in self.axis.folds for y in opening(fold)] + [bottom]
            lines += [
                Line(x, a, x, b, "lifeline", host) for a, b in zip(edges[::2], edges[1::2], strict=True)
            ]
        return lines

    def _folds(self, board) -> list:
        shapes = []
        for fold in self.axis.folds:
            top, bottom = opening(fold)
            for x in self.columns.x:
                step = (bottom - top) / 4
                zig = [(x, top), (x + 5, top + step), (x - 5, top + 3 * step), (x, bottom)]
                shapes += [Line(*a, *b, "zigzag") for a, b in pairwise(zig)]
            where = (self.columns.x[0] + self.columns.x[1]) / 2 if self.count > 1 else self.columns.x[0] + 70
            words = ((f"{duration(fold.duration_ns)} later", "quiet"),)
            middle = (top + bottom) / 2
            shapes.append(board.add(Words(where, middle + 4, words, "fold", "middle", at=middle)))
        return shapes
