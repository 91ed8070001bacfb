"""RESP, the protocol that Redis speaks: what both ends have in common, and no more.

How a command is taken out of the bytes is for the learner to write.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from labkit.words import say

Take = Callable[[bytearray, int], tuple[list[bytes], int] | None]


class Commands:
    """Commands out of a stream, by a function `take(held, start)`; a ValueError stands where nothing can be read on."""

    def __init__(self, take: Take) -> None:
        self.take, self.held = take, bytearray()

    def feed(self, data: bytes) -> list[list[bytes] | ValueError]:
        """The commands that these bytes make whole."""
        self.held += data
        commands: list[list[bytes] | ValueError] = []
        start = 0
        try:
            while (found := self.take(self.held, start)) is not None:
                command, start = found
                commands.append(command)
        except ValueError as error:
            commands.append(error)
        del self.held[:start]
        return commands


def encode(value: Any, protocol: int = 2) -> bytes:
    """A value as an answer, in the words of protocol 2 or 3."""
    match value:
        case ValueError():
            return b"-%b\r\n" % str(value).encode()
        case str():
            return b"+%b\r\n" % value.encode()
        case int():
            return b":%d\r\n" % value
        case bytes():
            return b"$%d\r\n%b\r\n" % (len(value), value)
        case None:
            return b"_\r\n" if protocol == 3 else b"$-1\r\n"
        case dict():
            items = [encode(item, protocol) for pair in value.items() for item in pair]
            return (b"%%%d\r\n" % len(value) if protocol == 3 else b"*%d\r\n" % len(items)) + b"".join(items)
    raise TypeError(
        say(
            "an answer is a ValueError, str, int, bytes, None or a dict of these (got {value!r})", value=value
        )
    )


def request(*words: bytes | str) -> bytes:
    """A command as a client sends it."""
    given = [word.encode() if isinstance(word, str) else word for word in words]
    return b"*%d\r\n" % len(given) + b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in given)
