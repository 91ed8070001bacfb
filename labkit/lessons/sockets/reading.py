"""What is read off steps and traces once they are there, and callers that hang up together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def added(steps: Any, name: str) -> list[Any]:
    """The lines that the first call of this name added, in all hosts' tables together; none if there was no such call.

    steps  what `watch_sockets` gave
    """
    first = next((step for step in steps if step.call.name == name), None)
    changes = first.changes.values() if first else ()
    return [line for lines in changes for line in lines if line.sign == "+"]


def moments(trace: Any, *calls: tuple[str, str]) -> list[int]:
    """When these calls returned, each a (host, name): nanoseconds of the trace's clock; of several alike the last.

    Raises KeyError for a call that the trace has not.
    """
    ends = {(call.host, call.name): call.end_ns for call in trace.calls}
    return [ends[call] for call in calls]


def slow(trace: Any, than_ms: float) -> list[str]:
    """The names of the calls that took longer than so many milliseconds, sorted, each once."""
    return sorted({call.name for call in trace.calls if call.end_ns - call.begin_ns > than_ms * 1e6})


def hang_up(net: Any, callers: Sequence[Any], server: Any, left: int) -> None:
    """Close all callers, and wait until so many sockets of the server's are in CLOSE-WAIT.

    Raises TimeoutError when they do not come to be.
    """
    with net.capture() as trace:
        for caller in callers:
            caller.close()
        trace.wait_for(lambda: len(server.sockets().find(state="CLOSE-WAIT")) == left)
