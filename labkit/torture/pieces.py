"""A socket to which a stream comes in pieces, whenever the one who reads it is ready for the next."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable, Iterable
from typing import Any

PEEK, ALL, NOT_NOW = (getattr(socket, f"MSG_{name}", 0) for name in ("PEEK", "WAITALL", "DONTWAIT"))
LOOKS = 1_000  # so often it is looked at the last bytes in vain, until it is clear that more is waited for
NOTHING_MORE = "recv() after the last byte: on a connection it would wait for ever"
HERE, PEER = ("10.0.0.2", 8000), ("10.0.0.1", 40000)


class NotFollowed(TypeError):
    """The reader asks of its socket what `torture` has no stream of pieces for."""


class Pieces(socket.socket):
    """One end of a connection, for a reader: all that receives is a socket's, with its flags and `makefile()`.

    The next piece comes when those before it have been read, when they have all been looked at (MSG_PEEK), or when
    more is waited for (MSG_WAITALL).  What it sends is dropped.  It stands on no descriptor; `fileno()` gives one
    that is ready to be read as long as bytes are left, for select() and event loops.
    Raises BlockingIOError where a connection would wait for ever, NotFollowed for what it is not made for.
    """

    def __init__(self, cut: Iterable[bytes], ended: Callable[[str], Exception] = BlockingIOError) -> None:
        self._ended = ended
        self._closed, self._io_refs = False, 0
        self._later = [piece for piece in reversed(tuple(cut)) if piece]
        self._there = bytearray()
        self._wait: float | None = None
        self._options: dict[tuple[int, int], Any] = {}
        self._bell: tuple[socket.socket, socket.socket] | None = None
        self._rung = False
        self._looks = 0
        self.buffered = 0  # files made of it that read ahead
        self.ahead: Callable[[], int] = lambda: 0  # how many bytes lie ready with who reads it for another
        self._come()

    @property
    def left(self) -> int:
        """How many bytes nobody has read."""
        return len(self._there) + sum(map(len, self._later))

    def _come(self) -> None:
        if self._later:
            self._there += self._later.pop()

    def _take(self, size: int, flags: int) -> bytes:
        if self._closed:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        if flags & ~(PEEK | ALL | NOT_NOW):
            raise NotFollowed(
                f"torture() follows MSG_PEEK, MSG_WAITALL and MSG_DONTWAIT, not flags={flags:#x}"
            )
        if size < 0:
            raise ValueError("negative buffersize in recv")
        if size == 0:
            return b""
        if flags & ALL and not flags & NOT_NOW and self._wait != 0:
            while len(self._there) < size and self._later:
                self._come()
            if len(self._there) < size:
                raise self._ended(NOTHING_MORE)
        if not self._there:
            raise self._ended(NOTHING_MORE)
        data = bytes(self._there[:size])
        self._looks = self._looks + 1 if flags & PEEK and len(data) < size and not self._later else 0
        if self._looks > LOOKS:
            raise self._ended(NOTHING_MORE)
        if not flags & PEEK:
            del self._there[:size]
        if not self._there or (flags & PEEK and len(data) == len(self._there)):
            self._come()
        self._ring()
        return data

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        """Up to so many bytes of what has come."""
        return self._take(bufsize, flags)

    def recvfrom(self, bufsize: int, flags: int = 0, /) -> tuple[bytes, Any]:
        """The same, and the address that a stream does not tell."""
        return self._take(bufsize, flags), None

    def recvmsg(
        self, bufsize: int, ancbufsize: int = 0, flags: int = 0, /
    ) -> tuple[bytes, list[Any], int, Any]:
        """The same; nothing comes beside the bytes."""
        return self._take(bufsize, flags), [], 0, None

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        """The same into a buffer; how many bytes."""
        room = memoryview(buffer).cast("B")
        if nbytes > len(room):
            raise ValueError("buffer too small for requested bytes")
        data = self._take(nbytes or len(room), flags)
        room[: len(data)] = data
        return len(data)

    def recvfrom_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> tuple[int, Any]:
        """The same, and the address that a stream does not tell."""
        return self.recv_into(buffer, nbytes, flags), None

    def recvmsg_into(
        self, buffers: Iterable[Any], ancbufsize: int = 0, flags: int = 0, /
    ) -> tuple[int, list[Any], int, Any]:
        """The same into several buffers."""
        rooms = [memoryview(buffer).cast("B") for buffer in buffers]
        data = self._take(sum(map(len, rooms)), flags)
        rest = data
        for room in rooms:
            room[: len(rest)], rest = rest[: len(room)], rest[len(room) :]
        return len(data), [], 0, None

    def makefile(self, mode: str = "r", buffering: int | None = None, **named: Any) -> Any:
        """A file of the bytes, as of any socket."""
        self.buffered += buffering != 0
        return super().makefile(mode, buffering, **named)  # type: ignore[call-overload]  # as above

    # -- what does not receive -----------------------------------------------------------------------------

    def send(self, data: Any, flags: int = 0, /) -> int:
        """To nobody."""
        return len(memoryview(data).cast("B"))

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        """To nobody."""
        self.send(data)

    def sendmsg(self, buffers: Iterable[Any], *_: Any) -> int:
        """To nobody."""
        return sum(map(self.send, buffers))

    def shutdown(self, how: int, /) -> None:
        """Nobody is told."""

    def settimeout(self, value: float | None, /) -> None:
        """None, seconds, or 0: where bytes are to come they are there, so that only 0 makes a difference."""
        if value is not None and value < 0:
            raise ValueError("Timeout value out of range")
        self._wait = value

    def gettimeout(self) -> float | None:
        """What was set."""
        return self._wait

    timeout = property(gettimeout)

    def setblocking(self, flag: bool, /) -> None:
        """Wait in calls, or do not."""
        self._wait = None if flag else 0.0

    def getblocking(self) -> bool:
        """Does it wait?"""
        return self._wait != 0

    def setsockopt(self, level: int, option: int, *value: Any) -> None:
        """Kept, and without effect."""
        self._options[level, option] = value[0]

    def getsockopt(self, level: int, option: int, *size: int) -> Any:
        """What was set, or 0."""
        return self._options.get((level, option), 0)

    def getpeername(self) -> Any:
        """Of a connection of nobody's."""
        return PEER

    def getsockname(self) -> Any:
        """Of a connection of nobody's."""
        return HERE

    family = property(lambda self: socket.AF_INET)
    type = property(lambda self: socket.SOCK_STREAM)
    proto = property(lambda self: socket.IPPROTO_TCP)

    def _no(self, *_: Any, **__: Any) -> Any:
        raise NotFollowed("torture() gives a connected socket to receive from: read it by its own methods")

    accept = bind = connect = connect_ex = detach = dup = listen = sendfile = sendto = _no

    # -- the descriptor ------------------------------------------------------------------------------------

    def fileno(self) -> int:
        """A descriptor that is ready as long as bytes are left; only the methods read them."""
        if self._closed:
            return -1
        if self._bell is None:
            self._bell = socket.socketpair()
            for end in self._bell:
                end.setblocking(False)
            self._ring()
        return self._bell[0].fileno()

    def _ring(self) -> None:
        if self._bell is None or self._rung == bool(self._there):
            return
        self._rung = bool(self._there)
        if self._rung:
            self._bell[1].send(b"\0")
            return
        try:
            self._bell[0].recv(1)
        except BlockingIOError:
            raise NotFollowed(
                "torture() cannot follow what reads the descriptor itself (os.read): receive by the socket's methods"
            ) from None

    def wake(self) -> None:
        """Let whoever waits for the descriptor go on."""
        if self._bell is not None:
            self._bell[1].close()

    def _real_close(self, *_: Any) -> None:
        self.let_go()

    def let_go(self) -> None:
        """Close the descriptor, whether its reader has or not."""
        for end in self._bell or ():
            end.close()
