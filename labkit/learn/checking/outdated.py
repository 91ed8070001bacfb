"""Is what is checked older than what the learner wrote last?  A cell that fails leaves what an earlier run defined."""

from __future__ import annotations

import inspect
import linecache
import re
from typing import Any

from labkit.notebook.kernel import ipython
from labkit.words import say


def outdated(thing: Any) -> str:
    """What to tell where the cell that was last to define *thing* stopped before it did; "" where it is the newest.

    The kernel keeps the source of each cell that ran, also of one that Python could not read (IPython's `In`).
    """
    shell, name = ipython(), getattr(thing, "__name__", "")
    source = _cell_of(thing)
    if shell is None or not name or not source:
        return ""
    cells = [str(cell).strip() for cell in shell.user_ns.get("In", ())]
    made = _last(cell == source for cell in cells)
    defines = re.compile(rf"^(async\s+def|def|class)\s+{re.escape(name)}\b", re.MULTILINE)
    tried = _last(defines.search(cell) is not None for cell in cells)
    if made is None or tried is None or tried <= made:
        return ""
    return say(
        "Cell [{tried}], which was to define {name} anew, stopped with an error: this was still {name} of cell"
        " [{made}]. Mend that cell and run it, then this one.",
        tried=tried,
        made=made,
        name=name,
    )


def _cell_of(thing: Any) -> str:
    """The whole source of the cell that defined a function or a class; "" where that is not known."""
    if inspect.isclass(thing):
        thing = next(filter(inspect.isfunction, vars(thing).values()), None)
    code = getattr(inspect.unwrap(thing) if callable(thing) else None, "__code__", None)
    return "".join(linecache.getlines(code.co_filename)).strip() if code else ""


def _last(found: Any) -> int | None:
    """The place of the last one that is true."""
    return max((place for place, each in enumerate(found) if each), default=None)
