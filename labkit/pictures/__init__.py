"""Values drawn as text, SVG and PNG: ladders, streams of bytes, maps of sockets, the steps of socket tables."""

from typing import TYPE_CHECKING

from labkit.lazy import face

if TYPE_CHECKING:
    from labkit.drawing.style import colour_of
    from labkit.pictures.bytestream.sources import byte_stream
    from labkit.pictures.ladders import ladder
    from labkit.pictures.socketmap.map import socket_map
    from labkit.pictures.socketsteps import watch_sockets

_PUBLIC = {
    "byte_stream": "labkit.pictures.bytestream.sources",
    "colour_of": "labkit.drawing.style",
    "ladder": "labkit.pictures.ladders",
    "socket_map": "labkit.pictures.socketmap.map",
    "watch_sockets": "labkit.pictures.socketsteps",
}

__getattr__, __dir__, __all__ = face(__name__, _PUBLIC)
