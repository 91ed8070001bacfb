"""The door: where other processes of the same user come in, and ask as the notebook does.

A Unix socket of an abstract name (unix(7)): there is no path and no port, and it is gone with the helper. Names are of
a network namespace, so it is opened before the helper leaves the machine's. The name says whose network it is, so that
a user's own are found in /proc/net/unix; whom it lets in does not hang on that: the kernel says who has come.
"""

from __future__ import annotations

import errno
import os
import struct

from labkit.wire import csocket as socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from labkit.wire.loop import Wire

PREFIX = "labkit"  # of the names: labkit/USER/PROCESS-TOKEN
_WAITING = 16  # that may have come and not yet been let in


def user_of(channel: socket.socket) -> tuple[int, int]:
    """(process id, user) at the other end of a Unix socket, as this process knows users (SO_PEERCRED)."""
    pid, user, _ = struct.unpack("3i", channel.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return pid, user


def opened() -> socket.Socket | None:
    """A door in the network namespace that this process is in; None where a machine lets us open none."""
    listener = socket.Socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        # The token: process ids are of a namespace, too, and containers may share the network's and not that one.
        listener.bind(f"\0{PREFIX}/{os.geteuid()}/{os.getpid()}-{os.urandom(4).hex()}")
        listener.listen(_WAITING)
    except OSError:  # what confines programs may forbid it (AppArmor: "unix" rules)
        listener.close()
        return None
    listener.setblocking(False)
    return listener


class Door:
    """Lets in who is of this process's user, and turns away everybody else."""

    def __init__(
        self, listener: socket.Socket, wire: Wire, admit: Callable[[socket.Socket, int], object]
    ) -> None:
        self._listener, self._admit = listener, admit
        # Room to turn somebody away when there is none for another open file: else they would knock for ever.
        self._spare = os.dup(listener.fileno())
        wire.handle(listener.fileno(), self._answer)

    def close(self) -> None:
        """Let nobody in any more."""
        self._listener.close()

    def _answer(self) -> None:
        try:
            channel, _ = self._listener.accept()
        except OSError as error:
            if error.errno not in (errno.EMFILE, errno.ENFILE):  # who knocked has gone again
                return
            self._turn_away()
            return
        pid, user = user_of(channel)
        try:
            if user != os.geteuid():  # of ours in a user namespace, where everybody else is "nobody"
                raise PermissionError
            process = os.pidfd_open(pid)
        except OSError:  # or they have gone, or there is no room
            channel.close()
            return
        self._admit(channel, process)

    def _turn_away(self) -> None:
        os.close(self._spare)
        try:
            self._listener.accept()[0].close()
        except OSError:  # who knocked has gone again
            pass
        finally:
            self._spare = os.dup(self._listener.fileno())
