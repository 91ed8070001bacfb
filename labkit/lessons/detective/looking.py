"""A first look at a mystery: one attempt, how it ended, and what it left, as values that a recording can keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labkit.lessons.detective.tree import AT_ONCE, BROKEN, GAVE_UP, LATE, REFUSED

if TYPE_CHECKING:
    from labkit.background.completed import Completed
    from labkit.mysteries.opening import Mystery
    from labkit.sockets.table import SocketTable
    from labkit.traces.trace import Trace

LATE_NS = 1_000_000_000
"""What takes longer is late: a question and its answer take 10 ms on these cables."""


def first_look(net: Mystery) -> tuple[str, Trace, dict[str, SocketTable]]:
    """One attempt of whoever complains: how it ended, what was captured of it, and each host's sockets afterwards."""
    with net.capture() as trace:
        done = net.reproduce()
    took = trace.frames[-1].departed_ns - trace.frames[0].departed_ns if trace.frames else 0
    return ended(done, took), trace, {host.name: host.sockets() for host in net.hosts}


def ended(done: Completed, took_ns: int) -> str:
    """How an attempt ended, in the words of the tree.

    took_ns   from the first frame of it to the last
    """
    if done.returncode == 0:
        return LATE if took_ns > LATE_NS else AT_ONCE
    if "ConnectionRefusedError" in done.stdout:
        return REFUSED
    return GAVE_UP if "TimeoutError" in done.stdout else BROKEN
