"""The pool.  It is for threads: each has a connection to itself while it has it."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator


class PoolFull(TimeoutError):
    """Nobody gave a connection back in time."""


class PoolClosed(RuntimeError):
    """The pool was closed; it lends no more."""


class Pool:
    """`with pool.connection() as sock:` and the connection is nobody else's until the block ends.

    connect: gives a connected socket, or raises an OSError, which whoever asked for a connection gets.
    most: so many connections at the same time, idle ones among them.
    idle_s: who has been idle for longer is closed and not lent: less than servers and NATs on the way wait.
    counts: made, reused, stale (idle ones that were closed instead of lent), broken (closed as their block raised).
    """

    def __init__(
        self,
        connect: Callable[[], socket.socket],
        most: int = 4,
        idle_s: float = 30.0,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if most < 1 or not idle_s > 0:
            raise ValueError(f"a pool has one connection at least, and an idle time (got {most}, {idle_s} s)")
        self._connect, self.most, self.idle_s, self._clock = connect, most, idle_s, clock
        self.counts: Counter[str] = Counter()
        self._idle: list[tuple[socket.socket, float]] = []
        self._lent = 0
        self._closed = False
        self._changed = threading.Condition()

    @contextlib.contextmanager
    def connection(self, patience_s: float = 5.0) -> Iterator[socket.socket]:
        """Lend one.  Raises PoolFull where none is free for so many seconds, PoolClosed, and what connect() raises.

        A block that raises has perhaps left half an answer in the connection; so that one is closed.
        """
        sock = self._take(patience_s)
        try:
            yield sock
        except BaseException:
            self._give_back(sock, whole=False)
            raise
        self._give_back(sock, whole=True)

    def close(self) -> None:
        """Close what is idle, and each of the others when it is given back; whoever waits gets PoolClosed."""
        with self._changed:
            self._closed = True
            idle, self._idle = self._idle, []
            self._changed.notify_all()
        for sock, _ in idle:
            sock.close()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _take(self, patience_s: float) -> socket.socket:
        with self._changed:
            if not self._changed.wait_for(lambda: self._closed or self._lent < self.most, patience_s):
                raise PoolFull(f"all {self.most} connections were in use for {patience_s:g} s")
            if self._closed:
                raise PoolClosed("this pool is closed; make a new one")
            self._lent += 1
        try:
            return self._idle_one() or self._new_one()
        except BaseException:
            self._release()
            raise

    def _idle_one(self) -> socket.socket | None:
        """One that is still good; the others on the way to it are closed."""
        while True:
            with self._changed:
                if not self._idle:
                    return None
                sock, since = (
                    self._idle.pop()
                )  # that used last: the rest grow old, and are closed when it is their turn
            if self._clock() - since <= self.idle_s and is_quiet(sock):
                self._count("reused")
                return sock
            sock.close()
            self._count("stale")

    def _new_one(self) -> socket.socket:
        sock = self._connect()
        self._count("made")
        return sock

    def _count(self, what: str) -> None:
        with self._changed:
            self.counts[what] += 1

    def _give_back(self, sock: socket.socket, whole: bool) -> None:
        whole = whole and sock.fileno() >= 0  # the block may have closed it
        with self._changed:
            keep = whole and not self._closed
            if keep:
                self._idle.append((sock, self._clock()))
            elif not whole:
                self.counts["broken"] += 1
        if not keep:
            sock.close()
        self._release()

    def _release(self) -> None:
        with self._changed:
            self._lent -= 1
            self._changed.notify()


def is_quiet(sock: socket.socket) -> bool:
    """Has nothing come on an idle connection?  Whatever it is, an end, a reset, bytes: it answers no new question."""
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        return not selector.select(0)
