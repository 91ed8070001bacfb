"""What calling a function gives: its result, a coroutine to be awaited, or a generator that has run nothing."""

from __future__ import annotations

import functools
import inspect
import types
from typing import Any

from labkit.running.threads import name_of


def _bare(function: Any) -> Any:
    while isinstance(function, functools.partial):
        function = function.func
    return function


def is_async(function: Any) -> bool:
    """Does calling it give a coroutine?  An `async def`, a partial of one, an object whose `__call__` is one."""
    function = _bare(function)
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(type(function).__call__)


def refuse_generators(function: Any) -> None:
    """Raise TypeError for a function with `yield` in it: calling it runs none of its lines."""
    bare = _bare(function)
    if any(
        test(one)
        for test in (inspect.isgeneratorfunction, inspect.isasyncgenfunction)
        for one in (bare, type(bare).__call__)
    ):
        raise TypeError(
            f"{name_of(function, 'the function')} has a `yield`: calling it gives a generator and runs none of its"
            " lines; give a function that goes through it"
        )


def refuse_coroutine(result: Any, function: str, taker: str) -> None:
    """Raise TypeError if what a plain function gave is a coroutine, which has run nothing."""
    if isinstance(result, types.CoroutineType):
        result.close()
        raise TypeError(
            f"{function} gave a coroutine, which has run nothing: give {taker} the `async def` itself"
        )
