"""How much work does a call make?  Counted, not timed: a busy machine changes nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from labkit.lessons.fast.quick_ticks import instructions


def steps(make: Callable[[], Callable[[], Any]]) -> int:
    """How many instructions of Python's run in a call of what `make()` gives (what C does in one of them is one)."""
    return instructions(make) if sys.version_info < (3, 12) else _monitored(make())


def _monitored(call: Callable[[], Any]) -> int:
    """The same where Python has sys.monitoring: from 3.12 on tracing misses instructions of code traced before."""
    count = 0

    def ran(*_: Any) -> None:
        nonlocal count
        count += 1

    monitoring: Any = sys.monitoring  # type: ignore[attr-defined, unused-ignore]
    tool, event = monitoring.PROFILER_ID, monitoring.events.INSTRUCTION
    monitoring.use_tool_id(tool, __name__)
    try:
        monitoring.register_callback(tool, event, ran)
        monitoring.set_events(tool, event)
        call()
    finally:
        monitoring.set_events(tool, 0)  # freeing it leaves them on
        monitoring.register_callback(tool, event, None)
        monitoring.free_tool_id(tool)
    return count


def growth(prepare: Callable[[int], Callable[[], Any]], size: int) -> float:
    """How many times the work is for twice as much: about 2 where it is in proportion, 4 where it is the square.

    prepare   makes of a size what is called
    """
    small, large = (steps(partial(prepare, each)) for each in (size, 2 * size))
    assert small > size, "it did nothing, or all of it in C: that cannot be counted"
    return large / small
