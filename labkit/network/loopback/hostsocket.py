"""A host's socket on a loopback address: it listens and calls at its own host's address, and reaches no further."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
import sys
from _socket import socket as _kernel

from labkit.network.loopback.addresses import IP_BIND_ADDRESS_NO_PORT
from labkit.sockets.hostsocket import HostSocket
from labkit.sockets.sending import send_sockets

_FIRST_FREE = 1024  # below, ports are the machine's own business
_GROUPS = {
    getattr(socket, name)
    for name in (
        "IP_ADD_MEMBERSHIP",
        "IP_ADD_SOURCE_MEMBERSHIP",
        "IP_MULTICAST_IF",
        "IP_MULTICAST_TTL",
        "IP_MULTICAST_LOOP",
    )
    if hasattr(socket, name)
}


class LoopbackSocket(HostSocket):
    """`HostSocket` where hosts are loopback addresses."""

    __slots__ = ()

    def bind(self, address):
        """Bind to (host or address, port); "" and 0.0.0.0 mean the host's own address.

        Raises NeedsHosts for ports below 1024, and for 127.0.0.1, which here is the whole machine's.
        """
        if self._inet and isinstance(address, tuple) and len(address) == 2 and isinstance(address[1], int):
            address = self._resolved(address, errno.EADDRNOTAVAIL)
            if 0 < address[1] < _FIRST_FREE:
                self._at.core.cables.check(f"port {address[1]}, as every port below {_FIRST_FREE},")
            if address[0] != self._at.address:
                error = _error(errno.EADDRNOTAVAIL)
                self._explain_bind(error, address)
                raise error
            if (
                address[1] == 0 and sys.platform == "linux"
            ):  # a port now, that a server can tell before it listens
                _kernel.setsockopt(self, socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 0)
        super().bind(address)

    def listen(self, *backlog):
        """Become a listening socket, at the host's address."""
        if self._port:
            self._take_port()
        super().listen(*backlog)

    def setsockopt(self, *args):
        """Set an option: level, option, value."""
        if args[:1] == (socket.IPPROTO_IP,) and len(args) > 1 and args[1] in _GROUPS:
            self._at.core.cables.check("multicast")
        super().setsockopt(*args)

    def sendmsg(self, buffers, ancdata=(), flags=0, address=None, /):
        """Send to an address, or to the connected peer, from several buffers."""
        if address is None:
            return super().sendmsg(buffers, ancdata, flags)
        if self._port:
            self._take_port()
        return super().sendmsg(buffers, ancdata, flags, self._resolved(address))

    def _take_port(self):
        """Have the host's address before the first call, where the kernel could not be told at the start."""
        self._port = None
        if self._local is None:
            _kernel.bind(self, (self._at.address, 0))
            self._whereabouts()

    def _whereabouts(self):
        super()._whereabouts()
        if self._inet and self._local is not None:
            protocol = socket.IPPROTO_TCP if self._tcp else socket.IPPROTO_UDP
            self._at.core.port_of(self._host, protocol, self._local[1])

    def _resolved(self, address, otherwise=errno.ENETUNREACH):
        """Put a host's address for its name; refuse what is not on this network, as a host of its own would."""
        if not self._inet or not isinstance(address, tuple) or not address or not isinstance(address[0], str):
            return address
        name, core = address[0], self._at.core
        if name in ("", "0.0.0.0"):
            return (self._at.address, *address[1:])
        known = core.name_or_address(name)
        if known is not None:
            return (known, *address[1:])
        if name == "localhost":
            name = "127.0.0.1"
        if name == "<broadcast>":
            name = "255.255.255.255"
        try:
            number = ipaddress.ip_address(name)
        except ValueError:  # a name, then, that no host has
            return super()._resolved(address)
        if number.is_loopback:
            core.cables.check(f"{address[0]}, the loopback address of a host itself,")
        if number.is_multicast or str(number) == "255.255.255.255":
            core.cables.check(f"sending to {address[0]}")
        error = _error(otherwise)
        hosts = ", ".join(f"{each} {core.interfaces(each)[0].address}" for each in core.names)
        error.add_note(f"{name} is no host of this network; its hosts are: {hosts}")
        raise error


send_sockets(LoopbackSocket)


def _error(number: int) -> OSError:
    return OSError(number, os.strerror(number))
