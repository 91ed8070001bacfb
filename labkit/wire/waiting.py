"""How the loop waits: in the kernel, but for the moments just after a frame and just before one is due.

A process that sleeps is woken late: by the 30 to 100 us that a processor takes to come out of its own sleep. So after a
frame, which an answer may follow at once, the loop looks again and again for a while before it sleeps; and it wakes
up ahead of time for a frame that is due, and looks until the moment has come. It does so only where another
processor is left for whoever is to answer: what wants to run, as /proc/loadavg counts it, must not be more than there
are processors.
"""

from __future__ import annotations

import ctypes
import os
import select
import struct
from time import monotonic_ns

_AFTER_NS = 60_000  # how long it looks for another frame: twice what a round trip over an idle wire takes
_AHEAD_NS = 250_000  # how long before a frame is due it wakes up: what a timer is late at the 99th percentile
_AGAIN_NS = 5_000_000  # how long we believe what the file said
_CLOCK_MONOTONIC, _NONBLOCK_CLOEXEC, _ABSOLUTE = 1, 0o2004000, 1
_libc = ctypes.CDLL(None, use_errno=True)


class Timer:
    """A timerfd(2): its descriptor is ready when the moment that it was set to has come."""

    def __init__(self) -> None:
        self.descriptor: int = _libc.timerfd_create(_CLOCK_MONOTONIC, _NONBLOCK_CLOEXEC)
        if self.descriptor < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create")
        self._due: int | None = None

    def set(self, due: int) -> None:
        """Be ready at `due`, monotonic ns; 0: never."""
        if due != self._due:
            self._due = due
            setting = struct.pack("qqqq", 0, 0, *divmod(due, 1_000_000_000))
            _libc.timerfd_settime(self.descriptor, _ABSOLUTE, setting, None)

    def taken_from(self, events: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """What else is ready; where the timer was, note is taken that the moment has come."""
        others = [event for event in events if event[0] != self.descriptor]
        if len(others) < len(events):
            os.read(self.descriptor, 8)
            self._due = None
        return others


class Processors:
    """Is one left for whoever is to answer, while we keep one busy?  As a file like /proc/loadavg says."""

    def __init__(self, path: str = "/proc/loadavg") -> None:
        self._count = len(os.sched_getaffinity(0))
        self._left = False
        self._until = 0
        self._descriptor = -1
        if self._count > 1:
            try:
                self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            except OSError:  # a /proc without it: then none is taken
                pass

    def left(self, now: int) -> bool:
        """As it was at `now`, monotonic ns, or shortly before."""
        if now >= self._until and self._descriptor >= 0:
            self._until = now + _AGAIN_NS
            # "0.20 0.18 0.12 1/80 11206": the fourth field begins with how many run or want to (proc_loadavg(5)).
            running = os.pread(self._descriptor, 64, 0).split()[3].partition(b"/")[0]
            self._left = int(running) <= self._count
        return self._left


class Waiting:
    """Waits for descriptors, and for the moment at which something is due."""

    def __init__(self, processors: Processors) -> None:
        self._epoll = select.epoll()
        self._timer = Timer()
        self._processors = processors
        self._look_until = 0  # monotonic ns until which we do not sleep
        self.register(self._timer.descriptor)

    def register(self, descriptor: int) -> None:
        """Wait for this one too."""
        self._epoll.register(descriptor, select.EPOLLIN)

    def unregister(self, descriptor: int) -> None:
        """Wait for it no more."""
        self._epoll.unregister(descriptor)

    def soon(self) -> None:
        """Something has happened that more may follow at once."""
        now = monotonic_ns()
        if self._processors.left(now):
            self._look_until = now + _AFTER_NS

    def events(self, due: int) -> list[tuple[int, int]]:
        """Wait until a descriptor is ready, or it is `due`, monotonic ns (0: nothing is).

        Returns (descriptor, EPOLLIN | ...) of each that is ready; mostly none where the moment has come.
        """
        poll, timer = self._epoll.poll, self._timer
        ahead = due - _AHEAD_NS
        while True:
            now = monotonic_ns()
            if 0 < due <= now:
                return poll(0)
            near = due > 0 and ahead <= now
            if now < self._look_until or (near and self._processors.left(now)):
                events = poll(0)
            else:
                timer.set(due if not due or near or not self._processors.left(now) else ahead)
                events = poll(-1)
                if due:
                    events = timer.taken_from(events)
            if events:
                return events
