"""Holds the sockets that a learner's function makes: none closes by itself, and a check can tell which are open."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from labkit.sockets.owners import maker


class Keeper:
    """The sockets that a function made, accepted ones too, held until `close()`.

    Else Python would close a forgotten one when the function ends, and a leak would look like a goodbye.
    """

    name = ""  # so that socket tables do not name us

    def __init__(self) -> None:
        self.made: list[Any] = []

    def adopt(self, sock: Any) -> None:
        """A socket was made (called by it)."""
        self.made.append(sock)

    def watch(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with the sockets that it makes in its own thread held here."""

        @functools.wraps(function)
        def watched(*arguments: Any) -> Any:
            before = maker.set(self)
            try:
                return function(*arguments)
            finally:
                maker.reset(before)

        return watched

    def left_open(self) -> int:
        """How many of them are open now?"""
        return sum(sock.fileno() >= 0 for sock in self.made)

    def close(self) -> None:
        """Close what was left open, once that has been told."""
        for sock in self.made:
            sock.close()
