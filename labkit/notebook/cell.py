"""Which notebook cell is running, so that running it again can replace what it made before."""

from __future__ import annotations

import weakref

from labkit.notebook.kernel import ipython

_made: dict = {}  # cell: [(execution count, weak reference)]


def current_cell():
    """(identity of the cell, its execution count), or None outside a notebook."""
    shell = ipython()
    if shell is None or not hasattr(shell, "get_parent"):
        return None
    parent = shell.get_parent() or {}
    # JupyterLab names the cell; other front ends do not: then the text of the cell stands for it.
    identity = parent.get("metadata", {}).get("cellId") or parent.get("content", {}).get("code")
    return (identity, shell.execution_count) if identity else None


def replace_earlier(thing) -> None:
    """Close what an earlier run of this cell made, and remember that this run made `thing`."""
    cell = current_cell()
    if cell is None:
        return
    identity, count = cell
    kept = []
    for made_at, reference in _made.get(identity, []):
        earlier = reference()
        if earlier is not None and made_at != count:
            earlier.close()
        elif earlier is not None:
            kept.append((made_at, reference))
    _made[identity] = [*kept, (count, weakref.ref(thing))]
