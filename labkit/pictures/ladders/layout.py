"""Where everything in the picture goes.  Pure: widths come from a table, so no browser is asked."""

from __future__ import annotations

from itertools import pairwise
from statistics import median

from labkit.drawing.labels import SIZES, Board, pieces_width
from labkit.drawing.measure import text_width
from labkit.drawing.shapes import Area, Dot, Group, Line, Picture, Words, coloured
from labkit.pictures.ladders.arrowheads import arrow_shapes, variants
from labkit.pictures.ladders.axis import Axis, duration
from labkit.pictures.ladders.captions import description, tick_texts, tip
from labkit.pictures.ladders.flights import Flight, flights
from labkit.pictures.ladders.fold import folded, many
from labkit.pictures.ladders.margins import margins

ROW, NOTE, STEP = 19.0, 15.0, 46.0
"""Pixels: between arrows, between notes of a column, and for a typical flight from host to host."""

LANE, INNER = 3.0, 8.0
"""Half a state lane's width, and the distance of words from it."""

CROWDED = 11.0
"""Pixels between departures from any of three hosts and more, whose arrows fan out."""

BROKEN = 0.4
"""Where in the last gap between hosts a copy for one of several receivers is drawn as lost."""

TRIES = 8


def picture(story, title: str = "", fold: bool | None = None, lane: float | None = None) -> Picture:
    """Lay a story out.  `lane`: pixels between the outermost lifelines (None: as the hosts ask)."""
    return Layout(story, title, fold, lane).picture()


class Layout:
    """A story on its way to a picture: columns, flights and margins are made at once, the time axis by `picture()`."""

    def __init__(self, story, title, fold, lane):
        self.story, self.title, self.count = story, title, len(story.names)
        whole = sorted(story.arrows, key=lambda arrow: arrow.departed)
        self.flight_ns = _typical(whole)
        self.runs = bool(whole) and (many(whole) if fold is None else fold)
        if self.runs:
            fixed = {change.number for change in story.changes}
            whole, _ = folded(whole, fixed, gap_ns=max(self.flight_ns // 2, 1000))
            whole.sort(key=lambda arrow: arrow.departed)
        self.arrows = whole
        self.flights: list[Flight] = flights(whole, self.flight_ns)
        start = whole[0].departed if whole else None
        self.margins = margins(story, self.runs, None if start is None else start - self.flight_ns // 3)
        self._columns(lane)
        self.flights = [self._shown(flight) if flight.lost else flight for flight in self.flights]
        self.top = 66.0 + (30.0 if title else 0.0)
        self.extra: dict[int, float] = {}

    # -- from left to right

    def _columns(self, lane) -> None:
        def widest(host, column):
            role = "state" if column == "state" else "note"
            return max(
                (
                    pieces_width(note.pieces, role)
                    for note in self.margins.notes
                    if note.host == host and note.column == column
                ),
                default=0.0,
            )

        last = self.count - 1
        self.state_room = [widest(host, "state") for host in range(self.count)]
        self.call_room = [widest(host, "call") for host in range(self.count)]
        tracks = [
            1 + max((span.track for span in self.margins.spans if span.host == host), default=0)
            for host in range(self.count)
        ]
        self.inset = [LANE + (count - 1) * 7 for count in tracks]

        def margin(host):
            name = (
                max(
                    pieces_width(((self.story.names[host], "host"),), "host"),
                    pieces_width(((self.story.addresses[host], ""),), "address"),
                )
                / 2
            )
            states = self.state_room[host] + INNER if self.state_room[host] else 0.0
            calls = self.call_room[host] + 22 if self.call_room[host] else 0.0
            return max(name, self.inset[host] + states + calls)

        self.ticks = tick_texts(self.flights, self.flight_ns)
        self.ticks_x = max([50.0, *(pieces_width(((text, ""),), "tick") + 10 for _, text in self.ticks)])
        left = self.ticks_x + 14 + margin(0) if self.count else 200.0
        if lane is None:
            wide = max(
                (
                    pieces_width(variants(arrow)[0], "label")
                    + text_width(arrow.fate.words, SIZES["fate"])
                    + 60
                    for arrow in self.arrows
                    if arrow.fate
                ),
                default=0.0,
            )
            lane = max(420.0, min(wide, 540.0)) if self.count <= 2 else max(520.0, min(760.0, 210.0 * last))
        gaps = [lane / max(1, last)] * max(0, last)
        for host in range(1, last):
            gaps[host] = max(gaps[host], max(self.state_room[host], self.call_room[host]) + 46)
        self.x = [left]
        for gap in gaps:
            self.x.append(self.x[-1] + gap)
        self.width = self.x[-1] + (margin(last) if last > 0 else 0) + 16 if self.count else 420.0

    def _shown(self, flight) -> Flight:
        """A lost arrow, drawn so far that its words fit, and beyond it the reason."""
        arrow = flight.arrow
        if not flight.ends:
            return flight
        x1, x2 = self._ends(flight, flight.ends[0])
        length = abs(x2 - x1)
        words = pieces_width(variants(arrow)[0], "label") + 24
        fate = text_width(arrow.fate.words, SIZES["fate"]) + 24
        reach = max(min(1 - fate / length, 0.66), words / length, 0.42)
        reach = min(reach, 0.8) if arrow.fate else 0.8
        if any(abs(x1 + (x2 - x1) * reach - x) < 14 for x in self.x):
            reach -= 24 / length  # a cross on a host's line would say that it was lost there
        return flight._replace(reach=reach)

    # -- from top to bottom

    def _axis(self) -> Axis:
        times, busy, rooms = [], [], []
        for flight in self.flights:
            times += flight.times
            busy.append((flight.arrow.departed, max(flight.times)))
        for note in self.margins.notes:
            times.append(note.time)
        for span in self.margins.spans:
            times += [time for time in (span.begin, span.end) if time is not None]
        sent, came, written, previous = {}, {}, {}, None
        for flight in self.flights:
            arrow = flight.arrow
            extra = self.extra.get(arrow.number, 0.0)
            before = sent.get(arrow.source)
            if before is not None:
                rooms.append((before, arrow.departed, ROW + extra))
            elif extra:
                rooms.append((min(times), arrow.departed, extra))
            sent[arrow.source] = flight.ended
            if self.count > 2 and previous is not None:
                rooms.append((previous, arrow.departed, CROWDED))
            previous = arrow.departed
            if arrow.count > 1:
                rooms.append((arrow.departed, flight.ended, ROW))
        for time, last, key, band in sorted(
            (end.time, end.last, (end.host, end.host > flight.arrow.source), flight.arrow.count > 1)
            for flight in self.flights
            for end in flight.ends
        ):
            if key in came and came[key] < time:
                rooms.append((came[key], time, ROW))
            if band:
                rooms.append((time, last, ROW))
            came[key] = max(last, came.get(key, last))
        for note in self.margins.notes:
            key = note.host, "" if self._inside(note.host) else note.column
            before = written.get(key)
            if before is not None and before[0] == note.time:
                written[key] = note.time, before[1] + 1
                continue
            if before is not None:
                # between lanes, notes of an arrival hang below it, those of a departure stand above
                turn = 22 if self._inside(note.host) else 0
                rooms.append((before[0], note.time, NOTE * before[1] + turn))
            written[key] = note.time, 1
        return Axis(times, busy, STEP / self.flight_ns, rooms, self.top + 14)

    def _inside(self, host: int) -> bool:
        return 0 < host < self.count - 1

    # -- all together

    def picture(self) -> Picture:
        for _ in range(TRIES):
            self.axis = self._axis()
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
            drawn = self.lines_of(flight) + self.broken_lines_of(flight)
            lines += [(flight.arrow.number, *line) for line in drawn]
        board = Board(lines, self.x)
        back = self._header(board) + self._lifelines(bottom) + self._folds(board)
        back += self._spans(bottom)
        notes = self._notes(board)
        front, missing = [], []
        for flight in self.flights:
            shapes, found = arrow_shapes(self, flight, board)
            said = tip(flight.arrow, self.story.names, self.arrows[0].departed)
            front.append(Group(said, tuple(shapes), flight.arrow.number))
            if not found:
                missing.append(flight.arrow.number)
        ticks = self._ticks(board)
        remarks = []
        for remark in self.story.remarks + (() if self.arrows else ("no frames",)):
            bottom += 20
            remarks.append(
                board.add(Words(self.x[0] if self.x else 20, bottom, ((remark, "quiet"),), "note"))
            )
        shapes = (*back, *ticks, *front, *notes, *remarks)
        names = " and ".join(filter(None, [", ".join(self.story.names[:-1]), *self.story.names[-1:]]))
        title = self.title or f"Sequence diagram of {names or 'no hosts'}"
        return Picture(
            self.width,
            bottom + 14,
            tuple(coloured(shape, self.story.colours) for shape in shapes),
            tuple(board.boxes),
            self.count,
            title,
            description(self.arrows, self.story.names),
        ), missing

    def _header(self, board) -> list:
        shapes = []
        if self.title:
            shapes.append(board.add(Words(14.0, 24, ((self.title, "title"),), "title")))
        for host, (name, address) in enumerate(zip(self.story.names, self.story.addresses, strict=True)):
            shapes.append(
                board.add(Words(self.x[host], self.top - 38, ((name, "host"),), "host", "middle", 0.0, host))
            )
            if address:
                shapes.append(
                    board.add(Words(self.x[host], self.top - 21, ((address, "quiet"),), "address", "middle"))
                )
        return shapes

    def _lifelines(self, bottom) -> list:
        lines = []
        for host, x in enumerate(self.x):
            edges = [self.top - 10] + [y for fold in self.axis.folds for y in self._break(fold)] + [bottom]
            lines += [
                Line(x, a, x, b, "lifeline", host) for a, b in zip(edges[::2], edges[1::2], strict=True)
            ]
        return lines

    @staticmethod
    def _break(fold) -> tuple[float, float]:
        middle = (fold.top + fold.bottom) / 2
        return middle - 9, middle + 9

    def _folds(self, board) -> list:
        shapes = []
        for fold in self.axis.folds:
            top, bottom = self._break(fold)
            for x in self.x:
                step = (bottom - top) / 4
                zig = [(x, top), (x + 5, top + step), (x - 5, top + 3 * step), (x, bottom)]
                shapes += [Line(*a, *b, "zigzag") for a, b in pairwise(zig)]
            where = (self.x[0] + self.x[1]) / 2 if self.count > 1 else self.x[0] + 70
            words = ((f"{duration(fold.duration_ns)} later", "quiet"),)
            middle = (top + bottom) / 2
            shapes.append(board.add(Words(where, middle + 4, words, "fold", "middle", at=middle)))
        return shapes

    def _outward(self, host: int) -> int:
        """On which side of its line a host's notes are: -1 left, 1 right."""
        return -1 if host == 0 and self.count > 1 else 1

    def _bar_x(self, host: int) -> float:
        side = self._outward(host)
        if self._inside(host):
            return self.x[host] + side * (self.inset[host] + 5)
        states = self.state_room[host] + INNER if self.state_room[host] else 2.0
        return self.x[host] + side * (self.inset[host] + states + 9)

    def _spans(self, bottom) -> list:
        shapes = []
        gaps = [self._break(fold) for fold in self.axis.folds]
        for span in self.margins.spans:
            y1 = self.top - 10 if span.begin is None else self.axis.y(span.begin)
            y2 = bottom if span.end is None else self.axis.y(span.end)
            x = self._bar_x(span.host)
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
                x = self.x[span.host] + self._outward(span.host) * 7 * span.track
                for role in ("paper", _shade(span.kind)):
                    shapes += _pieces(x - LANE, x + LANE, y1 + 0.75, y2 - 0.75, gaps, role, span.host)
        return shapes

    def _notes(self, board) -> list:
        shapes, depth = [], {}
        for note in self.margins.notes:
            host, side = note.host, self._outward(note.host)
            inside = self._inside(host)
            key = host, "" if inside else note.column, note.time
            below, beside = depth.get(key, (-1, note.beside))
            below += 1
            depth[key] = below, beside
            role = "state" if note.column == "state" else "note"
            at = self.axis.y(note.time)
            y = at + below * NOTE + SIZES[role] * 0.34
            if inside:
                y += (-10, 0, 11)[beside + 1]
                x = self.x[host] + self.inset[host] + 15
                anchor = "start"
            else:
                offset = (
                    self.inset[host] + INNER
                    if note.column == "state"
                    else abs(self._bar_x(host) - self.x[host]) + 9
                )
                x, anchor = self.x[host] + side * offset, "end" if side < 0 else "start"
            shapes.append(board.add(Words(x, y, note.pieces, role, anchor, 0.0, host, at)))
        return shapes

    def _ends(self, flight, end) -> tuple[float, float]:
        """The x of an arrow's beginning and end."""
        side = 1 if end.host > flight.arrow.source else -1
        return (self.x[flight.arrow.source] + side * (LANE + 1.5), self.x[end.host] - side * (LANE + 1.5))

    def lines_of(self, flight) -> list:
        """The lines that an arrow is drawn with, as (x1, y1, x2, y2)."""
        lines = []
        for end in flight.ends:
            x1, x2 = self._ends(flight, end)
            y1, y2 = self.axis.y(flight.arrow.departed), self.axis.y(end.time)
            if flight.lost:
                x2, y2 = x1 + (x2 - x1) * flight.reach, y1 + (y2 - y1) * flight.reach
            lines.append((x1, y1, x2, y2))
            if flight.arrow.count > 1:
                lines.append((x1, self.axis.y(flight.ended), x2, self.axis.y(end.last)))
        return lines

    def broken_lines_of(self, flight) -> list:
        """The lines of copies that were lost, each into the gap before the host that it was for."""
        lines = []
        for end in flight.missed:
            x1, x2 = self._ends(flight, end)
            y1, y2 = self.axis.y(flight.arrow.departed), self.axis.y(end.time)
            gap = abs(self.x[end.host] - self.x[end.host + (1 if x2 < x1 else -1)])
            reach = 1 - (1 - BROKEN) * gap / abs(x2 - x1)
            lines.append((x1, y1, x1 + (x2 - x1) * reach, y1 + (y2 - y1) * reach))
        return lines

    def _ticks(self, board) -> list:
        taken, said, shapes = [], set(), []
        for time, text in self.ticks:
            y = self.axis.y(time)
            if text in said or any(abs(y - other) < 13.5 for other in taken):
                continue
            taken.append(y)
            said.add(text)
            words = Words(self.ticks_x, y + 3.4, ((text, "quiet"),), "tick", "end", at=y)
            shapes.append(board.add(words))
            shapes.append(Line(self.ticks_x + 4, y, self.ticks_x + 9, y, "tick"))
        return shapes


def _typical(arrows) -> int:
    times = [tip.time - arrow.departed for arrow in arrows for tip in arrow.tips]
    return max(1000, int(median(times))) if times else 10_000_000


def _shade(state: str) -> str:
    """How strong a state's lane is: opening pale, established full, closing middling, waiting hatched."""
    if state in ("LISTEN", "TIME-WAIT"):
        return "lane-waiting"
    if state in ("SYN-SENT", "SYN-RECEIVED"):
        return "lane-opening"
    return "lane-open" if state == "ESTABLISHED" else "lane-closing"


def _pieces(x1, x2, y1, y2, gaps, role, host) -> list:
    """A bar from y1 to y2, left open where time is folded."""
    shapes, y = [], y1
    for top, bottom in gaps:
        if y < top and bottom < y2:
            shapes.append(Area(((x1, y), (x2, y), (x2, top), (x1, top)), role, host))
            y = bottom
    if y2 > y:
        shapes.append(Area(((x1, y), (x2, y), (x2, y2), (x1, y2)), role, host))
    return shapes
