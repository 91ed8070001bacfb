"""What is kept of a program's output: the first and the last half."""

from __future__ import annotations

import os

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
