"""One event loop for all coroutines of a network, lent to each task and ended with the last."""

from __future__ import annotations

import sys
import threading
import weakref
from typing import TYPE_CHECKING, Any

from labkit.background.beside import Beside
from labkit.running import forks

if TYPE_CHECKING:
    from labkit.background.loops import Loop

_loops: weakref.WeakKeyDictionary[Any, list[Any]] = (
    weakref.WeakKeyDictionary()
)  # host.core: [Loop, number of tasks]
_lock = threading.Lock()
_inherited: list[Any] = []  # held for ever: a loop that is collected closes what is its parent's


@forks.anew
def _none_lent() -> None:
    global _lock
    _inherited.extend(_loops.values())
    _loops.clear()
    _lock = threading.Lock()


def borrow(task: Beside) -> Loop:
    """The loop of the task's network, made with the first that asks."""
    from labkit.background.loops import Loop  # asyncio is loaded with the first

    with _lock:
        entry = _loops.get(task.host.core)
        if entry is None or not entry[0].thread.is_alive():
            entry = _loops[task.host.core] = [Loop(task), 0]
        entry[1] += 1
        return entry[0]


def give_back(loop: Loop) -> None:
    """A task has ended; with the last the loop ends."""
    with _lock:
        for core, entry in list(_loops.items()):
            if entry[0] is loop:
                entry[1] -= 1
                if entry[1] == 0:
                    del _loops[core]
                    loop.loop.call_soon(loop.loop.stop)


def is_cancelled(error: BaseException) -> bool:
    """Is it what a cancelled coroutine raises?"""
    asyncio = sys.modules.get("asyncio")
    return asyncio is not None and isinstance(error, asyncio.CancelledError)
