"""How much memory this process has, and how much more it may have."""

from __future__ import annotations

import os

MEMORY_MB = 500
# The kernel refuses what goes far beyond; the room between is for the rest of this process, which must not starve.
ROOM_MB = 250
WORTH_TIDYING_MB = 50
MB = 1 << 20


def data_bytes() -> int:
    """How much private memory this process has asked for (proc_pid_statm(5), `data`); 0 where that is not told."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[5]) * os.sysconf("SC_PAGE_SIZE")
    except FileNotFoundError:
        return 0
