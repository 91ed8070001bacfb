"""Who is called so, for code on a host: what `socket.getaddrinfo` and its kin answer there, without a name server.

A host knows the hosts of its network, itself as localhost, and nobody else.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from labkit.sockets.written import LOCALHOST, is_name, packed, text_of
from labkit.words import say

if TYPE_CHECKING:
    from labkit.network.host import Host

_LOOPBACK = ("127.0.0.1", "::1")
_HOST_NOT_FOUND = 1  # netdb.h
_NO_NAME = "Name or service not known"


def addresses(host: Host, name: str) -> list[str]:
    """The addresses that a host knows for a name, IPv4 before IPv6; raises gaierror if none."""
    if name.lower() == LOCALHOST:
        return list(_LOOPBACK[: 2 if host.address6 else 1])
    if host.core.closed:
        raise _unknown(say("{host} is on a network that is closed, and knows no names", host=host.name))
    found = _called(host, name)
    if not found:
        raise _unknown(
            say(
                "{host} knows no {name!r}: hosts know each other and no name server; here they are {hosts}",
                host=host.name,
                name=name,
                hosts=", ".join(host.core.names),
            )
        )
    return found


def resolved(host: Host, address: tuple[Any, ...], family: int) -> tuple[Any, ...]:
    """An address that begins with a name, with a number for it; raises gaierror for one that the host does not know."""
    name = text_of(address[0])
    for number in addresses(host, name):
        if (":" in number) == (family == socket.AF_INET6):
            return (number, *address[1:])
    raise _of_no_such_address(host, name, family)


def _is_number(text: str) -> bool:
    return text.lower() != LOCALHOST and not is_name(text)


def _called(host: Host, name: str) -> list[str]:
    # Letters' case says nothing in names (RFC 4343), and libraries write them small.
    owner = next((one for one in host.core.names if one.lower() == name.lower()), None)
    if owner is None:
        return []
    known = {**host.core.near(host.name), **host.core.addresses}  # of several the nearest first
    found = [number for number, one in known.items() if one == owner]
    return sorted(found, key=lambda number: ":" in number) or [host.core.interfaces(owner)[0].address]


def _unknown(sentence: str) -> socket.gaierror:
    return socket.gaierror(socket.EAI_NONAME, sentence)


def _of_no_such_address(host: Host, name: str, family: int) -> socket.gaierror:
    six = family == socket.AF_INET6
    return _unknown(
        say("{name} has no IPv6 address here: Network(..., ipv6=True) gives hosts one", name=name)
        if six
        else say("{name} has no IPv4 address here", name=name)
    )


# -- what is asked by the functions of the module socket -----------------------------------------------------


def getaddrinfo(
    ask: Any, host: Host, name: Any, port: Any, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0
) -> list[Any]:
    """`ask` is the kernel's own, which needs no name server for numbers."""
    text = text_of(name)
    if name and _is_number(text):
        return ask(_scoped(host, name), port, family, type, proto, flags)
    if flags & socket.AI_NUMERICHOST and name:
        raise _unknown(_NO_NAME)
    if name:
        numbers = addresses(host, text)
    else:  # whoever listens, or this host itself
        numbers = ["0.0.0.0", "::"] if flags & socket.AI_PASSIVE else list(_LOOPBACK)
        numbers = numbers[: 2 if host.address6 else 1]
    wanted = [
        number for number in numbers if family in (0, socket.AF_INET6 if ":" in number else socket.AF_INET)
    ]
    if not wanted:
        raise _of_no_such_address(host, text or host.name, family)
    found = [entry for number in wanted for entry in ask(number, port, family, type, proto, flags)]
    if flags & socket.AI_CANONNAME and text:
        found[0] = (*found[0][:3], text, found[0][4])
    return found


def _scoped(host: Host, name: Any) -> Any:
    """An address whose scope, as in fe80::1%eth0, is the number of the host's interface and not the machine's."""
    number, percent, scope = name.partition("%") if isinstance(name, str) else (name, "", "")
    return f"{number}%{if_nametoindex(None, host, scope)}" if percent and not scope.isdigit() else name


def gethostbyname(ask: Any, host: Host, name: str) -> str:
    text = text_of(name)
    if not text or _is_number(text):
        return ask(name)
    return _fours(host, text)[0]


def gethostbyname_ex(ask: Any, host: Host, name: str) -> tuple[str, list[str], list[str]]:
    text = text_of(name)
    if not text or _is_number(text):
        return text, [], [text or "0.0.0.0"]
    return text, [], _fours(host, text)


def _fours(host: Host, name: str) -> list[str]:
    found = [number for number in addresses(host, name) if ":" not in number]
    if not found:
        raise _of_no_such_address(host, name, socket.AF_INET)
    return found


def gethostbyaddr(ask: Any, host: Host, name: str) -> tuple[str, list[str], list[str]]:
    """Of a name, too, as `socket.getfqdn` asks."""
    text = text_of(name)
    if text and not _is_number(text):
        return text, [], addresses(host, text)
    owner = _owner(host, text)
    if owner is None:
        raise socket.herror(_HOST_NOT_FOUND, say("{name} is no host of this network", name=text))
    return owner, [], [text]


def getnameinfo(ask: Any, host: Host, address: Any, flags: int) -> tuple[str, str]:
    number, service = ask(address, flags | socket.NI_NUMERICHOST)
    owner = None if flags & socket.NI_NUMERICHOST else _owner(host, text_of(number))
    if owner is None and flags & socket.NI_NAMEREQD:
        raise _unknown(_NO_NAME)
    return owner or number, service


def _owner(host: Host, number: str) -> str | None:
    wanted = packed(number)
    if number in _LOOPBACK:
        return LOCALHOST
    return next((owner for known, owner in host.core.addresses.items() if packed(known) == wanted), None)


def gethostname(ask: Any, host: Host) -> str:
    return host.name


def if_nameindex(ask: Any, host: Host) -> list[tuple[int, str]]:
    return [(number, name) for name, number in host.interface_numbers().items()]


def if_nametoindex(ask: Any, host: Host, name: str) -> int:
    try:
        return host.index(name)
    except ValueError as error:
        raise OSError(str(error)) from None


def if_indextoname(ask: Any, host: Host, index: int) -> str:
    for name, number in host.interface_numbers().items():
        if number == index:
            return name
    raise OSError(say("no interface of {host} has the number {number}", host=host.name, number=index))
