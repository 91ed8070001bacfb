"""`byte_stream(trace)`: the bytes of one direction of a connection, with the boundaries that programs made."""

from __future__ import annotations

from labkit.pictures.bytestream.sources import byte_stream
from labkit.pictures.bytestream.stream import ByteStream

__all__ = ["ByteStream", "byte_stream"]
