"""How much memory this process has, and how much more it may have."""

from __future__ import annotations

import contextlib
import os

MEMORY_MB = 500
# The kernel refuses what goes far beyond; the room between is for the rest of this process, which must not starve.
ROOM_MB = 250
WORTH_TIDYING_MB = 50
MB = 1 << 20
_FAR = 200  # the low numbers are the learner's: the code that is watched finds those that it would find unwatched


class DataBytes:
    """How much private memory this process has asked for (proc_pid_statm(5), `data`); 0 where that is not told.

    Opened once: the code that is watched may leave no descriptor to open it with.
    """

    def __init__(self) -> None:
        self._number = -1
        with contextlib.suppress(OSError), open("/proc/self/statm", "rb", buffering=0) as file:
            from fcntl import F_DUPFD_CLOEXEC, fcntl  # not on every system, as that file is not

            try:
                self._number = fcntl(file, F_DUPFD_CLOEXEC, _FAR)
            except OSError:  # this process may have no such number
                self._number = os.dup(file.fileno())

    def __call__(self) -> int:
        if self._number < 0:
            return 0
        try:
            return int(os.pread(self._number, 256, 0).split()[5]) * os.sysconf("SC_PAGE_SIZE")
        except OSError:
            return 0

    def close(self) -> None:
        """Ask no more."""
        number, self._number = self._number, -1
        with contextlib.suppress(OSError):  # the code that was watched has closed it
            os.close(number)
