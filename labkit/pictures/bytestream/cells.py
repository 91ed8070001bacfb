"""A stream as rows of bytes, each in a cell."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from labkit.pictures.bytestream.pieces import Track

if TYPE_CHECKING:
    from labkit.pictures.bytestream.stream import ByteStream
from labkit.pictures.bytestream.brackets import (
    ACROSS,
    BYTES,
    CELL,
    CUT,
    GAP,
    TOP,
    TRACK,
    Drawing,
    px,
    text_at,
)


class Cells(Drawing):
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
                f'<rect class="{kind}" x="{px(x + left)}" y="{px(top)}" width="{px(CELL - left - right)}" '
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
            count = len(self.stream.data) - self.stream.received
            self.rest(self.left + (since - begin) * CELL + 2, self.left + (end - begin) * CELL - 2, y, count)

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
                    self.shapes.append(text_at(x + CELL / 2, y + BYTES - 5, "x", f"{stream.data[place]:02X}"))
                if glyph.end - glyph.start > 1:  # a line under the bytes that are one character
                    left = 4 if place == glyph.start or place in cuts else 0
                    right = 4 if place + 1 == glyph.end or place + 1 in cuts else 0
                    line = f"M{px(x + left)} {px(y + BYTES - 2.5)}h{CELL - left - right}"
                    self.shapes.append(f'<path class="seg" d="{line}"/>')
            self._glyph(glyph, cuts)
        for place in sorted(cuts):
            if place % ACROSS:
                x, y = self._where(place)
                zigzag = "".join(
                    f"L{px(x + (2 if n % 2 else -2))} {px(y + n * BYTES / 6)}" for n in range(1, 6)
                )
                inside = any(glyph.start < place < glyph.end for glyph in stream.glyphs)
                line = f"M{px(x)} {px(y - 2)}{zigzag if inside else ''}L{px(x)} {px(y + BYTES + 2)}"
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
            self.shapes.append(text_at(middle, base, names, glyph.shown))
            return
        # Centred on the cut, which otherwise would miss it: a character is narrower than its bytes.
        middle = x + CELL * (cut[len(cut) // 2] - glyph.start)
        for number, (start, end) in enumerate(pairwise((glyph.start, *cut, min(glyph.end, row_end)))):
            mark = f"CLIP-{start}"
            left = x + CELL * (start - glyph.start)
            apart = CUT * (2 * number - len(cut))
            self.shapes.append(
                f'<g transform="translate({px(apart)} {px(apart / 2)})"><clipPath id="{mark}">'
                f'<rect x="{px(left)}" y="{px(y - 6)}" width="{CELL * (end - start)}" height="{BYTES}"/></clipPath>'
                f'<g clip-path="url(#{mark})">{text_at(middle, base + 3, names + " big", glyph.shown)}</g></g>'
            )
