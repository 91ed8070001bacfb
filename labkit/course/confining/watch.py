"""Look at what a confined program and all that it started take; say what goes beyond."""

from __future__ import annotations

import os
from collections.abc import Iterator

from labkit.course.confining.plan import Plan
from labkit.words import say

_PAGE = os.sysconf("SC_PAGE_SIZE")


def excess(plan: Plan, root: int, seconds: float) -> str:
    """What the process *root*, with its children and theirs, takes too much of after so many seconds; "" if nothing."""
    if seconds > plan.seconds:
        return say("ran for more than {most:g} seconds", most=plan.seconds)
    memory = 0
    for processes, pid in enumerate(_family(root), start=1):
        memory += _own_bytes(pid)
        if processes > plan.processes:
            return say("had more than {most} processes", most=plan.processes)
    if memory > plan.memory_mb * 1_000_000:
        return say("took more than {most} MB of memory", most=plan.memory_mb)
    return ""


def _family(root: int) -> Iterator[int]:
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        yield pid
        try:
            for thread in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{thread}/children") as file:
                    waiting += map(int, file.read().split())
        except (FileNotFoundError, ProcessLookupError):  # it has ended
            continue


def _own_bytes(pid: int) -> int:
    """Memory that is the process's alone: resident, without what files give."""
    try:
        with open(f"/proc/{pid}/statm") as file:
            _, resident, shared, *_ = map(int, file.read().split())
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return (resident - shared) * _PAGE
