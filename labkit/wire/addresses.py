"""The addresses of an interface of the current network, by netlink: rtnetlink(7), struct ifaddrmsg."""

from __future__ import annotations

import struct

from labkit.wire import csocket as socket
from labkit.wire import netlink

_NEW_ADDRESS, _DEL_ADDRESS = 20, 21  # RTM_…
_ADDRESS, _LOCAL, _BROADCAST = 1, 2, 4  # IFA_…
_NO_DETECTION = 2  # IFA_F_NODAD


def add(address: str, interface: str) -> None:
    """Give an interface an address, as in "10.0.1.1/24"; it may be used at once, and nobody asks whether another host
    has it. Raises OSError."""
    flags = netlink.CREATE | netlink.EXCLUSIVE
    netlink.request(_NEW_ADDRESS, flags, _message(address, interface), f"adding the address {address}")


def delete(address: str, interface: str) -> None:
    """Take an address away from an interface, and with it the routes that need it. Raises OSError."""
    netlink.request(_DEL_ADDRESS, 0, _message(address, interface), f"taking away the address {address}")


def _message(address: str, interface: str) -> bytes:
    own, _, bits = address.partition("/")
    family = socket.AF_INET6 if ":" in own else socket.AF_INET
    with netlink.control_socket() as control:
        index = netlink.interface_index(control, interface)
    packed = socket.inet_pton(family, own)
    body = struct.pack("BBBBi", family, int(bits), _NO_DETECTION, 0, index)
    body += netlink.attribute(_LOCAL, packed) + netlink.attribute(_ADDRESS, packed)
    if family == socket.AF_INET and int(bits) < 31:
        hosts = (1 << 32 - int(bits)) - 1
        everybody = int.from_bytes(packed, "big") | hosts
        body += netlink.attribute(_BROADCAST, everybody.to_bytes(4, "big"))
    return body
