"""The other process's end of `shipping`: what is packed there is unpacked and run here.

It loads little, for each process begins with this: what the function itself needs comes with it.
"""

from __future__ import annotations

import io
import marshal
import os
import struct
import sys
import types
from _pickle import Unpickler  # `pickle` is this, and regular expressions to load
from importlib.machinery import PathFinder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from typing import Any

LENGTH = struct.Struct("<Q")  # of the parcel, before it
_PR_SET_PDEATHSIG, _SIGKILL = 1, 9


def make_function(code: bytes, lines: list[str], cells: int, home: str, qualified: str) -> types.FunctionType:
    made = marshal.loads(code)
    if lines:
        import linecache  # late: it takes as long to load as Python, and functions in files go without

        linecache.cache[made.co_filename] = (sum(map(len, lines)), None, lines, made.co_filename)
    closure = tuple(types.CellType() for _ in range(cells))
    # What a library made on the fly, as a named tuple's methods, has names of its own.
    names = sys.modules["__main__"].__dict__ if home == "__main__" else {"__name__": home}
    function = types.FunctionType(made, names, None, None, closure)
    function.__qualname__ = qualified
    return function


def fill_function(function: types.FunctionType, state: tuple[Any, ...]) -> None:
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
    (length,) = LENGTH.unpack(_read(LENGTH.size))
    path, own, count, parcel = marshal.loads(_read(length))
    sys.meta_path.insert(-1, _PythonsOwn(frozenset(own), sys.path[1:]))
    sys.path[:] = path
    sys.argv[1:] = []
    sys.modules["__main__"] = types.ModuleType("__main__")
    unpacker = Unpickler(io.BytesIO(parcel))
    function, *arguments = (unpacker.load() for _ in range(1 + count))
    try:
        result = function(*arguments)
        if isinstance(result, types.CoroutineType):
            import asyncio

            asyncio.run(result)
    except Exception as error:
        import traceback

        from labkit.running.tracebacks import trimmed

        traceback.print_exception(error.with_traceback(trimmed(error.__traceback__)))
        sys.exit(1)


class _PythonsOwn:
    """Finds those modules of Python's own that the notebook has, whatever else lies on the path under their names."""

    def __init__(self, names: frozenset[str], path: list[str]) -> None:
        self._names, self._path = names, path

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Called by `import`; *path* is that of a package for what lies in one."""
        return PathFinder.find_spec(name, self._path) if path is None and name in self._names else None


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
