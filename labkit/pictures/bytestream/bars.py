"""A long stream as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labkit.pictures.bytestream.pieces import Piece, Track

if TYPE_CHECKING:
    from labkit.pictures.bytestream.stream import ByteStream
from labkit.pictures.bytestream.brackets import ACROSS, BYTES, CELL, TOP, TRACK, Drawing, px, text_at


class Bars(Drawing):
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
                f'<rect class="{kind}" x="{px(x)}" y="{top}" width="{px(max(1, wide - 1.5))}" height="{BYTES}"/>'
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
            self.rest(self.left + self.stream.received * self.scale + 2, self.left + self.wide - 2, y, left)

    def _offsets(self, y: float):
        """The number of the byte at each boundary of the lowest track, where there is room, and lines there."""
        track = (self.stream.below or self.stream.above)[-1]
        free = self.left
        for piece in track.pieces:
            x = self.left + piece.start * self.scale
            if piece.start:
                self.shapes.append(f'<path class="cut" d="M{px(x)} {px(y - 22)}V{px(y + 16)}"/>')
            if x >= free:
                self.shapes.append(text_at(x + 4, y, "off", f"{piece.start:,}"))
                free = x + 12 + 6 * len(f"{piece.start:,}")
