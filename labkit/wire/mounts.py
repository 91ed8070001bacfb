"""What programs on a host find in files that the machine has as well: hosts' names in /etc/hosts."""

from __future__ import annotations

import ctypes
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

CLONE_NEWNS = 0x00020000
_MS_BIND, _MS_REC, _MS_SLAVE, _MNT_DETACH = 0x1000, 0x4000, 0x80000, 2  # mount(2), umount2(2)
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


def use_hosts_table(table: bytes) -> None:
    """Put it in place of /etc/hosts, for this process and its children alone, and without a trace on any disk.

    Where a machine does not allow mounts in a namespace of one's own, names stay unknown, and addresses work.
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
    finally:
        _libc.umount2(_DESK.encode(), _MNT_DETACH)


def _mount(source: str | None, target: str, kind: str | None, flags: int) -> int:
    arguments = (None if text is None else text.encode() for text in (source, target, kind))
    return int(_libc.mount(*arguments, ctypes.c_ulong(flags), None))
