"""The addresses of an interface of the current network, by netlink: rtnetlink(7), struct ifaddrmsg."""

from __future__ import annotations

import errno
import os
import socket
import struct
import time

from labkit.wire import netlink

_NEW_ADDRESS, _DEL_ADDRESS = 20, 21  # RTM_…
_ADDRESS, _LOCAL, _BROADCAST = 1, 2, 4  # IFA_…
_NO_DETECTION = 2  # IFA_F_NODAD
_GET_ROUTE, _DESTINATION, _OUT = 26, 1, 4  # RTM_GETROUTE, RTA_…
_REQUEST, _ERROR, _LOCAL_ROUTE = 1, 2, 2  # NLM_F_REQUEST, NLMSG_ERROR, RTN_LOCAL
_WITHIN, _FIRST, _LONGEST = 20.0, 0.0001, 0.01  # seconds: in all, and from one look to the next


def add(address: str, interface: str) -> None:
    """Give an interface an address, as in "10.0.1.1/24"; it may be used at once, and nobody asks whether another host
    has it. Raises OSError."""
    given = Given(address, interface)
    given.wait()


class Given:
    """An address that an interface of the current network has been given; after `wait()` it may be used.

    One of IPv4 may be used at once. To one of IPv6 there is no way yet: the kernel says that it is there, and leaves
    its route to a worker, which needs a lock that all networks of the machine share (addrconf_dad_start() and
    addrconf_dad_work() in net/ipv6/addrconf.c). A packet that comes before that is not for the host, to its kernel: it
    is thrown away and counted as Ip6InAddrErrors (ip6_forward() in net/ipv6/ip6_output.c). Where many networks are
    made and closed that has taken a second. Whoever makes several should give all, and then wait for each.

    Raises OSError where the kernel refuses it.
    """

    def __init__(self, address: str, interface: str) -> None:
        flags = netlink.CREATE | netlink.EXCLUSIVE
        netlink.request(_NEW_ADDRESS, flags, _message(address, interface), f"adding the address {address}")
        self._own, self._interface = address.partition("/")[0], interface
        self._asking: socket.socket | None = None
        if ":" in self._own:  # a socket stays in the network in which it was made
            self._asking = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
            self._question = _whose(self._own, interface)

    def wait(self) -> None:
        """Until what comes to it is the host's own; asks from whatever network. Raises TimeoutError."""
        if self._asking is None:
            return
        until, pause = time.monotonic() + _WITHIN, _FIRST
        with self._asking:
            while not self._is_ours(self._asking):
                if time.monotonic() >= until:
                    what = f"waiting for the route to the address {self._own} of {self._interface}"
                    raise TimeoutError(errno.ETIMEDOUT, f"{what}: {os.strerror(errno.ETIMEDOUT)}")
                time.sleep(pause)
                pause = min(2 * pause, _LONGEST)

    def _is_ours(self, asking: socket.socket) -> bool:
        asking.sendto(self._question, (0, 0))
        answer = asking.recv(65536)
        (kind,) = struct.unpack_from("H", answer, 4)
        return kind != _ERROR and answer[16 + 7] == _LOCAL_ROUTE  # rtm_type of the struct rtmsg behind the header


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
