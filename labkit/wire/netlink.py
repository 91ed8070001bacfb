"""How the kernel is told about interfaces: ioctl(2) on a socket, and netlink messages.

Sources: netdevice(7), netlink(7), rtnetlink(7), ethtool's SIOCETHTOOL in <linux/ethtool.h>.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import struct

from labkit.wire import csocket as socket

IFF_UP, IFF_MULTICAST = 1, 0x1000
CREATE, EXCLUSIVE, REPLACE = 0x400, 0x200, 0x100  # NLM_F_CREATE, _EXCL, _REPLACE
_REQUEST_ACK = 0x1 | 0x4
_SIOC = dict(
    addrt=0x890B,
    flags_get=0x8913,
    flags_set=0x8914,
    address=0x8916,
    netmask=0x891C,
    mtu=0x8922,
    mac=0x8924,
    index=0x8933,
    ethtool=0x8946,
)
# ETHTOOL_STXCSUM, SSG, STSO, SGSO, SGRO: set to 0, frames are as on a cable.
_OFFLOADS = (0x17, 0x19, 0x1F, 0x24, 0x2C)


def control_socket() -> socket.Socket:
    """A socket of the current network to make requests on; it carries no traffic. Close it."""
    return socket.Socket(socket.AF_INET, socket.SOCK_DGRAM)


def ioctl(control: socket.Socket, request: str, name: str, argument: bytes = b"") -> bytes:
    """A request of netdevice(7) about an interface; `argument` is what follows its name in a struct ifreq."""
    return fcntl.ioctl(control, _SIOC[request], struct.pack("16s24s", name.encode(), argument))


def table_ioctl(control: socket.Socket, request: str, entry: bytes) -> None:
    """An ioctl that adds an entry to a table of the network: "addrt" (struct rtentry)."""
    fcntl.ioctl(control, _SIOC[request], entry)


def set_flags(control: socket.Socket, name: str, flags: int) -> None:
    """Set flags of an interface in addition to those that it has."""
    (old,) = struct.unpack_from("H", ioctl(control, "flags_get", name), 16)
    ioctl(control, "flags_set", name, struct.pack("H", old | flags))


def interface_index(control: socket.Socket, name: str) -> int:
    """The kernel's number of an interface in the current network."""
    (index,) = struct.unpack_from("i", ioctl(control, "index", name), 16)
    return int(index)


def offloads_off(control: socket.Socket, name: str) -> None:
    """Switch off all that would make frames other than they are on a cable."""
    for command in _OFFLOADS:
        value = ctypes.create_string_buffer(struct.pack("II", command, 0))
        try:
            ioctl(control, "ethtool", name, struct.pack("Q", ctypes.addressof(value)))
        except OSError as error:
            if error.errno != errno.EOPNOTSUPP:  # a driver without this offload has it off
                raise


def sockaddr(address: str) -> bytes:
    """A struct sockaddr_in of an IPv4 address."""
    return struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton(address))


def mask(prefix: int) -> str:
    """The netmask of a prefix length: "255.255.255.0" of 24."""
    return socket.inet_ntoa(struct.pack("!I", (0xFFFFFFFF << (32 - prefix)) & 0xFFFFFFFF))


def attribute(kind: int, value: bytes) -> bytes:
    """An attribute of a netlink message."""
    return struct.pack("HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)


def request(kind: int, flags: int, body: bytes, what: str) -> None:
    """Send a message to rtnetlink and wait for its answer. Raises OSError, which names `what` was tried."""
    with socket.Socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as control:
        header = struct.pack("IHHII", 16 + len(body), kind, flags | _REQUEST_ACK, 1, 0)
        control.sendto(header + body, (0, 0))
        (code,) = struct.unpack_from("i", control.recv(65536), 16)
    if code:
        raise OSError(-code, f"{what}: {os.strerror(-code)}")
