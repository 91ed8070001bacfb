"""Calls that do not wait or raise, what waits in a pipe, and whether two programs wait for each other."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any


def attempt(call: Callable[..., Any], *arguments: Any) -> str:
    """How a call ended: "success", or the words of its OSError."""
    try:
        call(*arguments)
    except OSError as error:
        return error.strerror or str(error)
    return "success"


def held(end: int) -> int:
    """How many bytes wait in the pipe of which this is an end (ioctl(2), FIONREAD)."""
    import fcntl  # a lesson's modules are imported on machines that have no such modules, too
    import struct
    import termios

    (count,) = struct.unpack("i", fcntl.ioctl(end, termios.FIONREAD, bytes(4)))
    return count


def room(end: int) -> int:
    """How many bytes that pipe can hold (fcntl(2), F_GETPIPE_SZ)."""
    import fcntl

    return fcntl.fcntl(end, fcntl.F_GETPIPE_SZ)


def stuck(child: Any, write_end: int, read_end: int) -> bool:
    """Can nobody go on?  Both pipes are full, and the process that reads the one and writes the other sleeps.

    child      a Process that copies from write_end's pipe to read_end's
    write_end  our end of the pipe that it reads
    read_end   our end of the pipe that it writes
    """
    # In this order: only we fill write_end's pipe, so if it is full at last, it was so when the process slept,
    # which then did not sleep because there was nothing to read.
    return _sleeps(child.pid) and held(read_end) == room(read_end) and held(write_end) == room(write_end)


def _sleeps(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] == "S"  # proc_pid_stat(5): interruptible wait
    except FileNotFoundError:
        return False


def put(write_end: int, data: bytes) -> int:
    """Write as much as there is room for, and do not wait: how many bytes the pipe took.

    Makes the write end non-blocking.
    """
    os.set_blocking(write_end, False)
    try:
        return os.write(write_end, data)
    except BlockingIOError:
        return 0
