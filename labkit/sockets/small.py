"""Sockets with small buffers, so that who is not read is soon held up."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labkit.network.host import Host
    from labkit.sockets.hostsocket import HostSocket


def limit(sock: HostSocket, *, send: int = 0, receive: int = 0) -> None:
    """Ask for so many bytes of SO_SNDBUF and SO_RCVBUF; 0: as the kernel has them, which lets them grow."""
    for option, size in ((socket.SO_SNDBUF, send), (socket.SO_RCVBUF, receive)):
        if size:
            sock.setsockopt(socket.SOL_SOCKET, option, size)


def listening(host: Host, port: int, *, send: int = 0, receive: int = 0, backlog: int = 128) -> HostSocket:
    """A listening socket at a host's address, with such buffers (see `limit`), which what it accepts has, too."""
    sock = host.socket()
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        limit(sock, send=send, receive=receive)
        sock.bind((host.address, port))
        sock.listen(backlog)
    except BaseException:
        sock.close()
        raise
    return sock
