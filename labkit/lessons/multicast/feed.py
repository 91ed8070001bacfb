"""The feed that the lesson's exercises are about: its group, and a member of the checker's own."""

from __future__ import annotations

import socket
from typing import Any

from labkit.learn.kit.tale import Tale

GROUP, PORT = "239.192.2.3", 5007

PATIENCE_S = 1.0


def join(tale: Tale, host: Any) -> Any:
    """A socket of the checker's own that is a member of the group."""
    sock = tale.keep(host.socket(type=socket.SOCK_DGRAM))
    sock.bind(("", PORT))
    membership = socket.inet_aton(GROUP) + socket.inet_aton(host.address)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
    sock.settimeout(PATIENCE_S)
    return sock


def hear(sock: Any) -> bytes | None:
    """The next datagram, None when none comes."""
    sock.settimeout(PATIENCE_S)
    try:
        return sock.recv(2000)
    except TimeoutError:
        return None
