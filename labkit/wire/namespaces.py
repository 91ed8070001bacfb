"""User and network namespaces, interfaces, addresses, sysctls: the only code that needs privileges.

All of it runs in the helper process, after it has entered namespaces of its own. System calls go through
ioctl(2) and netlink; no program is started. Sources: namespaces(7), netdevice(7), rtnetlink(7), veth(4).
"""

import ctypes
import errno
import fcntl
import os
import socket
import struct

CLONE_NEWNET = 0x40000000
CLONE_NEWUSER = 0x10000000
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
    arp=0x8955,
)
_IFF_UP, _IFF_MULTICAST = 1, 0x1000
_ETHTOOL_OFF = (
    0x17,
    0x19,
    0x1F,
    0x24,
    0x2C,
)  # STXCSUM, SSG, STSO, SGSO, SGRO: set to 0, frames are as on a cable
_libc = ctypes.CDLL(None, use_errno=True)


class NotPermitted(Exception):
    """The machine refuses namespaces; `step` says which call, `errno` why."""

    def __init__(self, step, number):
        super().__init__(f"{step}: {os.strerror(number)}")
        self.step, self.errno = step, number


def _may_administer_networks():
    """Have we CAP_NET_ADMIN? Containers may be given CAP_SYS_ADMIN, which makes networks, without it."""
    with open("/proc/self/status") as file:
        return any(int(line.split()[1], 16) >> 12 & 1 for line in file if line.startswith("CapEff"))


def enter_own_namespaces():
    """Leave the machine's network for an empty one; as an ordinary user through a user namespace.

    Root needs none, and keeps its rights on files for the programs that it runs on hosts; where root may
    not make network namespaces (a container), it tries as an ordinary user does.
    """
    if os.geteuid() == 0 and _may_administer_networks() and _libc.unshare(CLONE_NEWNET) == 0:
        return
    uid, gid = os.geteuid(), os.getegid()
    if _libc.unshare(CLONE_NEWUSER | CLONE_NEWNET):
        raise NotPermitted("unshare(CLONE_NEWUSER | CLONE_NEWNET)", ctypes.get_errno())
    try:
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"0 {uid} 1")
        _write("/proc/self/gid_map", f"0 {gid} 1")
    except OSError as error:
        raise NotPermitted(f"writing {error.filename}", error.errno) from None
    try:  # AppArmor on Ubuntu 24.04 lets the namespace be made and then takes its rights away
        with socket.socket() as probe:
            _set_flags(probe, "lo", _IFF_UP)
    except PermissionError as error:
        raise NotPermitted("bringing up lo in a new user namespace", error.errno) from None


def new_network():
    """Make a network namespace, enter it, and return a descriptor of it."""
    if _libc.unshare(CLONE_NEWNET):
        number = ctypes.get_errno()
        raise OSError(number, f"unshare(CLONE_NEWNET): {os.strerror(number)}")
    return current_network()


def current_network():
    return os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


def enter(network):
    if _libc.setns(network, CLONE_NEWNET):
        number = ctypes.get_errno()
        raise OSError(number, f"setns({network}, CLONE_NEWNET): {os.strerror(number)}")


def open_tap(name):
    """A TAP interface in the current network; its descriptor is the other end of the cable."""
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        fcntl.ioctl(
            descriptor, 0x400454CA, struct.pack("16sH22x", name.encode(), 0x0002 | 0x1000)
        )  # TAP | NO_PI
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def make_veth(name, peer, peer_network):
    """A virtual cable from `name` here to `peer` in the network namespace behind a descriptor."""
    ifinfo = struct.pack("BxHiII", socket.AF_UNSPEC, 0, 0, 0, 0)
    veth_peer = ifinfo + _attribute(3, peer.encode() + b"\0") + _attribute(28, struct.pack("I", peer_network))
    kind = _attribute(1, b"veth") + _attribute(2 | 0x8000, _attribute(1 | 0x8000, veth_peer))
    body = ifinfo + _attribute(3, name.encode() + b"\0") + _attribute(18 | 0x8000, kind)
    _netlink(16, 0x600, body, f"making veth {name}")  # RTM_NEWLINK, CREATE | EXCL


def configure_lo():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        _set_flags(control, "lo", _IFF_UP)


def configure_interface(name, *, mac=None, address=None, prefix=24, mtu=1500, queue_frames=None, plain=False):
    """Set an interface's addresses, size limits and, with `plain`, switch every offload off; bring it up."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        if mac:
            _ioctl(control, "mac", name, struct.pack("H6s", 1, mac))
        if mtu != 1500:
            _ioctl(control, "mtu", name, struct.pack("i", mtu))
        if queue_frames:
            # By netlink: the ioctl asks for rights in the machine's own network.
            ifinfo = struct.pack("BxHiII", socket.AF_UNSPEC, 0, interface_index(control, name), 0, 0)
            _netlink(
                16,
                0,
                ifinfo + _attribute(13, struct.pack("I", queue_frames)),
                f"lengthening the queue of {name}",
            )
        if plain:
            for command in _ETHTOOL_OFF:
                _ethtool_off(control, name, command)
        if address:
            _ioctl(control, "address", name, _sockaddr(address))
            _ioctl(control, "netmask", name, _sockaddr(_mask(prefix)))
        _set_flags(control, name, _IFF_UP | _IFF_MULTICAST)


def add_route(destination, prefix, interface):
    """Route a network (say 224.0.0.0/4) out of an interface."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        device = ctypes.create_string_buffer(interface.encode())
        rtentry = struct.pack(
            "Q16s16s16sHhQQhxxxxxxQQQHxxxxxx",
            0,
            _sockaddr(destination),
            _sockaddr("0.0.0.0"),
            _sockaddr(_mask(prefix)),
            1,
            0,
            0,
            0,
            0,
            ctypes.addressof(device),
            0,
            0,
            0,
        )
        fcntl.ioctl(control, _SIOC["addrt"], rtentry)


def add_neighbours(interface, neighbours):
    """Permanent entries (address, MAC) in the neighbour tables, so that nobody needs to ask."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        index = interface_index(control, interface)
        for address, mac in neighbours:
            if ":" in address:
                body = struct.pack("BxxxiHBB", socket.AF_INET6, index, 0x80, 0, 0)
                body += _attribute(1, socket.inet_pton(socket.AF_INET6, address)) + _attribute(2, mac)
                _netlink(28, 0x500, body, f"adding neighbour {address}")  # RTM_NEWNEIGH, CREATE | REPLACE
            else:
                arpreq = struct.pack(
                    "16sH6s8xi16s16s", _sockaddr(address), 1, mac, 0x02 | 0x04, b"", interface.encode()
                )
                fcntl.ioctl(control, _SIOC["arp"], arpreq)  # ATF_COM | ATF_PERM


def add_address6(interface, address, prefix):
    """Give an interface an IPv6 address that may be used at once: no duplicate address detection (NODAD)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        index = interface_index(control, interface)
    body = struct.pack("BBBBi", socket.AF_INET6, prefix, 0x02, 0, index)
    body += _attribute(2, socket.inet_pton(socket.AF_INET6, address))
    _netlink(20, 0x600, body, f"adding the address {address}")  # RTM_NEWADDR, CREATE | EXCL


def interface_index(control, name):
    return struct.unpack_from("i", _ioctl(control, "index", name, b""), 16)[0]


def sysctl(name, value=None):
    """Read, or write and read back, net.… of the current network."""
    path = "/proc/sys/" + name.replace(".", "/")
    if value is not None:
        _write(path, str(value))
    with open(path) as file:
        return " ".join(file.read().split())


def set_sysctls(settings):
    """Write sysctls; returns [(name, value, reason)] of those that this kernel does not have or does not let us set."""
    refused = []
    for name, value in settings:
        try:
            _write("/proc/sys/" + name.replace(".", "/"), str(value))
        except OSError as error:
            refused.append((name, str(value), error.strerror))
    return refused


def _write(path, text):
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, text.encode())
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from None
    finally:
        os.close(descriptor)


def _ioctl(control, request, name, argument):
    return fcntl.ioctl(control, _SIOC[request], struct.pack("16s24s", name.encode(), argument))


def _set_flags(control, name, flags):
    old = struct.unpack_from("H", _ioctl(control, "flags_get", name, b""), 16)[0]
    _ioctl(control, "flags_set", name, struct.pack("H", old | flags))


def _ethtool_off(control, name, command):
    value = ctypes.create_string_buffer(struct.pack("II", command, 0))
    try:
        _ioctl(control, "ethtool", name, struct.pack("Q", ctypes.addressof(value)))
    except OSError as error:
        if error.errno != errno.EOPNOTSUPP:  # a driver without this offload has it off
            raise


def _sockaddr(address):
    return struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton(address))


def _mask(prefix):
    return socket.inet_ntoa(struct.pack("!I", (0xFFFFFFFF << (32 - prefix)) & 0xFFFFFFFF))


def _attribute(kind, value):
    return struct.pack("HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)


def _netlink(kind, flags, body, what):
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as control:
        control.sendto(
            struct.pack("IHHII", 16 + len(body), kind, flags | 0x5, 1, 0) + body, (0, 0)
        )  # REQUEST | ACK
        answer = control.recv(65536)
        (code,) = struct.unpack_from("i", answer, 16)
        if code:
            raise OSError(-code, f"{what}: {os.strerror(-code)}")
