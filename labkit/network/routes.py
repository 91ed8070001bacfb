"""A host's table of routes: read as the kernel has it, and changed."""

from __future__ import annotations

import errno
import ipaddress
import socket
from typing import TYPE_CHECKING

from labkit.network.plan import Route
from labkit.packets.addresses import address_of
from labkit.words import say

if TYPE_CHECKING:
    from labkit.network.host import Host

_UP, _GATEWAY, _REJECT = 0x1, 0x2, 0x200  # RTF_…: <linux/route.h>
_LOCAL6, _ANYCAST6 = 0x80000000, 0x00100000  # RTF_…: <linux/ipv6_route.h>
_OWN6 = ("fe80::", "ff00::")  # which each interface has
_OWN_METRIC6 = 256  # that the kernel gives those


class Routes(tuple[Route, ...]):
    """Routes of one host, in the kernel's order; shows itself as text, one line each."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "\n".join(map(_line, self)) or say("no routes")

    __str__ = __repr__


def _line(route: Route) -> str:
    if not route.via:
        return f"{route.destination:<18} dev {route.interface}"
    return f"{route.destination:<18} via {route.via} dev {route.interface}"


def routes(host: Host) -> Routes:
    """A host's routes, of IPv4 and then IPv6: `Route` values, each with destination ("10.0.2.0/24"), via ("": none)
    and interface.

    Raises NeedsHosts where the mode has no hosts of their own.
    """
    found = _of_ipv4(host.core.proc_net(host.name, "route"))
    if any(each.address6 for each in host.interfaces):
        found += _of_ipv6(host.core.proc_net(host.name, "ipv6_route"))
    return Routes(found)


def _of_ipv4(text: str) -> list[Route]:
    """The lines of /proc/net/route: numbers in hexadecimal, as they stand in the machine's memory."""
    found = []
    for line in text.splitlines()[1:]:
        interface, destination, gateway, flags, *_, mask, _, _, _ = line.split()
        if int(flags, 16) & _UP:
            bits = int(mask, 16).bit_count()
            via = _ipv4(gateway) if int(flags, 16) & _GATEWAY else ""
            found.append(Route(f"{_ipv4(destination)}/{bits}", via, interface))
    return found


def _ipv4(text: str) -> str:
    return socket.inet_ntoa(bytes.fromhex(text)[::-1])


def _of_ipv6(text: str) -> list[Route]:
    """The lines of /proc/net/ipv6_route, but for those that each interface has for itself."""
    found = []
    for line in text.splitlines():
        destination, bits, _, _, gateway, metric, _, _, flags, interface = line.split()
        network = socket.inet_ntop(socket.AF_INET6, bytes.fromhex(destination))
        own = network in _OWN6 and int(metric, 16) == _OWN_METRIC6
        if int(flags, 16) & (_LOCAL6 | _ANYCAST6 | _REJECT) or own or interface == "lo":
            continue
        via = socket.inet_ntop(socket.AF_INET6, bytes.fromhex(gateway)) if int(flags, 16) & _GATEWAY else ""
        found.append(Route(f"{network}/{int(bits, 16)}", via, interface))
    return found


def change(host: Host, add: bool, destination: str, via: str | None, interface: str | None) -> None:
    """Add a route to a host's table, or take it away.

    destination   "10.0.2.0/24", the address or the name of a host, or "default"
    via           the address or the name of the host that packets go to next; None: it is on the segment itself.
                  A name stands for the nearest address, of the family that the other of the two is of
    interface     the name of the host's interface; the kernel finds it from `via`

    Raises ValueError for what is no network or address, LookupError for a route that is not there to be taken away,
    OSError as the kernel does, with what helps as a note, and NeedsHosts where the mode has no hosts of their own.
    """
    gateway = None if via is None else str(_address(host, "via", via, ipv6=":" in str(destination)))
    network = _network(host, destination, gateway)
    try:
        host.core.route(host.name, add, network, gateway, interface)
    except OSError as error:
        if error.errno == errno.EEXIST:
            error.add_note(
                say("take the other one away first: {host}.route_del({to!r})", host=host.name, to=network)
            )
        elif error.errno == errno.ESRCH:  # "No such process": there is none such
            told = say(
                "{host} has no such route to {to}; it has:\n{routes}",
                host=host.name,
                to=network,
                routes=routes(host),
            )
            raise LookupError(told) from None
        elif error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
            error.add_note(say("the routes of {host} are:\n{routes}", host=host.name, routes=routes(host)))
        raise


def _network(host: Host, destination: str, gateway: str | None) -> str:
    if destination == "default":
        return "::/0" if gateway and ":" in gateway else "0.0.0.0/0"
    if isinstance(destination, str) and "/" in destination:
        try:
            return str(ipaddress.ip_network(destination))
        except ValueError as error:
            raise ValueError(
                say("{error}; a destination is a network, as in '10.0.2.0/24'", error=error)
            ) from None
    address = _address(host, "destination", destination, ipv6=bool(gateway and ":" in gateway))
    return f"{address}/{address.max_prefixlen}"


def _address(host: Host, what: str, text: str, ipv6: bool) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    known = address_of(text, host.core.near(host.name), ipv6=ipv6) or text
    try:
        return ipaddress.ip_address(known)
    except ValueError:
        raise ValueError(
            say(
                "{what} is an address or the name of a host (got {text!r}); the hosts are {hosts}",
                what=what,
                text=text,
                hosts=", ".join(host.core.names),
            )
        ) from None
