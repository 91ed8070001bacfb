"""Nothing of the lab reaches the machine's network by mistake.

A plain `socket.socket()`, a library's or one by a slip, is the machine's: what it sends to 10.0.0.2 goes to whoever
has that address out there. An audit hook (PEP 578) sees the call before it happens and refuses it

- where it names an address or a host of an open network, and
- in code that runs on a host (`with client:`, a background task, a service), whatever it names, for a socket that was
  made elsewhere, and for a name that the C library would ask a name server for.

A socket of a host is told from the machine's by its network namespace, not by its class: TLS and event loops wrap
descriptors anew. Such a hook stays until the process ends; while no network is open it looks up one name.
"""

from __future__ import annotations

import errno
import socket
import sys
import weakref
from _socket import socket as _kernel
from contextlib import closing
from functools import cache
from typing import TYPE_CHECKING, Any

from labkit.sockets import owners, place
from labkit.sockets.written import is_name, packed, text_of
from labkit.words import say

if TYPE_CHECKING:
    from labkit.network.core import Core

_SO_NETNS_COOKIE = 71  # socket(7), Linux 5.14: a number of the network namespace that a socket was made in
_INET = (socket.AF_INET, socket.AF_INET6)
_family_of = _kernel.family.__get__
_CALLS = {
    "socket.connect": "connect",
    "socket.sendto": "sendto",
    "socket.sendmsg": "sendmsg",
    "socket.bind": "bind",
    "socket.getaddrinfo": "getaddrinfo",
    "socket.gethostbyname": "gethostbyname",
}
_open: weakref.WeakSet[Core] = weakref.WeakSet()


class WrongNetwork(PermissionError):
    """A socket of the machine was about to be used for a host of the lab; the message shows the right line.

    An OSError, since that is what callers of connect() and bind() close their sockets on.
    """

    def __init__(self, message: str) -> None:
        super().__init__(errno.EPERM, message)


def watch(core: Core) -> None:
    """From now on, and until it is closed, refuse what would miss this network and reach the machine's."""
    _install()
    _open.add(core)


@cache
def _install() -> None:
    with closing(
        _kernel(socket.AF_INET, socket.SOCK_DGRAM)
    ) as plain:  # the machine's, also in `with client:`
        here = _namespace(plain)

    # What it needs for every event is its own: it is called while the interpreter ends, when modules may be empty.
    calls, kernel, namespace, check = _CALLS, _kernel, _namespace, _check

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        call = calls.get(event)
        if call is None:
            return
        sock = arguments[0]
        if here is not None and isinstance(sock, kernel) and namespace(sock) != here:
            return  # a host's, and that without much ado
        check(call, arguments, here)

    sys.addaudithook(hook)


def _namespace(sock: _kernel) -> bytes | None:
    """What the namespace of a socket is known by; None where the kernel does not tell."""
    try:
        return _kernel.getsockopt(sock, socket.SOL_SOCKET, _SO_NETNS_COOKIE, 8)
    except OSError:
        return None


def _check(call: str, arguments: tuple[Any, ...], here: bytes | None) -> None:
    networks = open_networks()
    if not networks and place.here() is None:
        return
    if call.startswith("get"):
        _check_name(call, arguments[0], networks)
        return
    sock, address = arguments[:2]
    if not isinstance(address, tuple) or not address or not isinstance(sock, _kernel):
        return
    if _family_of(sock) not in _INET or (here is None and not _is_the_machines(sock)):
        return
    if on := _running_on():
        raise WrongNetwork(_on_a_host(call, on))
    core, host = meant(address[0], networks)
    if host:
        raise WrongNetwork(_to_a_host(call, address[0], host, core))


def _check_name(call: str, name: Any, networks: list[Core]) -> None:
    """A name server of the machine's would be asked for a host's name, or by a host."""
    text = text_of(name)
    on = _running_on()
    core, host = meant(text, networks)
    if host and text == host:
        raise WrongNetwork(
            say(
                "{name} is a host of the network here, of which {call}() knows in `with {other}:` alone; calls of a "
                "host's socket take its name: {other}.socket().connect(({name!r}, port)); its address is {address}",
                name=host,
                call=call,
                other=_another(core, host),
                address=core.interfaces(host)[0].address,
            )
        )
    if on and is_name(text):
        raise WrongNetwork(
            say(
                "this code runs on the host {host}, and a {call} that was taken out of the module before there was a "
                "network would ask the name server of the machine for {name!r}: write socket.{call}(...)",
                host=on,
                call=call,
                name=text,
            )
        )


def open_networks() -> list[Core]:
    """The networks that are watched."""
    return [core for core in _open if not core.closed]


def _is_the_machines(sock: _kernel) -> bool:
    """As far as we know of its inode: for kernels that tell no namespace."""
    return owners.owner_of(owners.inode_of(sock.fileno())) is None


def _running_on() -> str:
    """The host with a network of its own on which the running code is; "": none."""
    host = place.here()
    return host.name if host is not None and host.core in _open else ""


def meant(name: Any, networks: list[Core]) -> tuple[Any, str]:
    """The network, and its host, that an address or a name stands for; (None, "") if none does."""
    text = text_of(name)
    if not text:
        return None, ""
    number = packed(text)
    for core in networks:
        if text in core.names:
            return core, text
        if number is not None:
            for known, host in core.addresses.items():
                if packed(known) == number:
                    return core, host
    return None, ""


def _another(core: Core, host: str) -> str:
    return next((name for name in core.names if name != host), host)


def _to_a_host(call: str, address: Any, host: str, core: Core) -> str:
    at = host if call == "bind" else _another(core, host)
    return say(
        "{address} is the host {host} of the network here, and this socket is the machine's: what it sends would "
        "leave by the machine's own network. Make it on a host, {at}.socket(), where socket.socket() was written; "
        "for what a library makes by itself write `with {at}:` around it. For a machine out there that has this "
        "address too, close() the network first",
        address=text_of(address),
        host=host,
        at=at,
    )


def _on_a_host(call: str, host: str) -> str:
    return say(
        "this code runs on the host {host}, and calls {call}() of a socket that was made on the machine, which would "
        "use the machine's own network. Make it here, or with {host}.socket()",
        host=host,
        call=call,
    )
