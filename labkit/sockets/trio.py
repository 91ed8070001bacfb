"""trio takes the sockets of hosts.  Its test is for the very class socket.socket, to keep TLS sockets out."""

from __future__ import annotations

import socket
from types import ModuleType
from typing import Any

from labkit.running.imports import when_loaded


def teach_trio(kind: type[socket.socket]) -> None:
    """Let `trio.socket.from_stdlib_socket`, and with it anyio, take sockets of a class."""
    when_loaded("trio._socket", lambda trio: _teach(trio, kind))


def _teach(trio: ModuleType, kind: type[socket.socket]) -> None:
    wrapper: Any = getattr(trio, "_SocketType", None)
    if wrapper is None:  # another trio than that of today: it refuses as it did
        return
    begin = wrapper.__init__

    def __init__(self: Any, sock: socket.socket) -> None:
        if not isinstance(sock, kind):
            begin(self, sock)
            return
        plain = socket.socket(sock.family, sock.type, sock.proto, fileno=sock.fileno())
        try:
            begin(self, plain)
        finally:
            plain.detach()
        sock.setblocking(False)
        self._sock = sock  # in the plain one's place: it closes, and notes what trio calls on it

    wrapper.__init__ = __init__
