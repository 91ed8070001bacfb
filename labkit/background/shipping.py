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
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

from labkit.background.arriving import LENGTH, fill_function, make_function
from labkit.background.classes import fill_class, found_by_name, make_class, parts_of, reduced
from labkit.running.callables import bare
from labkit.running.tracebacks import describe, is_library
from labkit.sockets.sending import Key
from labkit.words import say


class NotPortable(TypeError):
    """Something that a function uses exists in its own process only; the message says what, and what to do."""


def pack(function: Callable[..., Any], arguments: tuple[Any, ...]) -> bytes:
    """The call function(*arguments) as bytes, which `arriving.main` in another process reads.

    Raises NotPortable for what cannot be copied: sockets, files, hosts, generators, ...
    """
    parcel = io.BytesIO()
    packer = _Packer(parcel, home=getattr(bare(function), "__module__", "__main__"))
    packer.pack(function, f"{_name(function)}")
    for number, argument in enumerate(arguments, 1):
        packer.pack(argument, f"argument {number} of {_name(function)}")
    content = marshal.dumps((list(sys.path), _pythons_own(), len(arguments), parcel.getvalue()))
    return LENGTH.pack(len(content)) + content


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
        return make_function, shell, filling, None, None, fill_function


def _pythons_own() -> list[str]:
    """The modules of Python's own that are loaded here: over there it is to be these, too, that are found."""
    names = sys.stdlib_module_names & sys.modules.keys()
    files = {name: getattr(sys.modules[name], "__file__", None) for name in names}
    return [name for name, file in files.items() if file is not None and is_library(file)]


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
