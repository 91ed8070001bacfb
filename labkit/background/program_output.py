"""What is kept of a program's output: the first and the last half; and the pipes to it."""

from __future__ import annotations

import os
from collections.abc import Iterable

LIMIT = 2_000_000  # bytes of a program's output that are kept: the first and the last half


class Kept:
    """The first and the last part of what came."""

    def __init__(self, limit: int = LIMIT):
        self._half = limit // 2
        self._head, self._tail = bytearray(), bytearray()
        self._left_out = 0

    def add(self, data: bytes) -> None:
        room = self._half - len(self._head)
        if room > 0:
            self._head += data[:room]
            data = data[room:]
        self._tail += data
        if len(self._tail) > 2 * self._half:
            self._left_out += len(self._tail) - self._half
            del self._tail[: -self._half]

    def text(self) -> str:
        left_out, tail = self._left_out, self._tail
        if len(tail) > self._half:
            left_out, tail = left_out + len(tail) - self._half, tail[-self._half :]
        if not left_out:
            return (self._head + tail).decode(errors="replace")
        return (
            self._head.decode(errors="replace")
            + f"\n... {left_out:,} bytes left out ...\n"
            + tail.decode(errors="replace")
        )


def pipe(opened: list[int]) -> tuple[int, int]:
    """A pipe, (to read, to write); both ends are also put into *opened*."""
    pair = os.pipe()
    opened += pair
    return pair


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of it, however often the pipe is full; raises BrokenPipeError when nobody reads any more."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def close_all(descriptors: Iterable[int]) -> None:
    """Close each of these."""
    for descriptor in descriptors:
        os.close(descriptor)


def unheard(descriptor: int) -> None:
    """Let a descriptor lead to a pipe that nobody reads, so that nothing written there arrives anywhere."""
    reading, writing = os.pipe()
    os.close(reading)
    os.dup2(writing, descriptor, inheritable=False)
    os.close(writing)
