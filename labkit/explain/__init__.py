"""What happened in a capture, in words, with its evidence, and where the time went.

`explain(trace)` gives an `Explanation`: findings (`Finding`, of a `Kind`) and, for each connection, an `Account`.

trace → talks (one a connection: who sent what when, at both ends) → each family looks at a talk and gathers findings
and spans of time (opening, resets, silence, losses, windows, delays) → the spans, painted over what every connection
does (ground), are the account.  All is pure but for the command and the last step of drawing.

The room is called, too: `labkit.explain(trace)` is `labkit.explain.explain(trace)`, whoever imported what first.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from labkit.lazy import face

if TYPE_CHECKING:
    from labkit.explain.account import Account
    from labkit.explain.explaining import explain
    from labkit.explain.explanation import Explanation
    from labkit.explain.finding import Finding
    from labkit.explain.kinds import KINDS, Kind

_PUBLIC = {
    "Account": "labkit.explain.account",
    "Explanation": "labkit.explain.explanation",
    "Finding": "labkit.explain.finding",
    "KINDS": "labkit.explain.kinds",
    "Kind": "labkit.explain.kinds",
    "explain": "labkit.explain.explaining",
}

__getattr__, __dir__, __all__ = face(__name__, _PUBLIC)


class _Callable(ModuleType):
    """This room, which can be called as the function that it is named after."""

    def __call__(self, trace: Any) -> Explanation:
        from labkit.explain.explaining import explain

        return explain(trace)


sys.modules[__name__].__class__ = _Callable
