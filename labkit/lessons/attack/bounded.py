"""A bound on memory, for the process of an experiment that asks for far too much."""

from __future__ import annotations

import sys

from labkit.modes.needs import NeedsLinux
from labkit.words import say


def bounded(gigabytes: int) -> None:
    """From now on the kernel gives this process no more memory than that: what asks for more gets a MemoryError.

    Call it in a process of the experiment's own.  Raises NeedsLinux where the system has no such bound that holds.
    """
    if sys.platform != "linux":
        raise NeedsLinux(say("a bound on a process's memory that holds is Linux's; here it would be taken"))
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (gigabytes << 30, gigabytes << 30))
