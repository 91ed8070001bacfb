"""Listening sockets that go from an old process to a new one, so that no caller ever finds nobody listening.

The old one waits at a path, a Unix socket.  The new one connects there, gets the descriptors (SCM_RIGHTS, unix(7)), and
when it accepts by itself it says READY; only then the old one stops.  A new one that dies before that harms nobody who
calls.
"""

from __future__ import annotations

import array
import asyncio
import contextlib
import os
import socket
from collections.abc import Iterator, Sequence

READY = b"ready"
MOST = 10  # descriptors
PATIENCE_S = 10.0


class Inherited:
    """What a new process got: `listeners`, its `generation`, and `ready()`, which ends the old one's service."""

    def __init__(self, listeners: list[socket.socket], generation: int, old: socket.socket) -> None:
        self.listeners, self.generation, self._old = listeners, generation, old

    def ready(self) -> None:
        """Tell the old process that it may go."""
        with self._old, contextlib.suppress(ConnectionError):  # it has gone already
            self._old.sendall(READY)

    def close(self) -> None:
        """Take over nothing: the old process goes on."""
        for sock in (self._old, *self.listeners):
            sock.close()


def inherit(path: str) -> Inherited | None:
    """Ask the process that waits at this path for its sockets; None where there is none."""
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


def wait_at(path: str) -> socket.socket:
    """A socket at this path, which nobody but this user may use; one that was there is replaced."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    before = os.umask(0o177)
    try:
        place = socket.socket(socket.AF_UNIX)
        try:
            place.bind(path)
        except OSError:
            place.close()
            raise
    finally:
        os.umask(before)
    place.listen(1)
    place.setblocking(False)
    return place


@contextlib.contextmanager
def left_clean(place: socket.socket) -> Iterator[None]:
    """At the end the socket is closed, and its path removed, unless a new process waits there by now."""
    path, ours = place.getsockname(), os.stat(place.getsockname())
    try:
        yield
    finally:
        place.close()
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.stat(path), ours):
                os.unlink(path)


async def hand_over(place: socket.socket, listeners: Sequence[socket.socket], generation: int) -> None:
    """Wait at this place for a new process, and give it the sockets; returns when one is ready."""
    loop = asyncio.get_running_loop()
    while True:
        new, _ = await loop.sock_accept(place)
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
                        return
            except OSError:  # it has died, or takes too long: the next may be better
                pass
