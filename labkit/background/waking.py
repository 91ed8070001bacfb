"""What a thread waits in, and how it is made to go on: Python cannot end a system call, the kernel can.

A socket that is shut down wakes whoever waits in it.  The descriptor may have left the HostSocket that it was made
for (TLS and trio detach it), and a task may wait in a socket that the notebook made.
"""

from __future__ import annotations

import contextlib
import os
import socket
import stat
import threading
from collections.abc import Collection, Iterator
from typing import Any

from labkit.running.frames import names_in, stack_of
from labkit.running.tracebacks import is_library, is_ours
from labkit.running.waking import wake_all
from labkit.sockets.hostsocket import HostSocket


def shut_down(inodes: Collection[int]) -> None:
    """Shut down the connections with these inodes that a descriptor of this process still stands for."""
    if not inodes:
        return
    found = set()
    for name in os.listdir("/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"):
        with contextlib.suppress(OSError):  # closed meanwhile
            copy = os.dup(int(name))  # first: nobody puts another thing in its place between look and act
            try:
                status = os.fstat(copy)
                if stat.S_ISSOCK(status.st_mode) and status.st_ino in inodes and status.st_ino not in found:
                    found.add(status.st_ino)
                    with socket.socket(fileno=os.dup(copy)) as connection:
                        connection.shutdown(socket.SHUT_RDWR)
            finally:
                os.close(copy)


def wake(sock: socket.socket, reason: BaseException) -> None:
    """Let whoever waits in a call of this socket go on."""
    if isinstance(sock, HostSocket):
        sock._interrupt(reason)
    else:
        wake_all(sock)


def waited_in(thread: threading.Thread) -> list[socket.socket]:
    """The socket of whose call a thread is in the midst, if any: a host's, or one of TLS."""
    for frame in stack_of(thread.ident):
        found: Any = names_in(frame).get("self")
        if isinstance(found, socket.SocketIO):
            found = getattr(found, "_sock", None)
        if isinstance(found, socket.socket) and found.fileno() >= 0:
            return [found]
        if not (is_ours(frame) or is_library(frame.f_code.co_filename)):
            return []
    return []


def at_hand(thread: threading.Thread) -> list[socket.socket]:
    """The hosts' sockets that the learner's innermost function knows: what it may wait for in a select()."""
    for frame in stack_of(thread.ident):
        if not (is_ours(frame) or is_library(frame.f_code.co_filename)):
            values = list(names_in(frame).values())
            values += [frame.f_globals[name] for name in frame.f_code.co_names if name in frame.f_globals]
            return [sock for value in values for sock in _sockets_in(value)]
    return []


def _sockets_in(value: Any) -> Iterator[HostSocket]:
    values: Any = (value,)
    if isinstance(value, list | tuple | set | dict):
        values = list(value)
    elif hasattr(value, "get_map"):  # a selector
        values = [key.fileobj for key in (value.get_map() or {}).values()]
    for one in values:
        if isinstance(one, HostSocket) and one.fileno() >= 0:
            yield one
