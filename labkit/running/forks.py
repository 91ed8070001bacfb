"""Whose something is: a forked child has copies of all that its parent made, and ends none of it.

All that runs at an exit, at the end of a `with`, at `close()` or when something is collected asks `home.here` first.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from labkit.words import say


class Home:
    """The process that made something: `here` is true in it, and false in a child that was forked from it.

    pid   its process id
    """

    __slots__ = ("pid",)

    def __init__(self) -> None:
        self.pid = os.getpid()

    @property
    def here(self) -> bool:
        """Is it the process that asks?"""
        return self is _now

    def elsewhere(self, what: str, instead: str) -> RuntimeError:
        """The error for *what* only this process can do; *instead* says what a forked child can."""
        return RuntimeError(
            say(
                "{what} in process {pid}; this one (pid {here}) was forked from it and has only a copy: {instead}",
                what=what,
                pid=self.pid,
                here=os.getpid(),
                instead=instead,
            )
        )


_now = Home()
_anew: list[Callable[[], None]] = []


def home() -> Home:
    """The process that asks."""
    return _now


def anew(make: Callable[[], None]) -> Callable[[], None]:
    """Call `make()` first in every forked child: what it replaces may be in the hands of a thread that is not there."""
    _anew.append(make)
    return make


def _forked() -> None:
    global _now
    _now = Home()
    for make in _anew:
        make()


if hasattr(os, "register_at_fork"):  # not on Windows, which forks nothing
    os.register_at_fork(after_in_child=_forked)
