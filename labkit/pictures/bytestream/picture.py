"""The picture of a byte stream as SVG: a cell for each byte, brackets for the pieces.  Pure.

A piece that was sent has a hue and a number; neighbours differ in shade and stand apart, so that they are told
apart in grey.  Colours are those of the ladders (`labkit.drawing.style`), light and dark.
"""

from __future__ import annotations

from hashlib import sha256
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from labkit.drawing import style
from labkit.drawing.measure import text_width
from labkit.drawing.svg import CSS as THEME
from labkit.pictures.bytestream.pieces import CELLS, Piece, Track, plural

if TYPE_CHECKING:
    from labkit.pictures.bytestream.stream import ByteStream

CELL, ACROSS = 20, 36  # pixels in a byte's cell, bytes in a row
LEFT, RIGHT, TOP = 16, 12, 8  # beside the names of the tracks, at the right, above
BYTES, TRACK, GAP = 36, 27, 16  # heights: of the bytes, of a row of brackets, between rows of the stream
CUT = 2  # half the pixels by which the halves of a cut character part

_MONO = "ui-monospace,'SFMono-Regular','DejaVu Sans Mono','Liberation Mono',Menlo,Consolas,monospace"
CSS = (
    f".lkb .g{{font-family:{_MONO};font-size:16px;text-anchor:middle}}"
    f".lkb .e{{font-family:{_MONO};font-size:12px;font-weight:700;text-anchor:middle}}"
    f".lkb .x{{font-family:{_MONO};font-size:8.5px;text-anchor:middle;fill:var(--muted)}}"
    ".lkb .big{font-size:25px}.lkb .yet,.lkb .lost{stroke:var(--muted);stroke-width:1;stroke-dasharray:3 3;fill:none}"
    ".lkb .g,.lkb .e,.lkb .x{stroke:none}.lkb .s{fill:var(--muted);opacity:.7}"
    ".lkb .w{font-size:11.5px}.lkb .name{font-size:12px;font-weight:700;text-anchor:end;fill:var(--muted)}"
    ".lkb .even{fill:var(--c);opacity:.36}.lkb .odd{fill:var(--c);opacity:.16}"
    ".lkb .none{fill:var(--faint);opacity:.45}"
    ".lkb .tie{stroke:var(--c);stroke-width:1.6;fill:none}.lkb .hair{stroke:var(--paper);stroke-width:1}"
    ".lkb .got{stroke:var(--ink);stroke-width:1.6;fill:none}.lkb .seg{stroke:var(--muted);stroke-width:1;fill:none}"
    ".lkb .cut{stroke:var(--ink);stroke-width:1.3;fill:none;stroke-linejoin:round}"
    ".lkb .m{text-anchor:middle}.lkb .t{fill:var(--t)}.lkb .off{font-size:10px;fill:var(--muted)}"
)


def svg_of(stream: ByteStream, standalone: bool = True) -> str:
    """The stream as an `<svg>` element; standalone: with a ground of its own, fit for a file."""
    long = len(stream.data) > CELLS
    drawn = _Bars(stream) if long else _Cells(stream)
    width = round(drawn.left + drawn.wide + RIGHT)
    title = f"Byte stream {stream.title}".strip()
    what = _said(stream)
    body = "".join(drawn.shapes)
    key = sha256((title + what + body).encode()).hexdigest()[:10]
    ground = f'<rect width="{width}" height="{drawn.high}" fill="var(--paper)"/>' if standalone else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="lk lkb" viewBox="0 0 {width} {drawn.high}" '
        f'width="{width}" height="{drawn.high}" style="max-width:100%;height:auto" role="img" '
        f'aria-labelledby="lk{key}t lk{key}d"><title id="lk{key}t">{escape(title)}</title>'
        f'<desc id="lk{key}d">{escape(what)}</desc><style>{THEME}{CSS}</style>{ground}'
        f"{body.replace('CLIP', 'c' + key)}</svg>"
    )


def _said(stream: ByteStream) -> str:
    """The picture in words."""
    tracks = (*stream.above, *stream.below)
    words = [
        f"{track.name}: {', '.join(str(piece.end - piece.start) for piece in track.pieces) or 'none'} bytes"
        for track in tracks
    ]
    cuts = [f"the character {glyph.shown} is cut in two" for glyph, _ in stream.cut_characters]
    return "; ".join([plural(len(stream.data), "byte"), *words, *cuts])


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _text(x: float, y: float, names: str, shown: str, more: str = "") -> str:
    return f'<text class="{names}" x="{_n(x)}" y="{_n(y)}"{more}>{escape(shown, quote=False)}</text>'


class _Drawing:
    """What cells and bars share: who coloured a byte, and brackets with labels."""

    def __init__(self, stream: ByteStream):
        self.stream = stream
        self.shapes: list[str] = []
        tracks = stream.above or stream.below[-1:]
        self.painted: tuple[Piece, ...] = tracks[0].pieces if tracks else ()
        names = [track.name for track in (*stream.above, *stream.below)]
        self.left = LEFT + max((text_width(name, 12, True) for name in names), default=0)
        alike = {piece.words: None for piece in self.painted if piece.named}
        self.hues = [list(alike).index(p.words) if p.named else n for n, p in enumerate(self.painted)]

    def bracket(self, track: Track, number: int, piece: Piece, x1, x2, y, up: bool, whole: tuple[bool, bool]):
        """A bracket from x1 to x2 whose feet point to the bytes: up, they stand above; whole: which feet it has."""
        sent = bool(self.stream.above) and track is self.stream.above[0]
        hue = f"h{self.hues[number] % len(style.HOST_COLOURS)}" if sent else ""
        kind = (
            f"tie {hue}" if sent else "got" if track.name != "segment" else "lost" if piece.named else "seg"
        )
        foot = 6 if up else -6
        path = (f"M{_n(x1)} {_n(y + foot)}V{_n(y)}" if whole[0] else f"M{_n(x1)} {_n(y)}") + f"H{_n(x2)}"
        path += f"V{_n(y + foot)}" if whole[1] else ""
        room = x2 - x1 + (10 if piece.named else -4)  # a name may reach over its bracket a little
        label = next((text for text in piece.labels if 6.1 * len(text) <= room), "")
        if not whole[0]:
            label = "…" if room > 12 else ""
        tip = f"<title>{escape(piece.labels[0])}, from byte {piece.start:,}</title>"
        names = f"w m t {hue}" if sent else "w m quiet" if track.name == "segment" else "w m"
        words = _text((x1 + x2) / 2, y - 5 if up else y + 14, names, label) if label else ""
        self.shapes.append(f'<g>{tip}<path class="{kind}" d="{path}"/>{words}</g>')

    def rest(self, x1: float, x2: float, y: float, shown: str):
        """A dashed line below bytes that nobody has received."""
        room = x2 - x1 - 4
        label = next((text for text in (shown, shown.partition(":")[0]) if 6.1 * len(text) <= room), "")
        words = _text((x1 + x2) / 2, y + 14, "w m quiet", label) if label else ""
        self.shapes.append(
            f'<g><title>{shown}</title><path class="yet" d="M{_n(x1)} {_n(y)}H{_n(x2)}"/>{words}</g>'
        )

    def name(self, y: float, shown: str):
        self.shapes.append(_text(self.left - 12, y, "name", shown))

    def fill(self, number: int) -> str:
        """The classes that paint a piece's bytes."""
        return f"{'odd' if number % 2 else 'even'} h{self.hues[number] % len(style.HOST_COLOURS)}"

    def painter(self, place: int) -> int | None:
        """The number of the piece that holds a byte."""
        return next((n for n, piece in enumerate(self.painted) if piece.start <= place < piece.end), None)


class _Cells(_Drawing):
    """A cell for each byte, in rows."""

    def __init__(self, stream: ByteStream):
        super().__init__(stream)
        self.wide = CELL * min(ACROSS, max(len(stream.data), 16))
        self.row = TRACK * (len(stream.above) + len(stream.below)) + BYTES + GAP
        rows = -(-len(stream.data) // ACROSS)
        self.high = TOP + rows * self.row - GAP + 8
        for row in range(rows):
            self._row(row * ACROSS, min((row + 1) * ACROSS, len(stream.data)), TOP + row * self.row)
        self._glyphs()

    def _row(self, begin: int, end: int, top: float):
        stream = self.stream
        for place, track in enumerate(stream.above):
            self._track(track, begin, end, top + place * TRACK + TRACK - 7, True)
        top += TRACK * len(stream.above)
        for place in range(begin, end):
            number = self.painter(place)
            kind = "none" if number is None else self.fill(number)
            x = self.left + (place - begin) * CELL
            piece = None if number is None else self.painted[number]
            left = 1.5 if piece and piece.start == place else 0
            right = 1.5 if piece and piece.end == place + 1 else 0
            self.shapes.append(
                f'<rect class="{kind}" x="{_n(x + left)}" y="{_n(top)}" width="{_n(CELL - left - right)}" '
                f'height="{BYTES}"/>'
            )
        for place, track in enumerate(stream.below):
            self._track(track, begin, end, top + BYTES + place * TRACK + 7, False)

    def _track(self, track: Track, begin: int, end: int, y: float, up: bool):
        self.name(y + (2 if up else 8), track.name)
        for number, piece in enumerate(track.pieces):
            if piece.end > begin and piece.start < end:
                whole = piece.start >= begin, piece.end <= end
                x1 = self.left + (max(piece.start, begin) - begin) * CELL + (2 if whole[0] else 0)
                x2 = self.left + (min(piece.end, end) - begin) * CELL - (2 if whole[1] else 0)
                self.bracket(track, number, piece, x1, x2, y, up, whole)
        since = max(begin, self.stream.received)
        if since < end and not up and track is self.stream.below[-1]:
            shown = f"not received: {plural(len(self.stream.data) - self.stream.received, 'byte')}"
            self.rest(self.left + (since - begin) * CELL + 2, self.left + (end - begin) * CELL - 2, y, shown)

    def _where(self, place: int) -> tuple[float, float]:
        """The upper left corner of a byte's cell."""
        row, column = divmod(place, ACROSS)
        return self.left + column * CELL, TOP + row * self.row + TRACK * len(self.stream.above)

    def _glyphs(self):
        stream = self.stream
        cuts = (
            {piece.end for piece in stream.below[-1].pieces} - {len(stream.data)} if stream.below else set()
        )
        for glyph in stream.glyphs:
            for place in range(glyph.start, glyph.end):
                x, y = self._where(place)
                if glyph.kind != "hex":
                    self.shapes.append(_text(x + CELL / 2, y + BYTES - 5, "x", f"{stream.data[place]:02X}"))
                if glyph.end - glyph.start > 1:  # a line under the bytes that are one character
                    left = 4 if place == glyph.start or place in cuts else 0
                    right = 4 if place + 1 == glyph.end or place + 1 in cuts else 0
                    line = f"M{_n(x + left)} {_n(y + BYTES - 2.5)}h{CELL - left - right}"
                    self.shapes.append(f'<path class="seg" d="{line}"/>')
            self._glyph(glyph, cuts)
        for place in sorted(cuts):
            if place % ACROSS:
                x, y = self._where(place)
                zigzag = "".join(
                    f"L{_n(x + (2 if n % 2 else -2))} {_n(y + n * BYTES / 6)}" for n in range(1, 6)
                )
                inside = any(glyph.start < place < glyph.end for glyph in stream.glyphs)
                line = f"M{_n(x)} {_n(y - 2)}{zigzag if inside else ''}L{_n(x)} {_n(y + BYTES + 2)}"
                self.shapes.append(f'<path class="cut" d="{line}"/>')

    def _glyph(self, glyph, cuts: set[int]):
        names = {"text": "g", "space": "g s", "escape": "e", "hex": "e"}[glyph.kind]
        parts = [glyph.start, *(p for p in range(glyph.start + 1, glyph.end) if p in cuts), glyph.end]
        x, y = self._where(glyph.start)
        base = y + (22 if glyph.kind == "hex" else 17)
        row_end = (glyph.start // ACROSS + 1) * ACROSS
        cut = [place for place in parts[1:-1] if place < row_end]
        if not cut:
            middle = x + CELL * (min(glyph.end, row_end) - glyph.start) / 2
            self.shapes.append(_text(middle, base, names, glyph.shown))
            return
        # Centred on the cut, which otherwise would miss it: a character is narrower than its bytes.
        middle = x + CELL * (cut[len(cut) // 2] - glyph.start)
        for number, (start, end) in enumerate(pairwise((glyph.start, *cut, min(glyph.end, row_end)))):
            mark = f"CLIP-{start}"
            left = x + CELL * (start - glyph.start)
            apart = CUT * (2 * number - len(cut))
            self.shapes.append(
                f'<g transform="translate({_n(apart)} {_n(apart / 2)})"><clipPath id="{mark}">'
                f'<rect x="{_n(left)}" y="{_n(y - 6)}" width="{CELL * (end - start)}" height="{BYTES}"/></clipPath>'
                f'<g clip-path="url(#{mark})">{_text(middle, base + 3, names + " big", glyph.shown)}</g></g>'
            )


class _Bars(_Drawing):
    """Many bytes as bars in proportion, with the offsets of the boundaries."""

    def __init__(self, stream: ByteStream):
        super().__init__(stream)
        self.wide = CELL * ACROSS
        self.scale = self.wide / len(stream.data)
        top = TOP
        for track in stream.above:
            self._track(track, top + TRACK - 7, True)
            top += TRACK
        for number, piece in enumerate(self.painted or (Piece(0, len(stream.data), ""),)):
            kind = self.fill(number) if self.painted else "none"
            x, wide = self.left + piece.start * self.scale, (piece.end - piece.start) * self.scale
            self.shapes.append(
                f'<rect class="{kind}" x="{_n(x)}" y="{top}" width="{_n(max(1, wide - 1.5))}" height="{BYTES}"/>'
            )
        self._offsets(top + BYTES / 2 + 4)
        top += BYTES
        for track in stream.below:
            self._track(track, top + 7, False)
            top += TRACK
        self.high = top + 8

    def _track(self, track: Track, y: float, up: bool):
        self.name(y + (2 if up else 8), track.name)
        for number, piece in enumerate(track.pieces):
            x1, x2 = self.left + piece.start * self.scale + 1, self.left + piece.end * self.scale - 1
            self.bracket(track, number, piece, x1, max(x1 + 0.5, x2), y, up, (True, True))
        left = len(self.stream.data) - self.stream.received
        if left and not up and track is self.stream.below[-1]:
            shown = f"not received: {plural(left, 'byte')}"
            self.rest(self.left + self.stream.received * self.scale + 2, self.left + self.wide - 2, y, shown)

    def _offsets(self, y: float):
        """The number of the byte at each boundary of the lowest track, where there is room, and lines there."""
        track = (self.stream.below or self.stream.above)[-1]
        free = self.left
        for piece in track.pieces:
            x = self.left + piece.start * self.scale
            if piece.start:
                self.shapes.append(f'<path class="cut" d="M{_n(x)} {_n(y - 22)}V{_n(y + 16)}"/>')
            if x >= free:
                self.shapes.append(_text(x + 4, y, "off", f"{piece.start:,}"))
                free = x + 12 + 6 * len(f"{piece.start:,}")
