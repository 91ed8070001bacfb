"""The simplest server of all, in which a command is a line: for experiments, and for the check of stage 3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from labkit.lessons.capstone.resp import encode

REFUSED = "ERR unknown command"
BROKEN = "ERR Protocol error"


class Words:
    """The simplest parser: a command is a line, and its words have spaces between; a line "!" cannot be read."""

    def __init__(self) -> None:
        self.held = b""

    def feed(self, data: bytes) -> list[list[bytes] | ValueError]:
        """The commands that are whole, and a ValueError where it cannot read on."""
        *lines, self.held = (self.held + data).split(b"\n")
        commands: list[list[bytes] | ValueError] = []
        for line in lines:
            if line == b"!":
                return [*commands, ValueError(BROKEN)]
            commands.append(line.split())
        return commands


def obey(store: dict[bytes, bytes], client: dict[str, int], command: list[bytes]) -> Any:
    """Three commands, for a server that is no more than an example."""
    match command:
        case [b"HELLO", version]:
            client["protocol"] = int(version)
            return {b"proto": int(version)}
        case [b"SET", key, value]:
            store[key] = value
            return "OK"
        case [b"GET", key]:
            return store.get(key)
        case _:
            raise ValueError(REFUSED)


def by_lines(store: dict[bytes, bytes]) -> Callable[[Any], None]:
    """A handler that does what lines say, and sends each answer by itself."""

    def handler(conn: Any) -> None:
        words, client = Words(), {"protocol": 2}
        while data := conn.recv(65_536):
            for command in words.feed(data):
                try:
                    value = obey(store, client, command)  # type: ignore[arg-type]  # a ValueError is refused, too
                except ValueError as error:
                    value = error
                conn.sendall(encode(value, client["protocol"]))

    return handler
