"""What calling a function gives: its result, a coroutine to be awaited, or a generator that has run nothing."""

from __future__ import annotations

import functools
import types
from collections.abc import Mapping
from typing import Any

from labkit.running.threads import name_of


def bare(function: Any) -> Any:
    """The function that a partial, or a partial of one, calls in the end."""
    while isinstance(function, functools.partial):
        function = function.func
    return function


def _is(function: Any, flags: int) -> bool:
    """Has the function one of these flags (code objects' co_flags), or the `__call__` of the object that it is?"""
    for one in (function, getattr(type(function), "__call__", None)):  # noqa: B004 - the function itself is wanted
        code = getattr(getattr(one, "__func__", one), "__code__", None)
        if isinstance(code, types.CodeType) and code.co_flags & flags:
            return True
    return False


# As `inspect` has them, whose import takes as long as a network to be made.
_VARARGS, _GENERATOR, _COROUTINE, _ASYNC_GENERATOR = 0x04, 0x20, 0x80, 0x200


def takes(function: Any, number: int) -> bool:
    """Can it be called with so many arguments?  True where nobody knows: functions in C say nothing."""
    if type(function) is types.FunctionType and not hasattr(function, "__wrapped__"):
        code, defaults = function.__code__, function.__defaults__ or ()
        if code.co_kwonlyargcount > len(function.__kwdefaults__ or ()):
            return False
        most = number if code.co_flags & _VARARGS else code.co_argcount
        return code.co_argcount - len(defaults) <= number <= most
    import inspect

    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return True
    try:
        signature.bind(*range(number))
    except TypeError:
        return False
    return True


def is_async(function: Any) -> bool:
    """Does calling it give a coroutine?  An `async def`, a partial of one, an object whose `__call__` is one."""
    function = bare(function)
    if _is(function, _COROUTINE):
        return True
    marked = getattr(function, "_is_coroutine_mark", None)  # inspect.markcoroutinefunction
    return marked is not None


def refuse_generators(function: Any) -> None:
    """Raise TypeError for a function with `yield` in it: calling it runs none of its lines."""
    if _is(bare(function), _GENERATOR | _ASYNC_GENERATOR):
        raise TypeError(
            f"{name_of(function, 'the function')} has a `yield`: calling it gives a generator and runs none of its"
            " lines; give a function that goes through it"
        )


def refuse_arguments(function: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    """Raise TypeError if the function cannot be called with these: here, and not later where it runs."""
    import inspect

    try:
        inspect.signature(function).bind(*args, **kwargs)
    except TypeError as error:
        raise TypeError(
            f"{name_of(function, 'function')}{inspect.signature(function)} cannot be called so: {error}"
        ) from None
    except ValueError:  # a function in C does not say
        pass


def refuse_coroutine(result: Any, function: str, taker: str) -> None:
    """Raise TypeError if what a plain function gave is a coroutine, which has run nothing."""
    if isinstance(result, types.CoroutineType):
        result.close()
        raise TypeError(
            f"{function} gave a coroutine, which has run nothing: give {taker} the `async def` itself"
        )
