"""What the viewer's picture is drawn from: the stream as plain values, sent to the browser once.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labkit.drawing import style
from labkit.panels.stream.steps import Reading
from labkit.pictures.bytestream import ByteStream
from labkit.pictures.bytestream.brackets import ACROSS, BYTES, CELL, GAP, TRACK
from labkit.pictures.bytestream.pieces import Piece


def arrived(stream: ByteStream) -> tuple[int, ...]:
    """Where the recvs ended that there were; where nobody received, the segments."""
    pieces = stream.below[-1].pieces if stream.below else ()
    ends = [piece.end for piece in pieces] or [piece.end for piece in segments_of(stream)]
    return tuple(end for end in ends if 0 < end < len(stream.data))


def segments_of(stream: ByteStream) -> tuple[Piece, ...]:
    """The pieces in which a stream crossed the wire, if it knows them."""
    return next((track.pieces for track in stream.below if track.name == "segment"), ())


def facts_of(stream: ByteStream) -> dict[str, Any]:
    """The bytes, how they are read, the pieces in which they were sent and crossed the wire, and what can be chosen."""
    sent = stream.above[0] if stream.above else None
    pieces = sent.pieces if sent else ()
    alike = list({piece.words: None for piece in pieces if piece.named})
    hues = [alike.index(piece.words) if piece.named else number for number, piece in enumerate(pieces)]
    tracks = (
        [
            {
                "name": sent.name,
                "kind": "tie",
                "pieces": [
                    _piece(piece, hue % len(style.HOST_COLOURS))
                    for piece, hue in zip(pieces, hues, strict=True)
                ],
            }
        ]
        if sent
        else []
    )
    if segments := segments_of(stream):
        tracks.append({"name": "segment", "kind": "seg", "pieces": [_piece(piece) for piece in segments]})
    size = len(stream.data)
    presets = [["All at once", []], ["One byte each", list(range(1, size))]]
    if came := arrived(stream):
        presets.append(["As it arrived", list(came)])
    return {
        "title": stream.title,
        "bytes": list(stream.data),
        "glyphs": [[glyph.start, glyph.end, glyph.shown, glyph.kind] for glyph in stream.glyphs],
        "tracks": tracks,
        "presets": presets,
        "cell": CELL,
        "across": ACROSS,
        "high": BYTES,
        "track": TRACK,
        "gap": GAP,
    }


def _piece(piece: Piece, hue: int | None = None) -> dict[str, Any]:
    return {
        "start": piece.start,
        "end": piece.end,
        "labels": list(piece.labels),
        "named": piece.named,
        "hue": hue,
    }


def answer_of(cuts: Sequence[int], readings: Sequence[Reading]) -> dict[str, Any]:
    """What the decoders make of the stream with these cuts."""
    return {
        "cuts": list(cuts),
        "readings": [
            {
                "name": reading.way.name,
                "broken": reading.way.broken,
                "right": reading.right,
                "why": reading.why,
                "rows": [list(row) for row in reading.rows],
                "printed": reading.printed,
            }
            for reading in readings
        ],
    }
