"""What programs on a host find in files that the machine has as well: hosts' names in /etc/hosts, and in
/sys/class/net the host's own interfaces."""

from __future__ import annotations

import ctypes
import errno
import os

from labkit.wire import csocket as socket
from labkit.wire import namespaces

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

CLONE_NEWNS = 0x00020000
_MS_BIND, _MS_REC, _MS_SLAVE, _MNT_DETACH = 0x1000, 0x4000, 0x80000, 2  # mount(2), umount2(2)
_MS_NOSUID_NODEV_NOEXEC = 0x2 | 0x4 | 0x8
# Where sysfs has interfaces: links to them, and themselves, for all that a host has are virtual.
_INTERFACES = ("/class/net", "/devices/virtual/net")
_HOSTS, _DESK = "/etc/hosts", "/tmp"
_libc = ctypes.CDLL(None, use_errno=True)


def hosts_table(hosts: Iterable[tuple[str, str, str | None]]) -> bytes:
    """hosts(5): a line for each address of (name, address, address6), before the machine's own."""
    ours = [f"{at}\t{name}\n" for name, *both in hosts for at in both if at is not None]
    try:
        with open(_HOSTS, "rb") as file:
            return "".join(ours).encode() + file.read()
    except OSError:  # a machine without
        return "".join(ours).encode()


def own_files(network: int, table: bytes) -> int | None:
    """A mount namespace for the programs of a host, as a descriptor, without a trace on any disk.

    There the table stands in place of /etc/hosts, and in /sys the interfaces of the network behind the descriptor in
    place of the machine's. None where a machine does not allow mounts in a namespace of one's own: names stay unknown
    then, and addresses work. Where it allows no sysfs (it hides parts of its own), /sys/class/net is empty. Raises
    OSError where there is no room for a process or a descriptor.
    """
    ours, theirs = socket.pair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        pid = os.fork()
        if pid == 0:
            try:
                ours.close()  # room for the one that is opened here
                namespaces.enter(network)
                if _use_own_files(table):
                    files = os.open("/proc/self/ns/mnt", os.O_RDONLY | os.O_CLOEXEC)
                    socket.send_fds(theirs, [b"made"], [files])
            finally:
                os._exit(0)
        theirs.close()
        made, descriptors, _ = socket.recv_fds(ours, 16, 1)
        os.waitpid(pid, 0)
    if made and not descriptors:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
    return descriptors[0] if descriptors else None


def enter(files: int) -> None:
    """Go into the mount namespace behind a descriptor."""
    if _libc.setns(files, CLONE_NEWNS):
        number = ctypes.get_errno()
        raise OSError(number, f"setns({files}, CLONE_NEWNS): {os.strerror(number)}")


def _use_own_files(table: bytes) -> bool:
    """For this process, which is in the host's network; returns whether it could."""
    if _libc.unshare(CLONE_NEWNS) or _mount(None, "/", None, _MS_REC | _MS_SLAVE):
        return False
    if _mount("tmpfs", _DESK, "tmpfs", 0):
        return False
    try:
        file = os.open(f"{_DESK}/hosts", os.O_WRONLY | os.O_CREAT, 0o644)
        os.fchmod(file, 0o644)
        os.write(file, table)
        os.close(file)
        _mount(f"{_DESK}/hosts", _HOSTS, None, _MS_BIND)
        os.mkdir(f"{_DESK}/sys")
        # What is mounted shows the interfaces of the network that it is mounted in.
        own = not _mount("sysfs", f"{_DESK}/sys", "sysfs", _MS_NOSUID_NODEV_NOEXEC)
        for place in _INTERFACES:
            _mount(f"{_DESK}/sys{place if own else ''}", f"/sys{place}", None, _MS_BIND)
    finally:
        _libc.umount2(_DESK.encode(), _MNT_DETACH)
    return True


def _mount(source: str | None, target: str, kind: str | None, flags: int) -> int:
    arguments = (None if text is None else text.encode() for text in (source, target, kind))
    return int(_libc.mount(*arguments, ctypes.c_ulong(flags), None))
