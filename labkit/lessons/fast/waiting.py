"""How long messages wait that somebody batches: each from the moment when it was due until it was sent."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from statistics import median
from typing import Any, NamedTuple

from labkit.running.pulse import Pulse
from labkit.words import say

DUE = struct.Struct("!d")  # a message: when it was due, of time.monotonic()
PATIENCE_S = 20.0
STILL_S, TRIES = 0.1, 4  # who stood still for longer at a time is measured again, so often in all

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
    """What a way of batching is given: sendall(), which is counted, and when it was done."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock, self._size = sock, 0
        self.sent: list[tuple[int, float]] = []  # so many bytes, and when the last of them was handed over

    def sendall(self, data: bytes) -> None:
        self._sock.sendall(data)
        self._size += len(data)
        self.sent.append((self._size, time.monotonic()))


def message(due: float) -> bytes:
    """A message that was due at that time."""
    return DUE.pack(due)


def sleep_until(when: float) -> None:
    """Sleep until time.monotonic() is `when`; not at all where that is over."""
    while (left := when - time.monotonic()) > 0:
        time.sleep(left)


class _Loop:
    """When messages are due; whoever begins anew gets times anew."""

    def __init__(self, times: Callable[[], Iterator[float]]) -> None:
        self._times = times

    def __iter__(self) -> Iterator[float]:
        return self._times()


def open_loop(messages: int, every_s: float) -> Iterable[float]:
    """They are due when they are due: one each so many seconds, whether the last was taken or not."""

    def times() -> Iterator[float]:
        begun = time.monotonic() + 0.01
        return (begun + number * every_s for number in range(messages))

    return _Loop(times)


def closed_loop(messages: int) -> Iterable[float]:
    """One is due as soon as the one before was taken."""
    return _Loop(lambda: (time.monotonic() for _ in range(messages)))


def waits(write: Write, due: Iterable[float]) -> Waits:
    """Let write(conn, due) send message(when) for each of these, and measure.  Over a Unix socket.

    Where this process stood still meanwhile, nobody knows who waited for what: then a loop is begun again.
    """
    tries = [_once(write, due)]
    while isinstance(due, _Loop) and tries[-1][0] > STILL_S and len(tries) < TRIES:
        tries.append(_once(write, due))
    return min(tries, key=lambda each: each[0])[1]


def _once(write: Write, due: Iterable[float]) -> tuple[float, Waits]:
    """For how long this process stood still meanwhile, at a time; and what became of messages."""
    ours, theirs = socket.socketpair()
    came = bytearray()
    with ours, theirs, Pulse() as pulse:
        theirs.settimeout(PATIENCE_S)
        reading = threading.Thread(target=_read, args=(theirs, came), name="reader of waits")
        reading.start()
        writer = _Writer(ours)
        try:
            write(writer, due)
        finally:
            ours.shutdown(socket.SHUT_WR)
            reading.join()
    return pulse.longest, Waits(_waited(bytes(came), writer.sent), len(writer.sent))


def _read(sock: socket.socket, came: bytearray) -> None:
    while data := sock.recv(1 << 16):
        came += data


def _waited(came: bytes, sent: list[tuple[int, float]]) -> list[float]:
    """How long each message that came had waited when its last byte was handed over.

    It is there then: no cable lies between.  When the reader gets its turn is the machine's choice, and no writer's.
    """
    found, calls = [], iter(sent)
    size, at = 0, 0.0
    for number, (due,) in enumerate(DUE.iter_unpack(came[: len(came) - len(came) % DUE.size]), 1):
        while size < number * DUE.size:
            size, at = next(calls)
        found.append(at - due)
    return found


def how_long(seconds: float) -> str:
    """A time in words, of those that a prediction names."""
    return say("less than 30 ms") if seconds < 0.03 else say("about 50 ms") if seconds < 0.3 else say("more")
