"""What a byte stream is made of: pieces with names, rows of them, and the characters that bytes are read as.  Pure."""

from __future__ import annotations

from typing import NamedTuple

CELLS = 400
"""Streams of more bytes are drawn as bars in proportion, with no cell for each byte."""

CONTROLS = {0x09: "\\t", 0x0A: "\\n", 0x0D: "\\r"}


class Piece(NamedTuple):
    """Bytes from `start` to before `end` of the stream, and the call that sent or received them, or their name."""

    start: int
    end: int
    words: str
    named: bool = False

    @property
    def labels(self) -> tuple[str, ...]:
        """What may stand at its bracket, from long to short: "recv(1024): 11 bytes", "11 bytes", "11"."""
        count = plural(self.end - self.start, "byte")
        short = (self.words,) if self.named else (count, f"{self.end - self.start:,}")
        return f"{self.words}: {count}", *short


class Track(NamedTuple):
    """One row of brackets: "send", "segment" or "recv", and its pieces in the order of the stream."""

    name: str
    pieces: tuple[Piece, ...]


def not_received(count: int) -> tuple[str, str]:
    """What may stand below so many bytes that nobody has received, from long to short."""
    return f"not received: {plural(count, 'byte')}", "not received"


class Glyph(NamedTuple):
    """Bytes from `start` to before `end` that are read together: a character, an escape, or one byte in hex."""

    start: int
    end: int
    shown: str
    kind: str  # "text", "space", "escape" or "hex"


def plural(count: int, noun: str) -> str:
    """ "1 byte", "5,000 bytes"."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def glyphs(data: bytes) -> tuple[Glyph, ...]:
    """How the bytes of a stream are shown: UTF-8 characters whole (RFC 3629), controls escaped, the rest as hex."""
    found, place = [], 0
    while place < len(data):
        byte = data[place]
        size = 1 if byte < 0xC2 else 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
        try:
            shown = data[place : place + size].decode()
        except UnicodeDecodeError:
            size, shown = 1, ""
        if shown == " ":
            found.append(Glyph(place, place + 1, "␣", "space"))
        elif shown.isprintable() and shown:
            found.append(Glyph(place, place + size, shown, "text"))
        elif byte in CONTROLS:
            found.append(Glyph(place, place + 1, CONTROLS[byte], "escape"))
        else:
            size = 1
            found.append(Glyph(place, place + 1, f"{byte:02X}", "hex"))
        place += size
    return tuple(found)
