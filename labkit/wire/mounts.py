"""What programs on a host find in files that the machine has as well: hosts' names in /etc/hosts, and in
/sys/class/net the host's own interfaces."""

from __future__ import annotations

import ctypes
import os

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


def hosts_table(hosts: Iterable[tuple[str, str, str | None, bytes]]) -> bytes:
    """hosts(5): a line for each address of (name, address, address6, …), before the machine's own."""
    ours = [f"{at}\t{name}\n" for name, *both, _ in hosts for at in both if at is not None]
    try:
        with open(_HOSTS, "rb") as file:
            return "".join(ours).encode() + file.read()
    except OSError:  # a machine without
        return "".join(ours).encode()


def use_own_files(table: bytes) -> None:
    """Put the table in place of /etc/hosts, and this network's interfaces in place of the machine's in /sys.

    For this process and its children alone, and without a trace on any disk. The process is in the host's network.
    Where a machine does not allow mounts in a namespace of one's own, names stay unknown, and addresses work; where
    it allows no sysfs (it hides parts of its own), /sys/class/net is empty rather than the machine's.
    """
    if _libc.unshare(CLONE_NEWNS) or _mount(None, "/", None, _MS_REC | _MS_SLAVE):
        return
    if _mount("tmpfs", _DESK, "tmpfs", 0):
        return
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


def _mount(source: str | None, target: str, kind: str | None, flags: int) -> int:
    arguments = (None if text is None else text.encode() for text in (source, target, kind))
    return int(_libc.mount(*arguments, ctypes.c_ulong(flags), None))
