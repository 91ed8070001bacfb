"""A function and all that it uses, packed to run in another Python process: pickle, and code by value.

A function of a notebook stands in no module that another process could import, so its code goes along, with the names
that it uses, and so does a class, with what stands in it; everything else goes by pickle.  Both ends run the same
Python (marshal).
"""

from __future__ import annotations

import dis
import importlib
import io
import linecache
import marshal
import os
import pickle
import struct
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

from labkit.background.classes import fill_class, found_by_name, make_class, parts_of, reduced
from labkit.running.callables import bare
from labkit.running.tracebacks import describe, trimmed
from labkit.sockets.sending import Key
from labkit.words import say

_LENGTH = struct.Struct("<Q")
_PR_SET_PDEATHSIG, _SIGKILL = 1, 9


class NotPortable(TypeError):
    """Something that a function uses exists in its own process only; the message says what, and what to do."""


def pack(function: Callable[..., Any], arguments: tuple[Any, ...]) -> bytes:
    """The call function(*arguments) as bytes, which `main` in another process reads.

    Raises NotPortable for what cannot be copied: sockets, files, hosts, generators, ...
    """
    parcel = io.BytesIO()
    packer = _Packer(parcel, home=getattr(bare(function), "__module__", "__main__"))
    packer.pack(function, f"{_name(function)}")
    for number, argument in enumerate(arguments, 1):
        packer.pack(argument, f"argument {number} of {_name(function)}")
    content = marshal.dumps((list(sys.path), len(arguments), parcel.getvalue()))
    return _LENGTH.pack(len(content)) + content


class _Packer(pickle.Pickler):
    def __init__(self, file: io.BytesIO, home: str):
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self._home = home
        self._opened: list[
            tuple[str, dict[str, Any]]
        ] = []  # what was packed by value: how to say whose, and what

    def pack(self, thing: Any, name: str) -> None:
        try:
            self.dump(thing)
        except Exception as error:  # whatever somebody's own __reduce__ raises
            raise NotPortable(
                f"{self._culprit() or name} cannot be copied into another process, which shares nothing with this one"
                f" ({describe(error)}); make it there, or hand over a descriptor"
            ) from error

    def _culprit(self) -> str:
        """Which name it is that cannot be copied: the innermost."""
        for whose, parts in reversed(self._opened):
            for name, value in parts.items():
                if not isinstance(value, types.FunctionType | types.ModuleType | type):
                    try:
                        _Packer(io.BytesIO(), self._home).dump(value)
                    except Exception:  # the one that is looked for
                        return f"{name}, {whose},"
        return ""

    def _by_value(self, thing: Any) -> bool:
        return thing.__module__ in ("__main__", "__mp_main__", self._home) or not found_by_name(thing)

    def reducer_override(self, thing: Any) -> Any:
        """How pickle packs modules, and functions and classes that cannot be imported (called by pickle)."""
        if isinstance(thing, types.ModuleType):
            return importlib.import_module, (thing.__name__,)
        if isinstance(getattr(thing, "_key", None), Key):
            raise TypeError(
                say("{what} is in this process only: hand over its address, or the host's name", what=thing)
            )
        if isinstance(thing, type):
            if not self._by_value(thing) or thing.__module__ == "builtins":
                return NotImplemented
            shell, state = parts_of(thing)
            self._opened.append((f"which stands in the class {thing.__name__}", state))
            return make_class, shell, state, None, None, fill_class
        if not isinstance(thing, types.FunctionType):
            return reduced(thing) or NotImplemented
        if not self._by_value(thing):
            return NotImplemented
        code, lines = _with_source(thing)
        cells = [cell.cell_contents for cell in thing.__closure__ or ()]
        home = "__main__" if thing.__module__ in ("__main__", self._home) else str(thing.__module__)
        shell = (marshal.dumps(code), lines, len(cells), home, thing.__qualname__)
        used = {name: thing.__globals__[name] for name in _globals_of(code) if name in thing.__globals__}
        self._opened.append((f"which {thing.__name__} uses", used))
        # The state comes after the function itself: so it may use its own name, or functions that use it.
        filling = (used, thing.__defaults__, thing.__kwdefaults__, cells, dict(vars(thing)))
        return _make_function, shell, filling, None, None, _fill_function


def _name(function: Any) -> str:
    return getattr(function, "__name__", type(function).__name__)


def _with_source(function: types.FunctionType) -> tuple[types.CodeType, list[str]]:
    """Its code, and for a cell's code the cell's lines, which a traceback over there will show."""
    code = function.__code__
    if os.path.exists(code.co_filename):
        return code, []
    return _renamed(code, f"<cell of {function.__name__}>"), linecache.getlines(code.co_filename)


def _renamed(code: types.CodeType, file: str) -> types.CodeType:
    inner = tuple(
        _renamed(part, file) if isinstance(part, types.CodeType) else part for part in code.co_consts
    )
    return code.replace(co_filename=file, co_consts=inner)


def _globals_of(code: types.CodeType) -> Iterator[str]:
    """The global names that a code and the codes within it read."""
    for step in dis.get_instructions(code):
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield step.argval
    for part in code.co_consts:
        if isinstance(part, types.CodeType):
            yield from _globals_of(part)


# -- in the other process --------------------------------------------------------------------------------


def _make_function(
    code: bytes, lines: list[str], cells: int, home: str, qualified: str
) -> types.FunctionType:
    made = marshal.loads(code)
    if lines:
        linecache.cache[made.co_filename] = (sum(map(len, lines)), None, lines, made.co_filename)
    closure = tuple(types.CellType() for _ in range(cells))
    # What a library made on the fly, as a named tuple's methods, has names of its own.
    names = sys.modules["__main__"].__dict__ if home == "__main__" else {"__name__": home}
    function = types.FunctionType(made, names, None, None, closure)
    function.__qualname__ = qualified
    return function


def _fill_function(function: types.FunctionType, state: tuple[Any, ...]) -> None:
    used, function.__defaults__, function.__kwdefaults__, cells, own = state
    function.__globals__.update(used)
    function.__dict__.update(own)
    for cell, content in zip(function.__closure__ or (), cells, strict=True):
        cell.cell_contents = content


def main(owner: int) -> None:
    """Read a parcel from standard input and run its call; the exit status is 1 if it raised.

    owner: process id of the parent with which this process ends, however that ends; 0: somebody else sees to
    it.
    """
    if owner:
        _end_with(owner)
    (length,) = _LENGTH.unpack(_read(_LENGTH.size))
    path, count, parcel = marshal.loads(_read(length))
    sys.path[:] = path
    sys.argv[1:] = []
    sys.modules["__main__"] = types.ModuleType("__main__")
    unpacker = pickle.Unpickler(io.BytesIO(parcel))
    function, *arguments = (unpacker.load() for _ in range(1 + count))
    try:
        result = function(*arguments)
        if isinstance(result, types.CoroutineType):
            import asyncio

            asyncio.run(result)
    except Exception as error:
        import traceback

        traceback.print_exception(error.with_traceback(trimmed(error.__traceback__)))
        sys.exit(1)


def _read(length: int) -> bytes:
    """So many bytes of standard input, and not one more: the rest is for the function."""
    data = b""
    while len(data) < length:
        part = os.read(0, length - len(data))
        if not part:
            raise EOFError("the notebook ended before it had said what to run")
        data += part
    return data


def _end_with(owner: int) -> None:
    """Let the kernel kill this process when the thread that started it is gone (prctl(2))."""
    import ctypes

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    if os.getppid() != owner:  # gone before we could ask
        os._exit(1)
