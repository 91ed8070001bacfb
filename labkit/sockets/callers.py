"""In whose turn a connection was opened, whatever order a busy machine opened several at once in.

A turn is a row of numbers that sorts: the notebook's own calls have the next number; a call of a background task has
the task's turn, which it got when it was begun, and then the next number (as pedigrees in Leiserson, Schardl and
Sukha, "Deterministic parallel random-number generation for dynamic-multithreading platforms", PPoPP 2012).  So what
ten tasks did on a service can be told in the order of the program's text, which is the same on every run.
"""

from __future__ import annotations

import weakref
from itertools import count
from typing import Any

from labkit.sockets.owners import maker

Turn = tuple[int, ...]

_numbers = count(1)
_opened: weakref.WeakKeyDictionary[Any, dict[Any, Turn]] = weakref.WeakKeyDictionary()  # by host.core


def next_turn() -> Turn:
    """The turn of what the running code does now."""
    return (*getattr(maker.get(), "_turn", ()), next(_numbers))


def note(core: Any, local: Any, port: int) -> None:
    """The running code has called from an address, to a port."""
    _opened.setdefault(core, {})[local, port] = next_turn()


def turn_of(core: Any, client: Any, port: int) -> Turn | None:
    """The turn in which the connection from a client's address to a port was opened; None: not by the notebook.

    It is told once: the same address may belong to a program later.
    """
    return _opened.get(core, {}).pop((client, port), None)
