"""What can have happened: each kind of finding with its sentence, what to do about it, and the lesson that teaches it.

Data, to be looked up.  A sentence is a template; values whose names end in `_ns` stand in it as durations, without that
ending (`_most_ns`: as what it took at most).  `many` is the sentence where `count` is not 1.
"""

from __future__ import annotations

from labkit.explain.kinds.besides import BESIDES
from labkit.explain.kinds.capturing import CAPTURING
from labkit.explain.kinds.ending import ENDING
from labkit.explain.kinds.kind import Kind
from labkit.explain.kinds.losing import LOSING
from labkit.explain.kinds.opening import OPENING
from labkit.explain.kinds.waiting import WAITING

KINDS = {kind.name: kind for kind in (*OPENING, *ENDING, *WAITING, *LOSING, *BESIDES, *CAPTURING)}
"""All kinds by name."""

__all__ = ["KINDS", "Kind"]
