"""`socket` as the wire needs it: the C part of the standard library's, whose families and kinds are plain numbers.

What Python puts around that, enumerations first of all, takes 8 ms to load, as long as Python itself.
"""

from __future__ import annotations

import _socket
import struct
from _socket import *  # noqa: F403 -- which names there are hangs on the machine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any, Self


class Socket(_socket.socket):
    """A socket that `with` closes."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def accept(self) -> tuple[Socket, Any]:
        """(the connection, the address of who is at its other end)."""
        descriptor, address = self._accept()  # type: ignore[attr-defined]
        return Socket(fileno=descriptor), address


def pair(family: int, kind: int) -> tuple[Socket, Socket]:
    """Two sockets that are connected to each other."""
    one, other = _socket.socketpair(family, kind)
    return Socket(fileno=one.detach()), Socket(fileno=other.detach())


def send_fds(channel: _socket.socket, buffers: Iterable[bytes], descriptors: Sequence[int]) -> None:
    """Send bytes over a Unix socket, with copies of descriptors of this process."""
    packed = struct.pack(f"{len(descriptors)}i", *descriptors)
    channel.sendmsg(buffers, [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, packed)])


def recv_fds(channel: _socket.socket, size: int, most: int) -> tuple[bytes, list[int], bool]:
    """(bytes, at most *most* descriptors beside them, whether some found no room).  None is inheritable (PEP 446)."""
    each = struct.calcsize("i")
    data, beside, flags, _ = channel.recvmsg(size, _socket.CMSG_LEN(most * each), _socket.MSG_CMSG_CLOEXEC)
    descriptors: list[int] = []
    for level, kind, content in beside:
        if (level, kind) == (_socket.SOL_SOCKET, _socket.SCM_RIGHTS):
            descriptors += struct.unpack_from(f"{len(content) // each}i", content)
    return data, descriptors, bool(flags & _socket.MSG_CTRUNC)
