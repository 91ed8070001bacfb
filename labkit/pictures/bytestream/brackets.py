"""Brackets around the bytes that one call sent or received, and what rows and bars share."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import inf
from typing import TYPE_CHECKING

from labkit.drawing import style
from labkit.drawing.measure import text_width
from labkit.pictures.bytestream.pieces import Piece, Track, not_received

if TYPE_CHECKING:
    from labkit.pictures.bytestream.stream import ByteStream


CELL, ACROSS = 20, 36  # pixels in a byte's cell, bytes in a row
LEFT, RIGHT, TOP = 16, 12, 8  # beside the names of the tracks, at the right, above
BYTES, TRACK, GAP = 36, 27, 16  # heights: of the bytes, of a row of brackets, between rows of the stream
WORDS, APART, REACH = (
    11.5,
    5,
    8,
)  # labels: their letters' height, the least gap between two, how far beside a bracket
CUT = 2  # half the pixels by which the halves of a cut character part


def px(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def text_at(x: float, y: float, names: str, shown: str, more: str = "") -> str:
    return f'<text class="{names}" x="{px(x)}" y="{px(y)}"{more}>{escape(shown, quote=False)}</text>'


class Drawing:
    """What cells and bars share: who coloured a byte, and brackets with labels."""

    def __init__(self, stream: ByteStream):
        self.stream = stream
        self.shapes: list[str] = []
        self.taken: dict[float, float] = {}  # where the last label of a row of brackets ends, by the row's y
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
        path = (f"M{px(x1)} {px(y + foot)}V{px(y)}" if whole[0] else f"M{px(x1)} {px(y)}") + f"H{px(x2)}"
        path += f"V{px(y + foot)}" if whole[1] else ""
        room = x2 - x1 - 4
        label = self.fitting(piece.labels, (x1 + x2) / 2, y, room, REACH if piece.named else 0)
        if not whole[0]:
            label = "…" if room > 12 else ""
        tip = f"<title>{escape(piece.labels[0])}, from byte {piece.start:,}</title>"
        names = f"w m t {hue}" if sent else "w m quiet" if track.name == "segment" else "w m"
        words = text_at((x1 + x2) / 2, y - 5 if up else y + 14, names, label) if label else ""
        self.shapes.append(f'<g>{tip}<path class="{kind}" d="{path}"/>{words}</g>')

    def rest(self, x1: float, x2: float, y: float, count: int):
        """A dashed line below so many bytes that nobody has received (below some of them, where a row ends)."""
        room = x2 - x1 - 4
        labels = not_received(count)
        label = self.fitting(labels, (x1 + x2) / 2, y, room, 0)
        words = text_at((x1 + x2) / 2, y + 14, "w m quiet", label) if label else ""
        self.shapes.append(
            f'<g><title>{labels[0]}</title><path class="yet" d="M{px(x1)} {px(y)}H{px(x2)}"/>{words}</g>'
        )

    def fitting(self, labels: Sequence[str], middle: float, y: float, room: float, reach: float) -> str:
        """The first label, from long to short, that the room takes and that leaves a gap to the one before it in the
        same row of brackets, at *y*; "" where none does.

        reach  by how much the shortest may be wider than its bracket at each side; the others leave that much to the
               labels beside them
        """
        free = self.taken.get(y, -inf) + APART
        for label in labels:
            wide = text_width(label, WORDS)
            if (
                wide <= room + (2 * reach if label == labels[-1] else -2 * reach)
                and middle - wide / 2 >= free
            ):
                self.taken[y] = middle + wide / 2
                return label
        return ""

    def name(self, y: float, shown: str):
        self.shapes.append(text_at(self.left - 12, y, "name", shown))

    def fill(self, number: int) -> str:
        """The classes that paint a piece's bytes."""
        return f"{'odd' if number % 2 else 'even'} h{self.hues[number] % len(style.HOST_COLOURS)}"

    def painter(self, place: int) -> int | None:
        """The number of the piece that holds a byte."""
        return next((n for n, piece in enumerate(self.painted) if piece.start <= place < piece.end), None)
