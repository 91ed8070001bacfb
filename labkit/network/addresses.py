"""The addresses that a host's interfaces have in its kernel: one more, or one less."""

from __future__ import annotations

import errno
import ipaddress
from typing import TYPE_CHECKING

from labkit.words import say

if TYPE_CHECKING:
    from labkit.network.host import Host


def change(host: Host, add: bool, address: str, interface: str | None) -> None:
    """Give an interface of a host an address, or take it away; the kernel adds or removes the route of its network.

    address     with the length of its network's prefix: "10.0.1.7/24"; IPv4 or IPv6
    interface   the interface's name; None: the host's first

    Nobody is asked whether another host has it already, and names stay with the addresses that the network gave: that
    is what a wrong netmask and a duplicate address are made of.  With the last address of a family go all routes of
    that family: add the new one before you take the old one away.

    Raises ValueError for what is no address with a length, or no interface of the host; LookupError for an address that
    is not there to be taken away; OSError as the kernel does (EEXIST: the interface has it); and NeedsHosts where
    the mode has no hosts of their own.
    """
    names = [each.name for each in host.interfaces]
    chosen = names[0] if interface is None else interface
    if chosen not in names:
        told = say(
            "{host} has no interface {name!r}; it has {names}",
            host=host.name,
            name=chosen,
            names=", ".join(names),
        )
        raise ValueError(told)
    try:
        host.core.address(host.name, add, _checked(address), chosen)
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL and not add:
            told = say(
                "{host} has no address {address} on {name}", host=host.name, address=address, name=chosen
            )
            raise LookupError(told) from None
        raise


def _checked(address: str) -> str:
    try:
        if "/" not in address:
            raise ValueError(say("{address!r} has no length", address=address))
        return str(ipaddress.ip_interface(address))
    except (ValueError, TypeError) as error:
        told = say(
            "{error}; an address goes with the length of its network's prefix, as in '10.0.1.7/24'",
            error=error,
        )
        raise ValueError(told) from None
