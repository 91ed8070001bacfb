"""Public names that are loaded when they are first used: importing a face costs nothing that a lesson may not need.

Python 3.6 can read this file: `labkit doctor` is what says that a Python is too old.
"""

import sys
from importlib import import_module


def face(
    package: "str", where: "Mapping[str, str]"
) -> "tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]":
    """`__getattr__`, `__dir__` and `__all__` of a package (PEP 562) whose names lie in the modules that *where*
    names in full: {"Trace": "labkit.traces.trace"}.

    The package also imports them under `if TYPE_CHECKING:`, for editors and type checkers.
    """

    def get(name: "str") -> "Any":
        if name not in where:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(where[name]), name)
        setattr(sys.modules[package], name, value)
        return value

    def names() -> "list[str]":
        return sorted({*vars(sys.modules[package]), *where})

    return get, names, sorted(where)


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any
