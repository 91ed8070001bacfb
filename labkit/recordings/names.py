"""Which names a cell reads before it binds them itself, and which it binds or changes.  Pure.

Read from its syntax, and through the lesson's own functions that it names.  Where a cell may or may not bind a
name first (in an `if`, a loop, a `try`), the name counts as read: nothing recorded may look live.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any, NamedTuple

from labkit.recordings.walk import Walk


class Uses(NamedTuple):
    """What a cell does with names.

    reads    names whose values it may use as they were before it ran, through functions too
    binds    names that it may bind to values (functions, classes and imports are none)
    changes  names of things that it may change in place
    """

    reads: frozenset[str]
    binds: frozenset[str]
    changes: frozenset[str]


def uses(tree: ast.Module, known: Mapping[str, Any]) -> Uses:
    """What the cell does; *known* are the variables before it runs."""
    walk = Walk(known)
    walk.statements(tree.body)
    return Uses(frozenset(walk.reads), frozenset(walk.binds), frozenset(walk.changed()))
