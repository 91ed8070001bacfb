"""The ephemeral ports that sockets of a host call from, and how one socket is told which of them is its own."""

from __future__ import annotations

import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _socket import socket

FIRST, LAST = 40_000, 60_999
_IPPROTO_IP, _IP_LOCAL_PORT_RANGE = 0, 51


def tell(sock: socket, port: int) -> bool:
    """Let the kernel take this port, and no other, where the socket needs one (ip(7), IP_LOCAL_PORT_RANGE).

    Returns False where the kernel cannot be told (before Linux 6.3).
    """
    try:
        sock.setsockopt(_IPPROTO_IP, _IP_LOCAL_PORT_RANGE, struct.pack("I", port << 16 | port))
    except OSError:
        return False
    return True
