"""How many processes and how much memory a learner's server may take: the least of resource limits and control groups.

Sources: getrlimit(2); cgroups(7); the kernel's Documentation/admin-guide/cgroup-v2.rst (`pids.max`, `memory.max`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator

_GROUPS = "/sys/fs/cgroup"


def processes(root: str = "/") -> int:
    """How many processes and threads one may have at once; -1 where nothing says."""
    limits = list(_in_groups("pids", "pids.max", root))
    if hasattr(os, "geteuid") and os.geteuid() != 0:  # root has no such limit
        limits.append(_own())
    return _least(limits)


def memory(root: str = "/") -> int:
    """How many bytes of memory one may have; -1 where nothing says."""
    names = ("memory.max", "memory.limit_in_bytes")
    return _least([limit for name in names for limit in _in_groups("memory", name, root)])


def _least(limits: list) -> int:
    # What has no limit says so by "max", or, in the older control groups, by a number that no machine has.
    return min((limit for limit in limits if 0 <= limit < 1 << 60), default=-1)


def _own() -> int:
    try:
        import resource
    except ImportError:
        return -1
    return resource.getrlimit(resource.RLIMIT_NPROC)[0]


def _in_groups(controller: str, name: str, root: str) -> Iterator[int]:
    """The limits of this process's group, and of those that it is in."""
    for line in _text(os.path.join(root, "proc/self/cgroup")).splitlines():
        _, controllers, group = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        base = os.path.join(root, _GROUPS[1:], controllers and controller)
        parts = [part for part in group.split("/") if part and part != ".."]
        for count in range(len(parts), -1, -1):
            text = _text(os.path.join(base, *parts[:count], name)).strip()
            if text.isdigit():
                yield int(text)


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""
