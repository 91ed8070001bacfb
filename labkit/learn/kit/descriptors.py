"""The descriptors that are open in this process: which file each is of, and whether one can write to it."""

from __future__ import annotations

import os


def file_of(number: int) -> tuple[int, int] | None:
    """The device and the inode of what a descriptor refers to; None if it is closed."""
    try:
        found = os.fstat(number)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def all_of(file: tuple[int, int] | None) -> list[int]:
    """The numbers of this process's descriptors of that file; none of None."""
    # The list holds the descriptor that made it, too, which is closed by now.
    numbers = map(int, os.listdir("/proc/self/fd"))
    return [number for number in numbers if file is not None and file_of(number) == file]


def can_write(number: int) -> bool:
    """Is it open for writing only, as the write end of a pipe is?"""
    import fcntl  # a lesson's modules are imported on machines that have no such module, too

    return fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE == os.O_WRONLY
