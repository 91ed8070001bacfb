"""Sockets made in a host's network, for the notebook to use: a socket stays in the network that it was made in."""

from __future__ import annotations

import errno

from labkit.wire import csocket as socket
from labkit.wire import namespaces, portrange

_LARGEST_WINDOW = 6_291_456  # the most that tcp_rmem allows a receive buffer
_WITH_PORTS = (socket.AF_INET, socket.AF_INET6)


class Sockets:
    """Makes sockets, and gives each the ephemeral port that is next on its host, so that the same program gets the
    same ports each time; one that is in use is passed over."""

    def __init__(self, wire_network: int) -> None:
        self._wire_network = wire_network  # descriptor of the network namespace to come back to
        self._next_port: dict[int, int] = {}  # by host

    def make(
        self, host: int, network: int, family: int, kind: int, protocol: int
    ) -> tuple[socket.Socket, int | None]:
        """A socket in the network behind a descriptor, and the port to bind it to before it calls, if there is one.

        The port is None where the kernel was told (Linux 6.3 and later), and for sockets without ports.
        """
        namespaces.enter(network)
        try:
            made = socket.Socket(family, kind, protocol)
            if made.family not in _WITH_PORTS or made.type not in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                return made, None
            port = self._free(host, made.family, made.type)
        finally:
            namespaces.enter(self._wire_network)
        if made.type == socket.SOCK_STREAM and protocol in (0, socket.IPPROTO_TCP):
            # Else the kernel takes the window's scale from net.core.rmem_max, a setting of the whole machine.
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_WINDOW_CLAMP, _LARGEST_WINDOW)
        return made, None if portrange.tell(made, port) else port

    def another(self, host: int, network: int, family: int, kind: int) -> int:
        """A port for a socket whose own was taken by somebody else before it called."""
        namespaces.enter(network)
        try:
            return self._free(host, family, kind)
        finally:
            namespaces.enter(self._wire_network)

    def _free(self, host: int, family: int, kind: int) -> int:
        """The next port of the current network that no socket has; where all are taken, the next one."""
        first = port = self._next_port.get(host, portrange.FIRST)
        while True:
            self._next_port[host] = following = port + 1 if port < portrange.LAST else portrange.FIRST
            with socket.Socket(family, kind) as probe:
                try:
                    probe.bind(("", port))
                except OSError as error:
                    if error.errno == errno.EADDRINUSE and following != first:
                        port = following
                        continue
            return port
