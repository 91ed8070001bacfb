"""`byte_stream(trace)`: the bytes of one direction of a connection, with the boundaries that programs made.

TCP carries bytes in order and nothing else (RFC 9293 section 2.2): above the bytes stand the pieces in which they
were sent, below those in which they were received, between them, where asked for, the segments.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from labkit.pictures.bytestream.pieces import CELLS, Glyph, Piece, Track, glyphs, not_received, plural

ROW, LISTED = 24, 40  # bytes in a row of text; pieces of a long stream that are listed


class ByteStream:
    """A stream of bytes with its boundaries, as a value: text for comparing, a picture for a notebook.

    data    the bytes
    above   `Track`s over them, what the sender did;  below: what the receiver did
    sends   the bytes of each piece of the first track above;  recvs: of the last track below
    Its `repr` is the text form, the same on every run that cut the stream alike.  Made by `byte_stream`.
    """

    def __init__(
        self, data: bytes, above: Iterable[Track] = (), below: Iterable[Track] = (), title: str = ""
    ) -> None:
        self.data, self.above, self.below, self.title = bytes(data), tuple(above), tuple(below), title

    def pieces(self, name: str) -> list[bytes]:
        """The bytes of each piece of the track called `name`, in order; ValueError where there is none."""
        for track in (*self.above, *self.below):
            if track.name == name:
                return [self.data[piece.start : piece.end] for piece in track.pieces]
        names = ", ".join(track.name for track in (*self.above, *self.below))
        raise ValueError(f"this stream has no track {name!r}; it has: {names}")

    @property
    def sends(self) -> list[bytes]:
        return self.pieces(self.above[0].name) if self.above else []

    @property
    def recvs(self) -> list[bytes]:
        return self.pieces(self.below[-1].name) if self.below else []

    @property
    def received(self) -> int:
        """How many bytes has somebody received?"""
        pieces = self.below[-1].pieces if self.below else ()
        return pieces[-1].end if pieces else 0 if self.below else len(self.data)

    @property
    def glyphs(self) -> tuple[Glyph, ...]:
        return glyphs(self.data)

    @property
    def cut_characters(self) -> tuple[tuple[Glyph, int], ...]:
        """Which UTF-8 characters does a piece of the lowest track end inside of?  (character, place of the cut)"""
        ends = {piece.end for piece in self.below[-1].pieces} if self.below else set()
        return tuple(
            (glyph, place)
            for glyph in self.glyphs
            for place in range(glyph.start + 1, glyph.end)
            if place in ends
        )

    @cached_property
    def text(self) -> str:
        """The stream as lines of text."""
        counts = [plural(len(track.pieces), track.name) for track in (*self.above, *self.below)]
        head = ", ".join([plural(len(self.data), "byte"), *counts])
        lines = [f"{self.title}: {head}" if self.title else head]
        lines += self._bars() if len(self.data) > CELLS else self._rows()
        for glyph, place in self.cut_characters:
            inside = (
                self.data[glyph.start : place].hex(" ").upper(),
                self.data[place : glyph.end].hex(" ").upper(),
            )
            lines.append(f"{glyph.shown!r} is cut in two: {inside[0]} | {inside[1]}")
        if self.received < len(self.data):
            lines.append(not_received(len(self.data) - self.received)[0])
        return "\n".join(lines)

    def _rows(self) -> list[str]:
        widest = max((len(track.name) for track in (*self.above, *self.below)), default=0) + 1
        shown = {
            place: glyph.shown if glyph.end - glyph.start == 1 else f"{self.data[place]:02X}"
            for glyph in self.glyphs
            for place in range(glyph.start, glyph.end)
        }
        lines = []
        for begin in range(0, len(self.data), ROW):
            end = min(begin + ROW, len(self.data))
            row = " ".join(f"{shown[place]:>2}" for place in range(begin, end))
            marks = [(track, _marks(track.pieces, begin, end)) for track in (*self.above, *self.below)]
            lines += [f"{track.name:<{widest}}{line}" for track, line in marks[: len(self.above)]]
            lines.append(" " * (widest + 1) + row)
            lines += [f"{track.name:<{widest}}{line}" for track, line in marks[len(self.above) :]]
        return [line.rstrip() for line in lines]

    def _bars(self) -> list[str]:
        lines = []
        for track in (*self.above, *self.below):
            rows = [
                f"{track.name} {piece.start:,} to {piece.end:,} ({piece.end - piece.start:,})"
                for piece in track.pieces
            ]
            if len(rows) > LISTED:
                rows[LISTED // 2 : -LISTED // 2] = [f"{track.name} ... {len(rows) - LISTED:,} more ..."]
            lines += rows
        return lines

    @cached_property
    def svg(self) -> str:
        """The picture as a standalone SVG document (a string)."""
        from labkit.pictures.bytestream.picture import svg_of

        return svg_of(self, standalone=True)

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        from labkit.drawing.page import html_of
        from labkit.pictures.bytestream.picture import svg_of

        live = svg_of(self, standalone=False)
        return {"text/plain": self.text, "text/html": html_of(live, self.svg, "labkit-bytes", "byte stream")}

    def __repr__(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ByteStream):
            return NotImplemented
        return (self.data, self.above, self.below, self.title) == (
            other.data,
            other.above,
            other.below,
            other.title,
        )

    def __hash__(self) -> int:
        return hash((self.data, self.above, self.below, self.title))


def _marks(pieces: tuple[Piece, ...], begin: int, end: int) -> str:
    """One row of brackets as text: a bar at each boundary, the label after it where it has room."""
    line = [" "] * (3 * (end - begin) + 1)
    for piece in pieces:
        if piece.end <= begin or piece.start >= end:
            continue
        left, right = 3 * (max(piece.start, begin) - begin), 3 * (min(piece.end, end) - begin)
        if piece.start >= begin:
            line[left] = "|"
        if piece.end <= end:
            line[right] = "|"
        room = right - left - 1
        label = next((text for text in piece.labels if len(text) <= room), "")
        if piece.start < begin:
            label = "…" if room else ""
        line[left + 1 : left + 1 + len(label)] = label
    return "".join(line)
