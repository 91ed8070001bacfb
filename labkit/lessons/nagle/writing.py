"""Writes that come one right after the other."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from labkit.traces.calls import SENDING

if TYPE_CHECKING:
    from labkit.traces.trace import Trace

TRIES = 5


def at_once(write: Callable[..., Trace]) -> Callable[..., Trace]:
    """A function that writes and returns the trace, made to write again where a call began after the first ACK came.

    A machine that stands still between two calls makes two groups of them, and each has a first segment of its own.
    After TRIES what came last counts.
    """

    @wraps(write)
    def writing(*args: Any) -> Trace:
        for _ in range(TRIES - 1):
            trace = write(*args)
            if not came_late(trace):
                return trace
        return write(*args)

    return writing


def came_late(trace: Trace) -> bool:
    """Did the client call anew when its first segment had been acknowledged?"""
    acks = [each.arrived_ns for each in trace.select(source="server") if each.arrived_ns is not None]
    calls = [call.begin_ns for call in trace.calls if call.host == "client" and call.name in SENDING]
    return bool(acks) and max(calls, default=0) > acks[0]
