"""`byte_stream(trace)`: the bytes of one direction of a connection, with the boundaries that programs made."""

from __future__ import annotations

from labkit.pictures.bytestream.stream import ByteStream, byte_stream

__all__ = ["ByteStream", "byte_stream"]
