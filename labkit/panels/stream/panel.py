"""`stream_viewer(trace)`: drag the ends of the recvs across a byte stream, and see what each decoder makes of it."""

from __future__ import annotations

from functools import cached_property
from html import escape
from typing import Any

from labkit.panels.base import Panel
from labkit.panels.stream.cuts import cuts_of, pieces_of
from labkit.panels.stream.facts import arrived
from labkit.panels.stream.run import Readers
from labkit.panels.stream.steps import Reading
from labkit.panels.stream.ways import KNOWN, ways_of
from labkit.pictures.bytestream import ByteStream, byte_stream
from labkit.pictures.bytestream.pieces import Piece, Track

__all__ = ["KNOWN", "StreamViewer", "stream_viewer"]

MOST = 200
"""The most bytes of a stream that has a cell for each, with boundaries to drag between them."""


class StreamViewer(Panel):
    """A byte stream whose `recv` boundaries can be moved, and what decoders make of it; made by `stream_viewer`.

    stream  the `ByteStream`, cut as it is now;  cuts: after how many bytes a recv ends, without the last
    """

    def __init__(self, stream: ByteStream, readers: Readers, cuts: tuple[int, ...]) -> None:
        self.given, self.readers, self.begun = stream, readers, cuts
        self.cuts = cuts

    @property
    def stream(self) -> ByteStream:
        """The stream, with the recvs that `cuts` say."""
        return _cut(self.given, self.cuts)

    def read(self) -> list[Reading]:
        """What each decoder makes of the stream as it is cut now."""
        return self.readers.read(self.cuts)

    @cached_property
    def text(self) -> str:
        return "\n".join([_cut(self.given, self.begun).text, *(reading.text for reading in self._first)])

    @cached_property
    def _first(self) -> list[Reading]:
        return self.readers.read(self.begun)

    def _html(self) -> str:
        picture = _cut(self.given, self.begun)._repr_mimebundle_()["text/html"]
        said = "\n".join(reading.text for reading in self._first)
        return f'<div class="labkit-stream">{picture}<pre style="white-space:pre-wrap">{escape(said)}</pre></div>'

    def _widget(self) -> Any:
        from labkit.panels.stream.widget import StreamWidget

        return StreamWidget(self)


def stream_viewer(
    stream: Any, decoders: Any = None, *, messages: Any = None, cuts: Any = None
) -> StreamViewer:
    """The bytes of a stream with boundaries of `recv` that can be dragged, and what each decoder makes of them.

    stream    a captured `Trace`, a `ByteStream` (as `byte_stream` makes them), bytes, or a list of bytes as they
              were sent; 200 bytes at most
    decoders  a list of classes, or functions without arguments, that make an object with `feed(data)`, which returns
              a list of messages; of names of ways to read: "one recv is one message", "recv(4), then recv(size)",
              "bytes.decode", "incremental UTF-8"; or a mapping of names to any of these.  Default: what suits the data
    messages  what was sent, to hold all decoders against; by default each is held against what it gives when all
              comes at once
    cuts      where the recvs end at first, as numbers of bytes; default: as they arrived

    A decoder runs in the kernel, anew whenever a boundary is moved, for a second at most; what it raises is shown.
    Raises TypeError or ValueError for what cannot be drawn or read.
    """
    stream = _stream_of(stream)
    if len(stream.data) > MOST:
        raise ValueError(
            f"the viewer draws a cell for each byte, of {MOST} at most (this stream has {len(stream.data):,}); give it "
            "the beginning, as in stream_viewer(byte_stream(trace).data[:200]), or look at all of it with "
            "byte_stream(trace)"
        )
    size = len(stream.data)
    found = cuts_of(size, arrived(stream) if cuts is None else cuts)
    ways = ways_of(decoders, stream.data)
    if messages is not None and isinstance(messages, bytes | bytearray | str):
        raise TypeError(
            f"messages is a list of what was sent, as in messages=[b'hello'] (got {messages!r:.60})"
        )
    return StreamViewer(stream, Readers(stream.data, stream.sends or [stream.data], ways, messages), found)


def _stream_of(given: Any) -> ByteStream:
    if isinstance(given, ByteStream):
        return given
    if isinstance(given, bytes | bytearray | memoryview):
        return byte_stream(sends=[bytes(given)])
    if isinstance(given, list | tuple):
        return byte_stream(sends=given)
    return byte_stream(given, segments=True)


def _cut(stream: ByteStream, cuts: tuple[int, ...]) -> ByteStream:
    pieces, at = [], 0
    for number, piece in enumerate(pieces_of(stream.data, cuts), 1):
        pieces.append(Piece(at, at + len(piece), f"recv {number}"))
        at += len(piece)
    segments = [track for track in stream.below if track.name == "segment"]
    return ByteStream(stream.data, stream.above, [*segments, Track("recv", tuple(pieces))], stream.title)
