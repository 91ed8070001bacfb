"""Sockets made in a host's network, for the notebook to use: a socket stays in the network that it was made in."""

from __future__ import annotations

import socket
import struct

from labkit.wire import namespaces

_IPPROTO_IP, _IP_LOCAL_PORT_RANGE = 0, 51
_LARGEST_WINDOW = 6_291_456  # the most that tcp_rmem allows a receive buffer
_FIRST_PORT, _LAST_PORT = 40_000, 60_999


class Sockets:
    """Makes sockets, and gives them the ephemeral port that is next on their host."""

    def __init__(self, wire_network: int) -> None:
        self._wire_network = wire_network  # descriptor of the network namespace to come back to
        self._next_port: dict[int, int] = {}  # by host

    def make(
        self, host: int, network: int, family: int, kind: int, protocol: int
    ) -> tuple[socket.socket, int | None]:
        """A socket in the network behind a descriptor, and the port to bind it to before it calls, if there is one."""
        namespaces.enter(network)
        try:
            made = socket.socket(family, kind, protocol)
        finally:
            namespaces.enter(self._wire_network)
        port = None
        if family in (socket.AF_INET, socket.AF_INET6):
            if made.type == socket.SOCK_STREAM and protocol in (0, socket.IPPROTO_TCP):
                _settle_tcp(made)
            if made.type in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                port = self._give_port(made, host)
        return made, port

    def _give_port(self, made: socket.socket, host: int) -> int | None:
        """Set the ephemeral port that is next, so that the same program gets the same ports each time.

        Returns the port where this kernel cannot be told (before Linux 6.3): the caller binds to it, then.
        """
        port = self._next_port.get(host, _FIRST_PORT)
        self._next_port[host] = port + 1 if port < _LAST_PORT else _FIRST_PORT
        try:
            made.setsockopt(_IPPROTO_IP, _IP_LOCAL_PORT_RANGE, struct.pack("I", port << 16 | port))
        except OSError:
            return port
        return None


def _settle_tcp(made: socket.socket) -> None:
    """What the machine's administrator may have set otherwise for all sockets."""
    # Else the kernel takes the window's scale from net.core.rmem_max, a setting of the whole machine.
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_WINDOW_CLAMP, _LARGEST_WINDOW)
    try:
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"cubic")
    except FileNotFoundError:  # this kernel has no CUBIC: its default, Reno in our networks, stands
        pass
