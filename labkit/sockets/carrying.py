"""Where a thread is started, there it is: on the same host as the code that started it, and for the same task.

Python gives a new thread an empty context (to 3.13, and as a rule since).  What is handed to a pool is where it was
handed over, whoever started the pool's threads.
"""

from __future__ import annotations

import _thread
import functools
import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

from labkit.running.imports import when_loaded
from labkit.sockets import owners, place


@functools.cache
def install() -> None:
    """From now on."""
    _teach_threads()
    _teach_bare_threads()
    when_loaded("concurrent.futures.thread", _teach_pools)


class Carried:
    """A function that runs where it was wrapped."""

    __slots__ = ("_function", "_maker", "_places")

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._places, self._maker = place.places.get(), owners.maker.get()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        before = place.places.set(self._places), owners.maker.set(self._maker)
        try:
            return self._function(*args, **kwargs)
        finally:
            place.places.reset(before[0])
            owners.maker.reset(before[1])


def _teach_threads() -> None:
    begin = threading.Thread.start

    @functools.wraps(begin)
    def start(self: threading.Thread) -> None:
        if place.here() is None or self.ident is not None:
            begin(self)
            return
        mine = vars(self).get("run")  # whoever has put one in place of the class's
        run = Carried(self.run)

        def carried() -> None:
            _put_back(self, mine)
            run()

        self.run = carried  # type: ignore[method-assign]  # for this thread alone, until it runs
        try:
            begin(self)
        except Exception:  # it has not begun; after an interrupt it may have
            _put_back(self, mine)
            raise

    threading.Thread.start = start  # type: ignore[method-assign]  # the one way in which threads begin


def _teach_bare_threads() -> None:
    begin = _thread.start_new_thread

    @functools.wraps(begin)
    def start_new_thread(function: Callable[..., Any], *args: Any) -> int:
        return begin(function if place.here() is None else Carried(function), *args)

    _thread.start_new_thread = start_new_thread  # some libraries start theirs by it


def _put_back(thread: threading.Thread, run: Callable[[], None] | None) -> None:
    vars(thread).pop("run", None)
    if run is not None:
        thread.run = run  # type: ignore[method-assign]  # it was there before


def _teach_pools(module: ModuleType) -> None:
    pool: Any = module.ThreadPoolExecutor
    begin, hand_over = pool.__init__, pool.submit

    @functools.wraps(begin)
    def __init__(
        self: Any,
        max_workers: int | None = None,
        thread_name_prefix: str = "",
        initializer: Callable[..., Any] | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        if initializer is not None and place.here() is not None:
            initializer = _carried(self, initializer)
        begin(self, max_workers, thread_name_prefix, initializer, *args, **kwargs)

    @functools.wraps(hand_over)
    def submit(self: Any, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        fn = _carried(self, fn)
        with place.machine():  # the threads that it starts now outlive the block, and would hold the network
            return hand_over(self, fn, *args, **kwargs)

    pool.__init__, pool.submit = __init__, submit


def _carried(pool: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    """But not for a pool of interpreters (Python 3.14), which pickles what it is given."""
    module = sys.modules.get("concurrent.futures.interpreter")
    if module is not None and isinstance(pool, module.InterpreterPoolExecutor):
        return function
    return Carried(function)
