"""The variables of a recorded cell as bytes, and back: values stay values, the rest becomes `Recorded` stubs.

Pickle, narrowed on both sides.  What goes in is of the types named here, or is replaced by a stub.  What comes
out can only be of these types, and of the classes that the lesson's own cells have defined; no other class, and no
function but the lesson's, can be named in a file.
"""

from __future__ import annotations

import copyreg
import io
import pickle
import re
import sys
from collections.abc import Callable
from enum import Enum
from functools import cached_property
from importlib import import_module
from types import FunctionType
from typing import Any

from labkit.packets.frame import Frame
from labkit.recordings import tables
from labkit.recordings.classes import ALLOWED, CLASSES, PLAIN, name_of
from labkit.recordings.stub import Recorded
from labkit.running.tracebacks import named
from labkit.traces.calls import Call
from labkit.traces.trace import Trace

PROTOCOL = 4  # what every Python that the lab runs on writes and reads
# What a host's stub tells: facts that hold for every run of the lesson.
_FACTS = {"Host": ("name", "number", "address", "address6", "mac")}
_WORDS = {
    "HostSocket": "a socket",
    "socket": "a socket",
    "module": "a module",
    "function": "a function",
    "TextIOWrapper": "a file",
    "Packet": "a packet of scapy",
}


class BadValues(ValueError):
    """Bytes that are no variables of a recording, or name something that a recording must not."""


class Stubs:
    """Which stub stands for which thing: the same one wherever a lesson meets the thing again."""

    def __init__(self) -> None:
        self._things: dict[int, tuple[Any, tuple]] = {}

    def told(self, thing: Any) -> tuple:
        """(number, what it is, how it showed itself, its facts)."""
        known = self._things.get(id(thing))
        if known is None:
            # The thing is kept: its identity must not be given to another.
            known = self._things[id(thing)] = (thing, (len(self._things), *describe(thing)))
        return known[1]


def describe(thing: Any) -> tuple[str, str, dict[str, Any]]:
    """What a thing is in words, how it shows itself, and facts of it that stay true."""
    kind = type(thing).__name__
    facts = {name: getattr(thing, name) for name in _FACTS.get(kind, ())}
    what = next((_WORDS[base.__name__] for base in type(thing).__mro__ if base.__name__ in _WORDS), None)
    host = getattr(getattr(thing, "host", None), "name", None)
    what = what or f"{'an' if kind[:1] in 'AEIOU' else 'a'} {kind}"
    what = f"the host {facts['name']}" if facts else f"{what} of {host}" if host else what
    try:
        shown = re.sub(r" at 0x[0-9a-fA-F]+|fd=\d+, ", "", repr(thing))
    except Exception as error:  # a thing whose repr needs what is gone by now
        shown = f"{kind} (its repr raises {type(error).__name__})"
    return what, shown if len(shown) <= 200 else shown[:197] + "...", facts


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, known: tables.Tables, stubs: Stubs):
        super().__init__(file, protocol=PROTOCOL)
        self._known, self._stubs = known, stubs

    def persistent_id(self, thing: Any) -> int | tuple | None:
        kind = type(thing)
        if kind.__module__ == "builtins" and kind.__name__ in _ATOMS:
            return None
        if kind is Frame:
            return self._known.place(thing)
        if kind is Call:
            return -1 - self._known.place(thing)
        if isinstance(thing, type) and (name := name_of(thing)) is not None:
            return ("class", name)
        if isinstance(thing, (type, FunctionType)):
            name = thing.__name__
            if thing.__module__ == "__main__" and getattr(sys.modules["__main__"], name, 0) is thing:
                return ("main", name)
            return None if (thing.__module__, thing.__qualname__) in ALLOWED else self._stub(thing)
        if kind.__module__ == "__main__" or isinstance(thing, Trace) or _simpler(thing) or name_of(kind):
            return None
        return None if (kind.__module__, kind.__qualname__) in ALLOWED else self._stub(thing)

    def _stub(self, thing: Any) -> tuple:
        return ("stub", *self._stubs.told(thing))

    def reducer_override(self, thing: Any) -> Any:
        if isinstance(thing, Trace):
            missed, full = thing.missed, thing.full
            state = dict(_frames=tuple(thing.frames), _hosts=tuple(thing.hosts), _addresses=thing.addresses)
            state |= {"_layout": thing.layout} if thing.layout else {}
            return Trace, (), {**state, "_calls": tuple(thing.calls), "_missed": missed, "_full": full}
        if isinstance(thing, Enum):  # Python 3.11.0 to 3.11.3 would name the constant: `socket.SOCK_STREAM`
            return type(thing), (thing.value,)
        return _simpler(thing) or NotImplemented


_ATOMS = {*PLAIN.split(), "NoneType"}


def _simpler(thing: Any) -> tuple | None:
    """How to make the value that a thing comes down to: steps that were watched are steps, and no drawing is
    kept that can be drawn again."""
    kind = type(thing)
    if kind.__qualname__ == "WatchedSteps":
        return kind.__mro__[1], (tuple(thing), thing.hosts)
    if name_of(kind) is not None:
        drawn = [name for name in getattr(thing, "__dict__", ()) if _is_cached(kind, name)]
        if drawn:
            kept = {name: value for name, value in vars(thing).items() if name not in drawn}
            return copyreg.__newobj__, (kind,), kept  # type: ignore[attr-defined]  # what pickle itself makes things with
    return None


def _is_cached(kind: type, name: str) -> bool:
    return any(isinstance(vars(base).get(name), cached_property) for base in kind.__mro__)


def dump(values: dict[str, Any], known: tables.Tables, stubs: Stubs) -> bytes:
    """The variables as bytes; new frames and calls go into the tables."""
    file = io.BytesIO()
    _Pickler(file, known, stubs).dump(values)
    return file.getvalue()


class _Unpickler(pickle.Unpickler):
    def __init__(self, data: bytes, find: Callable[[tuple], Any]):
        super().__init__(io.BytesIO(data))
        self._find = find

    def persistent_load(self, pid: Any) -> Any:
        return self._find(pid)

    def find_class(self, module: str, name: str) -> type:
        if (module, name) not in ALLOWED:
            raise BadValues(f"it names {module}.{name}, which no recording holds")
        found = getattr(import_module(module), name)
        if not isinstance(found, type):
            raise BadValues(f"it names {module}.{name}, which is no class")
        return found


class Reader:
    """Reads the variables of one lesson's cells.  Raises BadValues for tables that are none.

    known  its tables, as `dump_tables` wrote them
    made   on what the recording was made, for the stubs' words
    names  {name: object}: where the lesson's functions and classes are found, which values name
    """

    def __init__(self, known: bytes, made: str, names: dict[str, Any]):
        self._frames, self._calls = _tables(known)
        self._made, self._names = made, names
        self._stubs: dict[int, Recorded] = {}

    def load(self, data: bytes) -> dict[str, Any]:
        """The variables of a cell.  Raises BadValues."""
        try:
            values = _Unpickler(data, self._find).load()
        except BadValues:
            raise
        except Exception as error:  # pickle promises no kind of error for bytes that are not its own
            raise BadValues(f"it cannot be read ({named(error)})") from error
        if not isinstance(values, dict):
            raise BadValues("it holds no variables")
        return values

    def _find(self, pid: Any) -> Any:
        match pid:
            case int(place):
                return self._frames[place] if place >= 0 else self._calls[-1 - place]
            case ("class", str(name)) if name in CLASSES:
                module, _, qualname = CLASSES[name].rpartition(".")
                return getattr(import_module(module), qualname)
            case ("main", str(name)):
                if name not in self._names:
                    raise BadValues(f"it needs {name} of the lesson: run the cell that defines it first")
                return self._names[name]
            case ("stub", int(number), str(what), str(shown), dict(facts)):
                return self._stubs.setdefault(number, Recorded(what, shown, facts, self._made))
        raise BadValues(f"it refers to {pid!r}")


def _tables(data: bytes) -> tuple[list[Frame], list[Call]]:
    def refuse(pid: Any) -> Any:
        raise BadValues(f"its tables refer to {pid!r}")

    try:
        frames, calls = _Unpickler(data, refuse).load()
        return tables.frames(frames), tables.calls(calls)
    except BadValues:
        raise
    except Exception as error:
        raise BadValues(f"its tables cannot be read ({named(error)})") from error


def dump_tables(known: tables.Tables) -> bytes:
    """The tables as bytes."""
    return pickle.dumps(known.columns(), PROTOCOL)
