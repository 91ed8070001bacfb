"""`byte_stream(trace)`: the bytes of one direction of a connection, with the boundaries that programs made.

TCP carries bytes in order and nothing else (RFC 9293 section 2.2): above the bytes stand the pieces in which they
were sent, below those in which they were received, between them, where asked for, the segments.
"""

from __future__ import annotations

from functools import cached_property
from itertools import accumulate, pairwise

from labkit.pictures.bytestream.pieces import CELLS, Glyph, Piece, Track, glyphs, plural

SENDS = ("send", "sendall", "sendmsg")
RECVS = ("recv", "recv_into", "recvfrom", "recvfrom_into", "recvmsg", "recvmsg_into")
ROW, LISTED = 24, 40  # bytes in a row of text; pieces of a long stream that are listed


class ByteStream:
    """A stream of bytes with its boundaries, as a value: text for comparing, a picture for a notebook.

    data    the bytes
    above   `Track`s over them, what the sender did;  below: what the receiver did
    sends   the bytes of each piece of the first track above;  recvs: of the last track below
    Its `repr` is the text form, the same on every run that cut the stream alike.  Made by `byte_stream`.
    """

    def __init__(self, data: bytes, above=(), below=(), title: str = ""):
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
            lines.append(f"not received: {plural(len(self.data) - self.received, 'byte')}")
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


# -- where the facts come from -------------------------------------------------------------------------------


def byte_stream(
    trace=None,
    source: str | None = None,
    *,
    flow=None,
    segments: bool = False,
    sends=None,
    recvs=None,
    names: tuple[str, str] = ("send", "recv"),
    title: str = "",
) -> ByteStream:
    """The bytes that one host sent on a connection, with the boundaries of its sends and of the peer's recvs.

    trace     a captured `Trace`; it must hold the connection's data from the first byte that a call moved
    source    the host whose direction is drawn (default: the first that sent data)
    flow      which connection (a Flow, its number, or one of its segments; default: the first with data)
    segments  draw the segments' boundaries too: each byte where it was first sent
    sends, recvs   instead of a trace: lists of bytes, the pieces as they were sent and as they were received;
              a piece may be a pair of its name and its bytes, such as ("length", b"\\0\\0\\0\\5")
    names     what the pieces of such lists are called
    title     a line above it (default: "client > server" from a trace)

    Raises TypeError for what is not a trace, ValueError where there is no data, or where the pieces contradict
    each other.
    """
    if trace is None:
        return _from_lists(sends, recvs, names, title)
    if sends is not None or recvs is not None:
        raise ValueError("byte_stream takes a trace, or lists (sends=, recvs=), not both")
    if not hasattr(trace, "segments") or not hasattr(trace, "calls"):
        raise TypeError(
            f"byte_stream draws a trace (got {type(trace).__name__}); write byte_stream(trace, source='client'), "
            "or byte_stream(sends=[...], recvs=[...])"
        )
    return _from_trace(trace, source, flow, segments, title)


def _from_lists(sends, recvs, names, title) -> ByteStream:
    above = _track("sends", sends, names[0])
    below = _track("recvs", recvs, names[1])
    sent, got = (b"".join(data for _, data, _ in track) for track in (above, below))
    if not sent and not got:
        raise ValueError(
            "there is nothing to draw: give sends=[...], recvs=[...] or both, with bytes in them"
        )
    if sent and not sent.startswith(got):
        at = next((n for n, (a, b) in enumerate(zip(sent, got, strict=False)) if a != b), len(sent))
        raise ValueError(
            f"recvs are not what was sent: they differ from byte {at} on ({sent[at : at + 8]!r} sent, "
            f"{got[at : at + 8]!r} received)"
        )
    return ByteStream(
        sent or got,
        [Track(names[0], _pieces((words, len(data), named) for words, data, named in above))]
        if above
        else [],
        [Track(names[1], _pieces((words, len(data), named) for words, data, named in below))]
        if below
        else [],
        title,
    )


def _track(which: str, given, name: str) -> list[tuple[str, bytes, bool]]:
    """(words, bytes, whether the words are the caller's) of each piece of a list."""
    found = []
    for number, piece in enumerate(given or (), 1):
        named = isinstance(piece, tuple) and len(piece) == 2
        words, data = piece if named else (f"{name} {number}", piece)
        if isinstance(given, bytes | bytearray | str) or not isinstance(data, bytes | bytearray | memoryview):
            raise TypeError(
                f"{which} is a list of bytes, as in {which}=[b'hello ', b'world'] (got {given!r})"
            )
        found.append((str(words), bytes(data), named))
    return found


def _pieces(sizes) -> tuple[Piece, ...]:
    """Pieces one after the other from (words, number of bytes, named)."""
    sizes = [each for each in sizes if each[1]]
    ends = accumulate((size for _, size, _ in sizes), initial=0)
    return tuple(
        Piece(a, b, words, named) for (words, _, named), (a, b) in zip(sizes, pairwise(ends), strict=True)
    )


def _from_trace(trace, source, flow, segments, title) -> ByteStream:
    said = trace.select(flow=flow, source=source, data=True)
    if not said:
        who = source or "any host"
        raise ValueError(f"there is no data from {who} in this trace; it has:\n{trace!r}")
    said = [each for each in said if each.flow == said[0].flow and each.source == said[0].source]
    first = said[0]
    here, there = (first.src, first.sport), (first.dst, first.dport)
    data = trace.stream(first.source, flow=first)

    sent = [call for call in trace.calls if call.name in SENDS and (call.local, call.peer) == (here, there)]
    got = [call for call in trace.calls if call.name in RECVS and (call.local, call.peer) == (there, here)]
    got = [call for call in got if not call.args.endswith("MSG_PEEK")]  # what is looked at stays in the queue
    below = [Track("recv", _pieces((_asked(call), _count(call.result), False) for call in got))]
    if segments:
        below.insert(0, Track("segment", _segments(said, len(data))))
    stream = ByteStream(
        data,
        [Track("send", _pieces((call.name, _sent(call), False) for call in sent))],
        below,
        title or f"{first.source} > {first.target}",
    )
    received = sum(map(len, stream.recvs)), sum(map(_count, (call.result for call in got)))
    if received[0] < received[1]:
        raise ValueError(
            f"{first.target} received {received[1]} bytes and {first.source} sent {len(data)} in this trace: "
            "a capture must begin before the data that it draws"
        )
    return stream


def _asked(call) -> str:
    return f"{call.name}({call.args})"


def _count(result: str) -> int:
    """The number of bytes in a call's result: "5", "5 from 10.0.0.1:7"; 0 for none, and for tries in vain."""
    first, _, rest = result.partition(" ")
    return int(first) if first.isdigit() and rest != "times" else 0


def _sent(call) -> int:
    """How many bytes a call has sent: sendall says so only by not raising."""
    if call.error or call.blocked:
        return 0
    return _count(call.result) if call.name != "sendall" else _count(call.args)


def _segments(said, size: int) -> tuple[Piece, ...]:
    """The segments' pieces, in the order of the stream, each byte where it was sent first."""
    begin = min(segment.seq for segment in said)
    found, upto = [], 0
    for segment in sorted(said, key=lambda each: (each.seq, each.number)):
        start, end = max(segment.seq - begin, upto), segment.seq - begin + segment.length
        if start < end <= size:
            lost = not segment.delivered
            found.append(Piece(start, end, f"seq {segment.seq}{', lost at first' if lost else ''}", lost))
            upto = end
    return tuple(found)
