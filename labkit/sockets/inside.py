"""Code on a host gets the host's sockets where it asks for the machine's: `with client: urlopen("http://server/")`.

`socket.socket` stays the class that it is, so that whoever took it earlier gets them too, and a subclass of a library
is what it was.  What it makes while the running code is on a host is a `HostSocket`; an object of a subclass stands on
a descriptor made there.  Unix sockets, and descriptors that are there already, are what they were.
"""

from __future__ import annotations

import _socket
import functools
import socket
from _socket import socket as _kernel
from collections.abc import Callable
from typing import Any

from labkit.running.uninterrupted import uninterrupted
from labkit.sockets import carrying, names, owners, place
from labkit.sockets.making import make
from labkit.sockets.written import is_name, text_of
from labkit.words import say

_INET = (socket.AF_INET, socket.AF_INET6)
_UNIX = getattr(socket, "AF_UNIX", None)
# Calls that take an address, and how many arguments they have when they do.
_ADDRESSED = {"connect": 1, "connect_ex": 1, "bind": 1, "sendto": 2, "sendmsg": 4}
_ASKED = (
    "gethostbyname gethostbyname_ex gethostbyaddr getnameinfo gethostname "
    "if_nameindex if_nametoindex if_indextoname"
)


@functools.cache
def install() -> None:
    """From now on; where the running code is on no host, nothing changes."""
    carrying.install()
    _teach_sockets()
    # The function of the same name in `socket` asks this one, however early a library took it.
    _socket.getaddrinfo = _asked(_socket.getaddrinfo, names.getaddrinfo)
    for name in _ASKED.split():
        if hasattr(socket, name):
            setattr(socket, name, _asked(getattr(socket, name), getattr(names, name)))


def _asked(ask: Callable[..., Any], answer: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(ask)
    def asked(*args: Any, **kwargs: Any) -> Any:
        host = place.here()
        return ask(*args, **kwargs) if host is None else answer(ask, host, *args, **kwargs)

    return asked


def _teach_sockets() -> None:
    kind: Any = socket.socket
    begin = kind.__init__

    def __new__(cls: type, *args: Any, **kwargs: Any) -> Any:
        if cls is kind and (host := _host_for(*args, **kwargs)) is not None:
            cls = host.core.socket_class()
        return _kernel.__new__(cls)

    @functools.wraps(begin)
    def __init__(
        self: Any, family: int = -1, type: int = -1, proto: int = -1, fileno: int | None = None
    ) -> None:
        host = _host_for(family, type, proto, fileno)
        if host is None:
            begin(self, family, type, proto, fileno)
            return
        # Where hosts are addresses of the machine, it is our class that keeps a socket to its host's.
        host.core.cables.check(
            say("{kind}, a class of sockets that a library makes,", kind=self.__class__.__name__)
        )
        with uninterrupted():
            made = make(host, family, type, proto)
            begin(self, *made[:4])

    kind.__new__, kind.__init__ = __new__, __init__
    for name, least in _ADDRESSED.items():
        setattr(kind, name, _by_number(getattr(_kernel, name), least))


def _host_for(family: Any = -1, type: Any = -1, proto: Any = -1, fileno: Any = None) -> Any:
    """The host on which a socket with these arguments is to be made; None: the machine."""
    return place.here() if fileno is None and family != _UNIX else None


def _by_number(system_call: Callable[..., Any], least: int) -> Callable[..., Any]:
    """A call with a number for the name in an address, which the C library would ask the machine's name server for.

    A host's descriptor may be in another object than a HostSocket: TLS has its own.
    """

    @functools.wraps(system_call)
    def call(self: Any, *args: Any) -> Any:
        if len(args) < least or not isinstance(args[-1], tuple) or not is_name(text_of(*args[-1][:1])):
            return system_call(self, *args)
        owner = owners.owner_of(owners.inode_of(self.fileno()))
        host = place.here() if owner is None else owner.at()
        if host is None or self.family not in _INET:
            return system_call(self, *args)
        return system_call(self, *args[:-1], names.resolved(host, args[-1], self.family))

    return call
