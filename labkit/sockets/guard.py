"""Nothing of the lab reaches the machine's network by mistake.

A plain `socket.socket()`, a library's or one by a slip, is the machine's: what it sends to 10.0.0.2 goes to whoever
has that address out there. An audit hook (PEP 578) sees the call before it happens and refuses it

- where it names an address or a host of an open network, and
- in code that runs on a host (a background task, a service), whatever it names.

A socket of a host is told from the machine's by its network namespace, not by its class: TLS and event loops wrap
descriptors anew. Such a hook stays until the process ends; while no network is open it looks up one name.
"""

from __future__ import annotations

import errno
import socket
import sys
import weakref
from _socket import socket as _kernel
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from labkit.sockets import owners
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
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plain:
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
    if not networks:
        return
    if call.startswith("get"):
        _check_name(call, arguments[0], networks)
        return
    sock, address = arguments[:2]
    if not isinstance(address, tuple) or not address or not isinstance(sock, _kernel):
        return
    if _family_of(sock) not in _INET or (here is None and not _is_the_machines(sock)):
        return
    if on := _running_on(networks):
        raise WrongNetwork(_on_a_host(call, on))
    core, host = meant(address[0], networks)
    if host:
        raise WrongNetwork(_to_a_host(call, address[0], host, core))


def _check_name(call: str, name: Any, networks: list[Core]) -> None:
    """A name server of the machine's would be asked for a host's name, or by a host."""
    text = _text(name)
    on = _running_on(networks)
    core, host = meant(text, networks)
    if host and text == host:
        raise WrongNetwork(
            say(
                "{name} is a host of the network here, of which {call}() knows nothing: calls of a host's socket take "
                'its name, as in {other}.socket().connect(("{name}", port)); its address is {address}',
                name=host,
                call=call,
                other=_another(core, host),
                address=core.interfaces(host)[0].address,
            )
        )
    if on and text not in ("", "localhost") and _packed(text) is None:
        raise WrongNetwork(
            say(
                "this code runs on the host {host}, and {call}({name!r}) would ask the name server of the machine: "
                "hosts know each other by name in calls of {host}.socket(), and nobody else",
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


def _running_on(networks: list[Core]) -> str:
    """The host on which the running code is, as a task or a service; "": none."""
    host = getattr(owners.maker.get(None), "host", None)
    return host.name if host is not None and getattr(host, "core", None) in networks else ""


def meant(name: Any, networks: list[Core]) -> tuple[Any, str]:
    """The network, and its host, that an address or a name stands for; (None, "") if none does."""
    text = _text(name)
    if not text:
        return None, ""
    packed = _packed(text)
    for core in networks:
        if text in core.names:
            return core, text
        if packed is not None:
            for known, host in core.addresses.items():
                if _packed(known) == packed:
                    return core, host
    return None, ""


def _text(name: Any) -> str:
    if isinstance(name, (bytes, bytearray)):
        name = bytes(name).decode("ascii", "replace")
    return name.partition("%")[0] if isinstance(name, str) else ""


@lru_cache(1024)
def _packed(text: str) -> bytes | None:
    """An address as the kernel has it, IPv4 also where it is written within IPv6; None for a name."""
    try:
        packed = socket.inet_pton(socket.AF_INET6, text) if ":" in text else socket.inet_aton(text)
    except (OSError, ValueError):
        return None
    return packed[12:] if packed[:12] == bytes(10) + b"\xff\xff" else packed


def _another(core: Core, host: str) -> str:
    return next((name for name in core.names if name != host), host)


def _to_a_host(call: str, address: Any, host: str, core: Core) -> str:
    at = host if call == "bind" else _another(core, host)
    return say(
        "{address} is the host {host} of the network here, and this socket is the machine's: what it sends would "
        "leave by the machine's own network. Make it on a host, {at}.socket(), where socket.socket() was written; "
        "what a library makes by itself runs there as a program, {at}.run([...]). For a machine out there that has "
        "this address too, close() the network first",
        address=_text(address),
        host=host,
        at=at,
    )


def _on_a_host(call: str, host: str) -> str:
    return say(
        "this code runs on the host {host}, and calls {call}() of a socket that is the machine's, which would "
        "use the machine's own network. Make it with {host}.socket(), where socket.socket() was written; what a "
        "library makes by itself runs there as a program, {host}.run([...])",
        host=host,
        call=call,
    )
