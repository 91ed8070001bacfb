"""What a learner's code may not do while it is bounded: end the notebook's kernel, or signal it."""

from __future__ import annotations

import builtins
import os
import signal
from collections.abc import Callable
from typing import Any, Protocol

from labkit.notebook.kernel import ipython
from labkit.words import look_up, say


class Bounded(Protocol):
    """Who knows which threads are the learner's."""

    def mine(self) -> bool:
        """Is this thread one of those that are bounded?"""


class Forbidden(BaseException):
    """The learner's code called what would end or maim the notebook's kernel; the message says what."""


def _always(*_: Any) -> bool:
    return True


def _hits_us(pid: int, *_: Any) -> bool:
    """Does kill(2) reach this process?  0 and less are groups of processes, most likely with ours in it."""
    return pid <= 0 or pid == os.getpid()


_SIGNAL = "is a signal to the notebook's kernel"
HARMFUL: tuple[tuple[Any, str, Callable[..., bool], str], ...] = (
    (os, "_exit", _always, "ends the notebook's kernel"),
    (os, "abort", _always, "ends the notebook's kernel"),
    (os, "kill", _hits_us, _SIGNAL),
    (os, "killpg", lambda group, *_: group in (0, os.getpgrp()), _SIGNAL),
    (signal, "raise_signal", _always, _SIGNAL),
    (os, "close", lambda fd, *_: fd in (0, 1, 2), "closes a standard stream of the kernel"),
    (os, "closerange", _always, "closes descriptors of the kernel itself"),
)


def refuse(name: str, harmful: Callable[..., bool], why: str) -> Callable[[Bounded, Callable[..., Any]], Any]:
    """What makes, for a guard, the function *name* refuse what is *harmful* of its own threads, and say *why*."""

    def make(guard: Bounded, before: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            if guard.mine() and harmful(*arguments, *named.values()):
                raise Forbidden(
                    say(
                        "called {name}({arguments}), which {why}",
                        name=name,
                        arguments=", ".join(map(repr, arguments)),
                        why=look_up(why),
                    )
                )
            return before(*arguments, **named)

        return call

    return make


def quitters() -> set[type]:
    """The types of `exit` and `quit`: Python's own, and IPython's, which would shut the kernel down."""
    spaces = [vars(builtins)]
    shell = ipython()
    if shell is not None:
        spaces.append(shell.user_ns)
    found = {type(space[name]) for space in spaces for name in ("exit", "quit") if name in space}
    return {kind for kind in found if "__call__" in vars(kind) and kind.__module__ != "builtins"}


def quit_refused(guard: Bounded, before: Callable[..., Any]) -> Callable[..., Any]:
    """`exit` and `quit` as they are outside a notebook: they end the function, not the kernel."""

    def call(self: Any, *arguments: Any, **named: Any) -> Any:
        if guard.mine():
            raise SystemExit(*arguments)
        return before(self, *arguments, **named)

    return call
