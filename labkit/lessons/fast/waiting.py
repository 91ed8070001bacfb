"""How long messages wait that somebody batches: each from the moment when it was due until it has come."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable
from statistics import median
from typing import Any, NamedTuple

from labkit.words import say

DUE = struct.Struct("!d")  # a message: when it was due, of time.monotonic()
PATIENCE_S = 20.0

Write = Callable[[Any, Iterable[float]], None]


class Waits(NamedTuple):
    """What became of messages.

    seconds   how long each waited, in order
    writes    with how many calls of sendall() they were sent
    """

    seconds: list[float]
    writes: int

    @property
    def typical(self) -> float:
        """Half of them waited less: seconds."""
        return median(self.seconds)


class _Writer:
    """What a way of batching is given: sendall(), which is counted."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock, self.writes = sock, 0

    def sendall(self, data: bytes) -> None:
        self.writes += 1
        self._sock.sendall(data)


def message(due: float) -> bytes:
    """A message that was due at that time."""
    return DUE.pack(due)


def sleep_until(when: float) -> None:
    """Sleep until time.monotonic() is `when`; not at all where that is over."""
    while (left := when - time.monotonic()) > 0:
        time.sleep(left)


def open_loop(messages: int, every_s: float) -> Iterable[float]:
    """They are due when they are due: one each so many seconds, whether the last was taken or not."""
    begun = time.monotonic() + 0.01
    return [begun + number * every_s for number in range(messages)]


def closed_loop(messages: int) -> Iterable[float]:
    """One is due as soon as the one before was taken."""
    return (time.monotonic() for _ in range(messages))


def waits(write: Write, due: Iterable[float]) -> Waits:
    """Let write(conn, due) send message(when) for each of these, and measure.  Over a Unix socket."""
    ours, theirs = socket.socketpair()
    found: list[float] = []
    with ours, theirs:
        theirs.settimeout(PATIENCE_S)
        reading = threading.Thread(target=_read, args=(theirs, found), name="reader of waits")
        reading.start()
        writer = _Writer(ours)
        try:
            write(writer, due)
        finally:
            ours.shutdown(socket.SHUT_WR)
            reading.join()
    return Waits(found, writer.writes)


def _read(sock: socket.socket, found: list[float]) -> None:
    held = bytearray()
    while data := sock.recv(1 << 16):
        now = time.monotonic()
        held += data
        whole = len(held) - len(held) % DUE.size
        found += [now - due for (due,) in DUE.iter_unpack(bytes(held[:whole]))]
        del held[:whole]


def how_long(seconds: float) -> str:
    """A time in words, of those that a prediction names."""
    return say("less than 10 ms") if seconds < 0.01 else say("about 50 ms") if seconds < 0.3 else say("more")
