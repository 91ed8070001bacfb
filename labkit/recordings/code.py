"""Which names the code of functions reads when it is called."""

from __future__ import annotations

import dis
from collections.abc import Iterable
from types import CodeType, FunctionType
from typing import Any

_GLOBAL_READS = {"LOAD_GLOBAL", "LOAD_NAME"}


def code_reads(code: CodeType) -> set[str]:
    """The global names that a function's code, and all code inside it, reads."""
    found = {step.argval for step in dis.get_instructions(code) if step.opname in _GLOBAL_READS}
    found = {name for name in found if not name.startswith("__")}
    return found.union(*(code_reads(inner) for inner in code.co_consts if isinstance(inner, CodeType)))


def _codes(thing: Any) -> Iterable[CodeType]:
    """The code of a lesson's own function, or of its own class's methods.

    No value is asked for an attribute, nor for its class, before its type is known: what stands for a recorded
    socket refuses every question, and so does a reference whose object is gone.
    """
    if type(thing) is FunctionType and thing.__module__ == "__main__":
        yield thing.__code__
    elif issubclass(type(thing), type) and thing.__module__ == "__main__":
        for member in vars(thing).values():
            if issubclass(type(member), staticmethod | classmethod):
                member = member.__func__
            elif issubclass(type(member), property):
                member = member.fget
            if type(member) is FunctionType:
                yield member.__code__
