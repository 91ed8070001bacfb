"""Listening sockets that go from an old process to a new one, so that no caller ever finds nobody listening.

The old one waits at a path, a Unix socket.  The new one connects there, gets the descriptors (SCM_RIGHTS, unix(7)), and
when it accepts by itself it says READY; the old one says YOURS, and stops.  Only then the new one takes the path.  One
that fails before that harms nobody who calls, and the old one waits for the next.
"""

from __future__ import annotations

import array
import asyncio
import contextlib
import errno
import os
import socket
import stat
from collections.abc import Sequence

READY, YOURS = b"ready", b"yours"
MOST = 10  # descriptors
PATIENCE_S = 10.0


class Inherited:
    """What a new process got: `listeners`, its `generation`, and `ready()`, which ends the old one's service."""

    def __init__(self, listeners: list[socket.socket], generation: int, old: socket.socket) -> None:
        self.listeners, self.generation, self._old = listeners, generation, old

    async def ready(self) -> bool:
        """Tell the old process that it may go; whether it says that it does."""
        loop = asyncio.get_running_loop()
        self._old.setblocking(False)
        with self._old, contextlib.suppress(OSError):  # it has died, or takes too long
            async with asyncio.timeout(PATIENCE_S):
                await loop.sock_sendall(self._old, READY)
                return await loop.sock_recv(self._old, len(YOURS)) == YOURS
        return False

    def close(self) -> None:
        """Take over nothing: the old process goes on."""
        for sock in (self._old, *self.listeners):
            sock.close()


def spare(path: str) -> None:
    """Raises OSError where anything but a socket is at this path: it is somebody's, and not to be replaced.

    Linux refuses a connection to a file as it refuses one to the socket of a process that has died.
    """
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISSOCK(os.lstat(path).st_mode):
            raise FileExistsError(errno.EEXIST, f"{path} is there, and is no socket; name another path")


def inherit(path: str) -> Inherited | None:
    """Ask the process that waits at this path for its sockets; None where there is none."""
    spare(path)
    old = socket.socket(socket.AF_UNIX)
    try:
        old.settimeout(PATIENCE_S)
        old.connect(path)
        said, descriptors, _, _ = socket.recv_fds(old, 100, MOST)
        if descriptors:
            listeners = [socket.socket(fileno=number) for number in descriptors]
            return Inherited(listeners, int(said) + 1, old)
    except (FileNotFoundError, ConnectionRefusedError):  # nobody; or one that has died, and left its path
        pass
    except BaseException:
        old.close()
        raise
    old.close()
    return None


def waits(path: str) -> bool:
    """Does a process wait at this path?"""
    if (found := inherit(path)) is not None:
        found.close()
    return found is not None


class Place:
    """A Unix socket beside a path, and from `take()` on at it; nobody but this user may use it."""

    def __init__(self, path: str) -> None:
        self.path, self.given, self._file = path, False, f"{path}.next"
        spare(self._file)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._file)  # of one that died
        before = os.umask(0o177)
        try:
            self.sock = socket.socket(socket.AF_UNIX)
            try:
                self.sock.bind(self._file)
                self._ours = os.stat(self._file)
            except OSError:
                self.sock.close()
                raise
        finally:
            os.umask(before)
        self.sock.listen(1)
        self.sock.setblocking(False)

    def take(self) -> None:
        """Wait at the path itself; who waited there before is replaced, in one step."""
        spare(self.path)
        os.rename(self._file, self.path)
        self._file = self.path

    def close(self) -> None:
        """Close it, and remove its file, unless a new process waits there by now, or is about to (`given`)."""
        self.sock.close()
        with contextlib.suppress(FileNotFoundError):
            if not self.given and os.path.samestat(os.stat(self._file), self._ours):
                os.unlink(self._file)


async def hand_over(place: Place, listeners: Sequence[socket.socket], generation: int) -> None:
    """Wait at this place for a new process, and give it the sockets; returns when one is ready."""
    loop = asyncio.get_running_loop()
    while not place.given:
        new, _ = await loop.sock_accept(place.sock)
        with new:
            new.setblocking(False)
            # Now, not before: the number of a socket that was closed meanwhile may be another's.
            numbers = array.array("i", [sock.fileno() for sock in listeners])
            try:
                new.sendmsg(
                    [str(generation).encode()], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, numbers.tobytes())]
                )
                async with asyncio.timeout(PATIENCE_S):
                    if await loop.sock_recv(new, len(READY)) == READY:
                        await loop.sock_sendall(new, YOURS)
                        place.given = True
            except OSError:  # it has died, or takes too long: the next may be better
                pass
