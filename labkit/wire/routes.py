"""The table of routes of the current network, by netlink: rtnetlink(7), struct rtmsg."""

from __future__ import annotations

import struct

from labkit.wire import csocket as socket
from labkit.wire import netlink

_NEW_ROUTE, _DEL_ROUTE = 24, 25  # RTM_…
_DESTINATION, _OUT, _GATEWAY = 1, 4, 5  # RTA_…
_MAIN, _STATIC, _UNICAST = 254, 4, 1  # RT_TABLE_MAIN, RTPROT_STATIC, RTN_UNICAST
_UNIVERSE, _LINK, _NOWHERE = 0, 253, 255  # RT_SCOPE_…


def add(destination: str, via: str | None, interface: str | None = None) -> None:
    """Route a network ("10.0.2.0/24") over a gateway, or straight out of an interface. Raises OSError."""
    scope = _UNIVERSE if via is not None else _LINK
    body = _message(destination, via, interface, scope)
    netlink.request(
        _NEW_ROUTE, netlink.CREATE | netlink.EXCLUSIVE, body, f"adding the route to {destination}"
    )


def delete(destination: str, via: str | None, interface: str | None = None) -> None:
    """Take away a route, the one over a gateway or out of an interface where these are given. Raises OSError."""
    body = _message(destination, via, interface, _NOWHERE)
    netlink.request(_DEL_ROUTE, 0, body, f"taking away the route to {destination}")


def _message(destination: str, via: str | None, interface: str | None, scope: int) -> bytes:
    network, _, bits = destination.partition("/")
    family = socket.AF_INET6 if ":" in network else socket.AF_INET
    protocol, kind = (0, 0) if scope == _NOWHERE else (_STATIC, _UNICAST)  # 0: of whatever kind it is
    body = struct.pack("BBBBBBBBI", family, int(bits), 0, 0, _MAIN, protocol, scope, kind, 0)
    body += netlink.attribute(_DESTINATION, socket.inet_pton(family, network))
    if via is not None:
        body += netlink.attribute(_GATEWAY, socket.inet_pton(family, via))
    if interface is not None:
        with netlink.control_socket() as control:
            index = netlink.interface_index(control, interface)
        body += netlink.attribute(_OUT, struct.pack("i", index))
    return body
