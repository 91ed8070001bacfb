"""Which call made a socket what it is, and for whom: what the socket table and error messages name."""

from __future__ import annotations

import os
import weakref
from collections import deque
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labkit.network.host import Host
    from labkit.sockets.hostsocket import HostSocket

# Whoever runs code beside the notebook (a service, a background task) sees the sockets that it makes, to be
# able to end them: an object with adopt(socket) and a name.
maker: ContextVar[Any] = ContextVar("labkit_maker", default=None)


class Owner:
    """Which call made a socket what it is, and for whom: what the socket table says of it."""

    __slots__ = ("__weakref__", "at", "by", "call", "host", "inode", "maker", "socket")

    def __init__(self, at: Host, call: str, made_by: Any, inode: int, sock: HostSocket) -> None:
        self.host, self.call, self.inode = at.name, call, inode
        self.at = weakref.ref(at)
        self.by = getattr(made_by, "name", "")
        self.maker = weakref.ref(made_by) if made_by is not None else _nobody
        self.socket: weakref.ref[Any] = weakref.ref(sock)  # a TLS socket may take its place


def inode_of(fileno: int) -> int:
    """The socket's inode, or 0 where sockets have none: a socket of Windows is no file, one of macOS has no number."""
    try:
        return os.fstat(fileno).st_ino
    except OSError:
        return 0


def owner_of(inode: int) -> Owner | None:
    """Whose socket has this inode?  None: nobody's in this process."""
    return _by_inode.get(inode)


def owners() -> list[Owner]:
    """All sockets of this process, in the order in which they were made."""
    return list(_by_inode.values())


def note(owner: Owner) -> None:
    """Remember whose socket has the owner's inode, as long as the owner is held."""
    _by_inode[owner.inode] = owner


def moved_on(owner: Owner) -> None:
    """Hold the owner of a descriptor that has left its HostSocket, as TLS sockets begin."""
    _held.append(owner)


def moved_inodes(made_by: Any) -> set[int]:
    """The inodes of the sockets that this one made, or accepted, and that have left their HostSockets."""
    return {owner.inode for owner in list(_held) if owner.maker() is made_by}


def _nobody() -> None:
    """Who made a socket of the notebook's own."""


# Whoever runs programs on hosts tells which, so that their sockets can be named: functions of a host that give
# (pid, name) of each.
programs: list[Callable[[Any], list[tuple[int, str]]]] = []


def processes(host: Any) -> list[tuple[int, str]]:
    """(pid, name) of the processes that run on a host."""
    return [found for asked in programs for found in asked(host)]


_by_inode: weakref.WeakValueDictionary[int, Owner] = weakref.WeakValueDictionary()
_held: deque[Owner] = deque(maxlen=1024)
