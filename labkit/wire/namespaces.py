"""User and network namespaces, interfaces, addresses, sysctls: the only code that needs privileges.

All of it runs in the helper process, after it has entered namespaces of its own. System calls go through
ioctl(2) and netlink (`netlink`); no program is started. Sources: namespaces(7), rtnetlink(7), veth(4).
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import struct

from labkit.wire import csocket as socket
from labkit.wire import netlink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

CLONE_NEWNET = 0x40000000
CLONE_NEWUSER = 0x10000000
_TUNSETIFF, _IFF_TAP, _IFF_NO_PI = 0x400454CA, 0x0002, 0x1000
_NEWLINK, _NEWNEIGH = 16, 28  # RTM_…
_NESTED = 0x8000
_PERMANENT = 0x80  # NUD_PERMANENT
_AF_SPEC, _CONF, _FORWARDING = 26, 1, 1  # IFLA_AF_SPEC, IFLA_INET_CONF, IPV4_DEVCONF_FORWARDING
_libc = ctypes.CDLL(None, use_errno=True)


class NotPermitted(Exception):
    """The machine refuses namespaces; `step` says which call, `errno` why, `made` whether a user namespace had been
    made by then: it is there, and gives no rights."""

    def __init__(self, step: str, number: int, made: bool) -> None:
        super().__init__(f"{step}: {os.strerror(number)}")
        self.step, self.errno, self.made = step, number, made


def _may_administer_networks() -> bool:
    """Have we CAP_NET_ADMIN? Containers may be given CAP_SYS_ADMIN, which makes networks, without it."""
    with open("/proc/self/status") as file:
        return any(int(line.split()[1], 16) >> 12 & 1 for line in file if line.startswith("CapEff"))


def enter_own_namespaces() -> None:
    """Leave the machine's network for an empty one; as an ordinary user through a user namespace.

    Root needs none, and keeps its rights on files for the programs that it runs on hosts; where root may
    not make network namespaces (a container), it tries as an ordinary user does. Raises NotPermitted.
    """
    if os.geteuid() == 0 and _may_administer_networks() and _libc.unshare(CLONE_NEWNET) == 0:
        return
    uid, gid = os.geteuid(), os.getegid()
    if _libc.unshare(CLONE_NEWUSER | CLONE_NEWNET):
        raise NotPermitted("unshare(CLONE_NEWUSER | CLONE_NEWNET)", ctypes.get_errno(), made=False)
    try:
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"0 {uid} 1")
        _write("/proc/self/gid_map", f"0 {gid} 1")
    except OSError as error:
        raise NotPermitted(f"writing {error.filename}", error.errno or 0, made=True) from None
    try:  # AppArmor on Ubuntu 24.04 lets the namespace be made and then takes its rights away
        with socket.Socket() as probe:
            netlink.set_flags(probe, "lo", netlink.IFF_UP)
    except PermissionError as error:
        raise NotPermitted("bringing up lo in a new user namespace", error.errno or 0, made=True) from None


def new_network() -> int:
    """Make a network namespace, enter it, and return a descriptor of it."""
    if _libc.unshare(CLONE_NEWNET):
        number = ctypes.get_errno()
        raise OSError(number, f"unshare(CLONE_NEWNET): {os.strerror(number)}")
    return current_network()


def current_network() -> int:
    """A new descriptor of the network namespace that this process is in."""
    return os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


def enter(network: int) -> None:
    """Go into the network namespace behind a descriptor."""
    if _libc.setns(network, CLONE_NEWNET):
        number = ctypes.get_errno()
        raise OSError(number, f"setns({network}, CLONE_NEWNET): {os.strerror(number)}")


def open_tap(name: str) -> int:
    """A TAP interface in the current network; its descriptor is the other end of the cable."""
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        fcntl.ioctl(descriptor, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _IFF_TAP | _IFF_NO_PI))
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def make_veth(name: str, peer: str, peer_network: int) -> None:
    """A virtual cable from `name` here to `peer` in the network namespace behind a descriptor."""
    attribute = netlink.attribute
    end = _ifinfo() + attribute(3, peer.encode() + b"\0") + attribute(28, struct.pack("I", peer_network))
    kind = attribute(1, b"veth") + attribute(2 | _NESTED, attribute(1 | _NESTED, end))
    body = _ifinfo() + attribute(3, name.encode() + b"\0") + attribute(18 | _NESTED, kind)
    netlink.request(_NEWLINK, netlink.CREATE | netlink.EXCLUSIVE, body, f"making veth {name}")


def configure_lo() -> None:
    """Bring the loopback interface of the current network up."""
    with netlink.control_socket() as control:
        netlink.set_flags(control, "lo", netlink.IFF_UP)


def configure_interface(
    name: str,
    *,
    mac: bytes | None = None,
    address: str | None = None,
    prefix: int = 24,
    mtu: int = 1500,
    queue_frames: int | None = None,
    plain: bool = False,
) -> None:
    """Set an interface's addresses, size limits and, with `plain`, switch every offload off; bring it up.

    mac            6 bytes               address, prefix   IPv4
    mtu            bytes                 queue_frames      that the kernel queues towards the interface
    """
    with netlink.control_socket() as control:
        if mac:
            netlink.ioctl(control, "mac", name, struct.pack("H6s", 1, mac))
        if mtu != 1500:
            netlink.ioctl(control, "mtu", name, struct.pack("i", mtu))
        if queue_frames:
            # By netlink: the ioctl asks for rights in the machine's own network.
            body = _ifinfo(netlink.interface_index(control, name))
            body += netlink.attribute(13, struct.pack("I", queue_frames))
            netlink.request(_NEWLINK, 0, body, f"lengthening the queue of {name}")
        if plain:
            netlink.offloads_off(control, name)
        if address:
            netlink.ioctl(control, "address", name, netlink.sockaddr(address))
            netlink.ioctl(control, "netmask", name, netlink.sockaddr(netlink.mask(prefix)))
        netlink.set_flags(control, name, netlink.IFF_UP | netlink.IFF_MULTICAST)


def forward(interface: str) -> None:
    """Let the current network forward the IPv4 packets that come in at an interface, where sysctls cannot be written.

    Source: inet_set_link_af() in the kernel's net/ipv4/devinet.c.
    """
    with netlink.control_socket() as control:
        index = netlink.interface_index(control, interface)
    setting = netlink.attribute(_FORWARDING, struct.pack("I", 1))
    for kind in (_CONF, socket.AF_INET, _AF_SPEC):
        setting = netlink.attribute(kind | _NESTED, setting)
    netlink.request(_NEWLINK, 0, _ifinfo(index) + setting, f"forwarding from {interface}")


def add_route(destination: str, prefix: int, interface: str) -> None:
    """Route a network (say 224.0.0.0/4) out of an interface."""
    device = ctypes.create_string_buffer(interface.encode())
    addresses = [netlink.sockaddr(each) for each in (destination, "0.0.0.0", netlink.mask(prefix))]
    rtentry = struct.pack(
        "Q16s16s16sHhQQhxxxxxxQQQHxxxxxx", 0, *addresses, 1, 0, 0, 0, 0, ctypes.addressof(device), 0, 0, 0
    )
    with netlink.control_socket() as control:
        netlink.table_ioctl(control, "addrt", rtentry)


def add_neighbours(interface: str, neighbours: Iterable[tuple[str, bytes]]) -> None:
    """Permanent entries (address, MAC) in the neighbour tables, so that nobody needs to ask.

    By netlink: so they take no room in the table that all networks of the machine share, as those of the ioctl do
    until they are permanent, and fail where it is full (neigh_add() in the kernel's net/core/neighbour.c).
    """
    with netlink.control_socket() as control:
        index = netlink.interface_index(control, interface)
    for address, mac in neighbours:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        body = struct.pack("BxxxiHBB", family, index, _PERMANENT, 0, 0)
        body += netlink.attribute(1, socket.inet_pton(family, address)) + netlink.attribute(2, mac)
        flags = netlink.CREATE | netlink.REPLACE
        netlink.request(_NEWNEIGH, flags, body, f"adding neighbour {address}")


def sysctl(name: str, value: object = None) -> str:
    """Read, or write and read back, net.… of the current network."""
    path = "/proc/sys/" + name.replace(".", "/")
    if value is not None:
        _write(path, str(value))
    with open(path) as file:
        return " ".join(file.read().split())


def set_sysctls(settings: Iterable[tuple[str, object]]) -> list[tuple[str, str, str]]:
    """Write sysctls; returns [(name, value, reason)] of those that this kernel does not have or does not let us set."""
    refused = []
    for name, value in settings:
        try:
            _write("/proc/sys/" + name.replace(".", "/"), str(value))
        except OSError as error:
            refused.append((name, str(value), error.strerror or str(error)))
    return refused


def _write(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, text.encode())
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from None
    finally:
        os.close(descriptor)


def _ifinfo(index: int = 0) -> bytes:
    """A struct ifinfomsg; index 0 for an interface that is to be made."""
    return struct.pack("BxHiII", socket.AF_UNSPEC, 0, index, 0, 0)
