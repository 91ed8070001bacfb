"""The walls: this process goes into namespaces of its own, and all files but a few become unwritable or vanish.

Two user namespaces, one in the other: what the first has mounted the second cannot take away (mount_namespaces(7),
"Restrictions on mount namespaces"), and the program runs in the second.
"""

from __future__ import annotations

import ctypes
import os
import re
import struct
from pathlib import Path

from labkit.course.confining.plan import Plan
from labkit.wire.namespaces import configure_lo

_NEWNS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET = 0x20000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
_MS_NOSUID, _MS_NODEV, _MS_BIND, _MS_REC, _MS_PRIVATE = 0x2, 0x4, 0x1000, 0x4000, 0x40000
_MOUNT_SETATTR, _AT_RECURSIVE, _AT_FDCWD, _ATTR_RDONLY = (
    442,
    0x8000,
    -100,
    0x1,
)  # mount_setattr(2), Linux 5.12
_RESERVED = 300  # numbers that are given once only (kernel/pid.c)
MOST_PROCESSES = 1024  # and threads; a plan's bound, which is told, is below
_libc = ctypes.CDLL(None, use_errno=True)


class NoWalls(Exception):
    """This machine does not let a program be confined; the message says which step failed."""


def obstacle() -> str:
    """Why nothing can be bounded here; "" where it can.

    Of an ordinary user's, RLIMIT_NPROC bounds processes (getrlimit(2)), which root does not have.  Since Linux 6.14 a
    process namespace has a largest number of its own (Documentation/admin-guide/sysctl/kernel.rst, "pid_max"); before,
    that number is the whole machine's, so root must not touch it.
    """
    release = os.uname().release
    if os.geteuid() or tuple(map(int, re.findall(r"\d+", release)[:2])) >= (6, 14):
        return ""
    return (
        f"bounding the processes of root takes Linux 6.14, and this is {release}; grade as an ordinary user"
    )


def leave() -> None:
    """Into a user namespace of one's own, with its own mounts, network and, for children, processes."""
    if why := obstacle():
        raise NoWalls(why)
    _enter(_NEWUSER | _NEWNS | _NEWPID | _NEWNET | _NEWIPC)
    configure_lo()


def build(plan: Plan, work: str) -> None:
    """Lay the files out, as the first process of the new process namespace; ends in the folder *work*, a copy."""
    kept = {place: os.open(place, os.O_PATH) for place in plan.shown}
    shared = os.open(plan.writable, os.O_PATH)
    copied = _small_enough(Path(work), plan.work_mb * 1_000_000)
    taken = {str(path.relative_to(work)): path.read_bytes() for path in copied}
    _mount(None, "/", None, _MS_REC | _MS_PRIVATE)
    _set_readonly("/", True, recursive=True)
    # With a /proc of its own it sees no other process; where the machine forbids that, it sees them and can do nothing.
    _libc.mount(b"proc", b"/proc", b"proc", ctypes.c_ulong(_MS_NOSUID | _MS_NODEV), None)
    size = f"size={plan.disk_mb}m,mode=1777"
    for place in plan.hidden:
        if os.path.isdir(place):  # not inside one that was hidden before
            _mount("tmpfs", place, "tmpfs", _MS_NOSUID | _MS_NODEV, size)
    for place, descriptor in kept.items():
        if any(place == above or place.startswith(f"{above}/") for above in plan.hidden):
            _show(descriptor, place)
    for place in plan.secret:
        if os.path.isdir(place):
            _mount("tmpfs", place, "tmpfs", _MS_NOSUID | _MS_NODEV, "size=4k,mode=0755")
    _show(shared, plan.writable)
    _set_readonly(plan.writable, False, recursive=False)
    for descriptor in (*kept.values(), shared):
        os.close(descriptor)
    os.makedirs(work, exist_ok=True)
    _mount("tmpfs", work, "tmpfs", _MS_NOSUID | _MS_NODEV, f"size={plan.work_mb * 2}m,mode=0755")
    for name, content in taken.items():
        path = Path(work) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    os.chdir(work)
    _bound_processes()
    _enter(_NEWUSER | _NEWNS)


def _bound_processes() -> None:
    """No more processes and threads than that: whoever looks from outside is too slow for a fork bomb."""
    if os.geteuid() == 0:
        try:
            Path("/proc/sys/kernel/pid_max").write_text(str(_RESERVED + MOST_PROCESSES))
        except OSError as error:
            raise NoWalls(f"bounding the processes of root: pid_max: {error.strerror}") from error


def _enter(flags: int) -> None:
    uid, gid = os.geteuid(), os.getegid()
    if _libc.unshare(flags):
        raise NoWalls(f"unshare({flags:#x}): {os.strerror(ctypes.get_errno())}")
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {uid} 1"),
        ("gid_map", f"{gid} {gid} 1"),
    ):
        try:
            Path(f"/proc/self/{name}").write_text(text)
        except OSError as error:
            if name != "setgroups":  # it may be denied already
                raise NoWalls(f"writing /proc/self/{name}: {error.strerror}") from error


def _small_enough(work: Path, most: int) -> list[Path]:
    """The plain files in a folder, as many as go into so many bytes; links are left out."""
    found, left = [], most
    for folder, _, names in os.walk(work):
        for name in sorted(names):
            path = Path(folder) / name
            if path.is_symlink() or not path.is_file():
                continue
            left -= path.stat().st_size
            if left >= 0:
                found.append(path)
    return found


def _show(descriptor: int, place: str) -> None:
    source = f"/proc/self/fd/{descriptor}"
    if os.path.isdir(source):
        os.makedirs(place, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        Path(place).touch()
    _mount(source, place, None, _MS_BIND | _MS_REC)


def _mount(source: str | None, target: str, kind: str | None, flags: int, more: str | None = None) -> None:
    arguments = [None if text is None else text.encode() for text in (source, target, kind, more)]
    if _libc.mount(*arguments[:3], ctypes.c_ulong(flags), arguments[3]):
        raise NoWalls(f"mount({source!r}, {target!r}): {os.strerror(ctypes.get_errno())}")


def _set_readonly(place: str, readonly: bool, *, recursive: bool) -> None:
    on, off = (_ATTR_RDONLY, 0) if readonly else (0, _ATTR_RDONLY)
    attributes = struct.pack("QQQQ", on, off, 0, 0)
    flags = _AT_RECURSIVE if recursive else 0
    if _libc.syscall(_MOUNT_SETATTR, _AT_FDCWD, place.encode(), flags, attributes, len(attributes)):
        raise NoWalls(f"mount_setattr({place!r}): {os.strerror(ctypes.get_errno())}")
