"""A class in the place of `socket.socket` whose sockets are made on the hosts of a network."""

from __future__ import annotations

import os
import socket
from typing import Any

from labkit import Network
from labkit.sockets.hostsocket import HostSocket

_plain = socket.socket
_INET = (socket.AF_INET, socket.AF_INET6)
_LOCAL = ("127.0.0.1", "localhost", "::1")


class _Kind(type(HostSocket)):  # type: ignore[misc]  # it is `type`
    """What was made before, or is wrapped by TLS, is a socket too."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, _plain) if cls is Socket else super().__instancecheck__(instance)


class Socket(HostSocket, metaclass=_Kind):
    """`socket.socket(family, type, proto, fileno)`: on a host, where it is not a descriptor that is there already."""

    home: Any = None  # the host that sockets are made on
    caller: Any = None  # the host that calls it; None: it calls itself

    def __init__(
        self,
        family: int = -1,
        type: int = -1,
        proto: int = -1,
        fileno: int | None = None,
        *,
        host: Any = None,
    ) -> None:
        self._set: list[tuple[Any, ...]] = []
        super().__init__(family, type, proto, fileno, host=host or self.home)

    def _resolved(self, address: Any) -> Any:
        if not self.caller or self.family not in _INET or not isinstance(address, tuple):
            return super()._resolved(address)
        if address[:1] and address[0] in _LOCAL:
            at = self.home.address6 if self.family == socket.AF_INET6 else self.home.address
            address = (at, *address[1:])
        return super()._resolved(address)

    def setsockopt(self, *args: Any) -> None:
        super().setsockopt(*args)
        self._set.append(args)

    def connect(self, address: Any) -> None:
        self._go_to_the_caller(address)
        super().connect(address)

    def connect_ex(self, address: Any) -> int:
        self._go_to_the_caller(address)
        return super().connect_ex(address)

    def sendto(self, data: Any, *rest: Any) -> int:
        if rest:
            self._go_to_the_caller(rest[-1])
        return super().sendto(data, *rest)

    def sendmsg(self, *args: Any) -> int:
        if len(args) > 3:
            self._go_to_the_caller(args[3])
        return super().sendmsg(*args)

    def _go_to_the_caller(self, address: Any) -> None:
        """Before its first call to `home`, become a socket of `caller`, with the same descriptor and options."""
        if self.caller is None or self._at is not self.home or self.fileno() < 0 or self.family not in _INET:
            return
        if not isinstance(address, tuple) or self.type not in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            return
        if self._resolved(address)[0] not in (self.home.address, self.home.address6) or self.getsockname()[1]:
            return
        number, timeout, uses = self.fileno(), self.gettimeout(), self._io_refs
        made, port = self.caller.core.socket(self.caller.name, self.family, self.type, self.proto)
        os.set_blocking(made, os.get_blocking(number))
        os.dup2(made, number, inheritable=os.get_inheritable(number))
        os.close(made)
        HostSocket.__init__(self, self.family, self.type, self.proto, number, host=self.caller, port=port)
        self._io_refs = uses
        self.settimeout(timeout)
        for options in self._set:
            HostSocket.setsockopt(self, *options)


def install(on: str) -> Network:
    """Put it in place of `socket.socket`, for sockets "host" or "wire"; returns the network, to be held."""
    import asyncio  # noqa: F401 - as programs have them: made of the plain class
    import ssl  # noqa: F401

    from test.support import socket_helper

    net = Network("client", "server", ipv6=True)
    Socket.home = net.server
    if on == "wire":
        Socket.caller = net.client
        socket_helper.HOST, socket_helper.HOSTv4, socket_helper.HOSTv6 = (
            net.server.address,
            net.server.address,
            net.server.address6,
        )
    # It is what the others are made of in `socket` itself: socketpair(), create_server(), accept() of a plain one.
    socket.socket = Socket  # type: ignore[misc]
    return net
