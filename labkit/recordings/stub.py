"""What stands for a socket, a network or a task of the recording: it says what it was, and refuses to be used."""

from __future__ import annotations

from typing import Any, NoReturn

from labkit.modes.needs import INSTEAD, Unavailable
from labkit.notebook.kernel import ipython


class OnlyRecorded(Unavailable):
    """A live line used a socket, a network, a task ... of a recording: it lives no more."""


def named(stub: Recorded) -> str:
    """The name that the learner has for it, as `conn`; else what it is."""
    shell = ipython()
    names = [name for name, value in vars_of(shell).items() if value is stub and not name.startswith("_")]
    return f"`{names[-1]}`" if names else "this"


def vars_of(shell: Any) -> dict[str, Any]:
    """The learner's variables; none outside IPython."""
    return dict(getattr(shell, "user_ns", None) or {})


def _refuse(stub: Recorded, *_: Any, **__: Any) -> NoReturn:
    __tracebackhide__ = True
    what, made = object.__getattribute__(stub, "_what"), object.__getattribute__(stub, "_made")
    raise OnlyRecorded(
        f"{named(stub)} is {what} of the recording made on {made}, and cannot be used here. The line that uses"
        " it is in a cell that was changed, or is yours: undo the change to see what was recorded, or run the"
        f" lesson in the full mode; {INSTEAD}"
    )


class Recorded:
    """A value that only lived while the lesson was recorded.

    Its representation says what it was; plain facts of it (a host's name and address) can be read; any other
    use raises OnlyRecorded.
    """

    __slots__ = ("__weakref__", "_facts", "_made", "_shown", "_what")

    def __init__(self, what: str, shown: str, facts: dict[str, Any], made: str):
        for name, value in (("_what", what), ("_shown", shown), ("_facts", facts), ("_made", made)):
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"<recorded on {self._made}, not to be used here: {self._shown}>"

    def __dir__(self) -> list[str]:
        return sorted(self._facts)

    def __getattr__(self, name: str) -> Any:
        __tracebackhide__ = True
        facts = object.__getattribute__(self, "_facts")
        if name in facts:
            return facts[name]
        if name.startswith("_"):  # whoever asks whether it has a certain method: IPython, copy, pickle
            raise AttributeError(name)
        _refuse(self)

    __setattr__ = __delattr__ = __call__ = __enter__ = __exit__ = __aenter__ = __aexit__ = _refuse
    __iter__ = __next__ = __aiter__ = __anext__ = __await__ = __len__ = __bool__ = __contains__ = _refuse
    __getitem__ = __setitem__ = __delitem__ = __lt__ = __le__ = __gt__ = __ge__ = __int__ = __index__ = (
        _refuse
    )
    __add__ = __radd__ = __bytes__ = __float__ = __fspath__ = __reversed__ = _refuse
    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)
