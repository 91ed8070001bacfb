"""The picture of a byte stream as SVG: a cell for each byte, brackets for the pieces.  Pure.

A piece that was sent has a hue and a number; neighbours differ in shade and stand apart, so that they are told
apart in grey.  Colours are those of the ladders (`labkit.drawing.style`), light and dark.
"""

from __future__ import annotations

from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING

from labkit.drawing.svg import CSS as THEME
from labkit.pictures.bytestream.pieces import CELLS, plural

if TYPE_CHECKING:
    from labkit.pictures.bytestream.stream import ByteStream
from labkit.pictures.bytestream.bars import Bars
from labkit.pictures.bytestream.brackets import RIGHT, WORDS
from labkit.pictures.bytestream.cells import Cells

_MONO = "ui-monospace,'SFMono-Regular','DejaVu Sans Mono','Liberation Mono',Menlo,Consolas,monospace"
CSS = (
    f".lkb .g{{font-family:{_MONO};font-size:16px;text-anchor:middle}}"
    f".lkb .e{{font-family:{_MONO};font-size:11px;font-weight:700;text-anchor:middle}}"
    f".lkb .x{{font-family:{_MONO};font-size:9.5px;text-anchor:middle;fill:var(--muted)}}"
    ".lkb .big{font-size:25px}.lkb .yet,.lkb .lost{stroke:var(--muted);stroke-width:1;stroke-dasharray:3 3;fill:none}"
    ".lkb .g,.lkb .e,.lkb .x{stroke:none}.lkb .s{fill:var(--muted);opacity:.7}"
    f".lkb .w{{font-size:{WORDS}px}}"
    ".lkb .name{font-size:12px;font-weight:700;text-anchor:end;fill:var(--muted)}"
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
    drawn = Bars(stream) if long else Cells(stream)
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
