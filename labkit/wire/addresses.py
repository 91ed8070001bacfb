"""The addresses of an interface of the current network, by netlink: rtnetlink(7), struct ifaddrmsg."""

from __future__ import annotations

import errno
import os
import struct

from labkit.wire import csocket as socket
from labkit.wire import netlink

_NEW_ADDRESS, _DEL_ADDRESS = 20, 21  # RTM_…
_ADDRESS, _LOCAL, _BROADCAST = 1, 2, 4  # IFA_…
_NO_DETECTION = 2  # IFA_F_NODAD
_GET_ROUTE, _DESTINATION, _OUT = 26, 1, 4  # RTM_GETROUTE, RTA_…
_REQUEST, _ERROR, _LOCAL_ROUTE = 1, 2, 2  # NLM_F_REQUEST, NLMSG_ERROR, RTN_LOCAL
_ROUTES6 = 0x400  # RTMGRP_IPV6_ROUTE: be told of each route of IPv6 that comes or goes
_WITHIN = 20.0  # seconds


def add(address: str, interface: str) -> None:
    """Give an interface an address, as in "10.0.1.1/24"; it may be used at once, and nobody asks whether another host
    has it. Raises OSError."""
    give(address, interface)
    wait(address, interface)


def give(address: str, interface: str) -> None:
    """As `add`, but that it may be used only after `wait`: who needs several gives them all first."""
    flags = netlink.CREATE | netlink.EXCLUSIVE
    netlink.request(_NEW_ADDRESS, flags, _message(address, interface), f"adding the address {address}")


def wait(address: str, interface: str) -> None:
    """Until what is sent to an address that an interface of the current network has comes to it.

    With IPv4 it does at once. One of IPv6 the kernel says to be there, and leaves its route to a worker, which needs
    a lock that all networks of the machine share (addrconf_dad_start() and addrconf_dad_work() in its
    net/ipv6/addrconf.c): that has taken a second where others were made and closed. What comes before is not for the
    host, to its kernel, and thrown away as Ip6InAddrErrors (ip6_forward() in net/ipv6/ip6_output.c).

    Raises TimeoutError where it never comes to have one.
    """
    own = address.partition("/")[0]
    if ":" not in own:
        return
    question = _whose(own, interface)
    with socket.Socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as told:
        told.bind((0, _ROUTES6))  # before we look: so no change is missed
        told.settimeout(_WITHIN)
        while not _is_local(question):
            try:
                told.recv(1)
            except TimeoutError:
                what = f"waiting for the route to the address {address}"
                raise TimeoutError(errno.ETIMEDOUT, f"{what}: {os.strerror(errno.ETIMEDOUT)}") from None
            except OSError as error:
                if error.errno != errno.ENOBUFS:  # more has changed than could be told
                    raise


def _is_local(question: bytes) -> bool:
    """Does the packet that is asked about go to this host itself?"""
    with socket.Socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as asking:
        asking.sendto(question, (0, 0))
        answer = asking.recv(65536)
    (kind,) = struct.unpack_from("H", answer, 4)
    to = answer[16 + 7]  # rtm_type, in the struct rtmsg behind the header
    return kind != _ERROR and to == _LOCAL_ROUTE


def _whose(address: str, interface: str) -> bytes:
    """A question to rtnetlink: where does a packet to this address of IPv6 go?"""
    with netlink.control_socket() as control:
        index = netlink.interface_index(control, interface)
    body = struct.pack("BBBBBBBBI", socket.AF_INET6, 128, 0, 0, 0, 0, 0, 0, 0)
    body += netlink.attribute(_DESTINATION, socket.inet_pton(socket.AF_INET6, address))
    body += netlink.attribute(_OUT, struct.pack("i", index))
    return struct.pack("IHHII", 16 + len(body), _GET_ROUTE, _REQUEST, 1, 0) + body


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
