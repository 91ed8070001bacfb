"""Bounds for a learner's code while a check runs it: on memory, on threads, and on what would end the kernel.

The code runs in the notebook's own process, where its sockets and its mistakes are to be seen.  So what it may
not do is refused to its threads alone, and only while the check lasts; a watcher stops it when it has taken more
than it may.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import sys
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

from labkit.running.ending import end, guarding
from labkit.running.forbidden import HARMFUL, quit_refused, quitters, refuse
from labkit.running.memory import MB, MEMORY_MB, ROOM_MB, WORTH_TIDYING_MB, DataBytes
from labkit.words import say

THREADS = 100
WATCH_S = 0.02
CROWD, CROWD_SWITCH_S = 8, 0.0005  # so many threads that spin leave the watcher its turn


class Busy(RuntimeError):
    """Another check is under way; there is one at a time."""


class TooManyThreads(RuntimeError):
    """The learner's code wanted more threads than an exercise may have."""


class Guard:
    """While it is entered, threads in `members`, and those that they start, are kept within bounds.

    `excess` says what they took too much of, "" while they have not.
    """

    def __init__(self) -> None:
        self.members: weakref.WeakSet[threading.Thread] = weakref.WeakSet()
        self.spaces: list[dict[str, Any]] = []  # the globals of the code that is checked
        self.excess = ""
        self.closed = False
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._undo = contextlib.ExitStack()
        self._patched: list[tuple[Any, Any]] = []  # what was there, what is there now
        self._watcher = threading.Thread(target=self._watch, name="check: bounds", daemon=True)

    def __enter__(self) -> Guard:
        # Two at once would put back what the other has patched, and one inside the other would never end.
        if not _one_at_a_time.acquire(blocking=False):
            raise Busy(
                say(
                    "Another check is under way: run this one when it is done, and outside the code it checks."
                )
            )
        with contextlib.ExitStack() as undo:
            undo.callback(_one_at_a_time.release)
            self._data_bytes = DataBytes()
            undo.callback(self._data_bytes.close)
            self._data = self._data_bytes()
            guarding.append(self)
            undo.callback(guarding.remove, self)
            self._limit_memory(undo)
            self._patch_all(undo)
            undo.callback(sys.setswitchinterval, sys.getswitchinterval())
            self._watcher.start()
            undo.callback(self._watcher.join)
            undo.callback(self._over.set)
            self._undo = undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self.closed = True
        self._undo.close()

    def mine(self) -> bool:
        """Is the running thread one of those that are kept within bounds?  (A process that it forked is not.)"""
        return threading.current_thread() in self.members and os.getpid() == self._pid

    def admit(self, thread: threading.Thread, space: dict[str, Any] | None) -> None:
        """Keep a thread within bounds that is about to run code with these globals."""
        self.members.add(thread)
        if space is None or any(space is known for known in self.spaces):
            return
        self.spaces.append(space)
        for name, value in list(space.items()):  # `from time import sleep`
            for before, now in self._patched:
                if value is before:
                    space[name] = now
                    self._undo.callback(_put_back, space, name, now, before)

    def tidy(self) -> None:
        """Give back the memory that the learner's code took, now that nothing needs it."""
        if self._grown() < WORTH_TIDYING_MB * MB:
            return
        gc.collect()
        if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
            libc.malloc_trim(0)

    def _grown(self) -> int:
        return self._data_bytes() - self._data

    def _watch(self) -> None:
        while not self._over.wait(WATCH_S):
            try:
                greedy = self._grown() > MEMORY_MB * MB
            except MemoryError:
                greedy = True
            if greedy:
                self.excess = self.excess or say(
                    "took more than {most} MB of memory and was stopped", most=MEMORY_MB
                )
            if self.excess:
                self.closed = True
                for thread in list(self.members):
                    end(thread)

    # --- memory -------------------------------------------------------------------------------------------

    def _limit_memory(self, undo: contextlib.ExitStack) -> None:
        """Have the kernel refuse what the watcher would be too late for: one request of many megabytes."""
        self._allowed = 0
        if not self._data:
            return
        import resource

        self._before = resource.getrlimit(resource.RLIMIT_DATA)
        undo.callback(resource.setrlimit, resource.RLIMIT_DATA, self._before)
        self._allow(self._data + (MEMORY_MB + ROOM_MB) * MB)

    def _allow(self, more: int) -> None:
        if not self._data:
            return
        import resource

        self._allowed += more
        bounds = [bound for bound in self._before if bound != resource.RLIM_INFINITY]
        resource.setrlimit(resource.RLIMIT_DATA, (min([self._allowed, *bounds]), self._before[1]))

    # --- threads, and what would end the kernel -----------------------------------------------------------

    def _patch_all(self, undo: contextlib.ExitStack) -> None:
        self._patch(undo, threading.Thread, "start", self._start)
        self._patch(undo, time, "sleep", self._sleep)
        for owner, name, harmful, why in HARMFUL:
            if hasattr(owner, name):
                self._patch(undo, owner, name, refuse(f"{owner.__name__}.{name}", harmful, why))
        for kind in quitters():
            self._patch(undo, kind, "__call__", quit_refused)

    def _patch(
        self,
        undo: contextlib.ExitStack,
        owner: Any,
        name: str,
        make: Callable[[Guard, Callable[..., Any]], Any],
    ) -> None:
        before, now = getattr(owner, name), make(self, getattr(owner, name))
        undo.callback(_give_back, owner, name, now, before)
        setattr(owner, name, now)
        self._patched.append((before, now))

    @staticmethod
    def _start(guard: Guard, before: Callable[..., Any]) -> Callable[..., Any]:
        def start(thread: threading.Thread) -> None:
            if guard.mine():
                guard._count(thread)
            before(thread)

        return start

    def _count(self, thread: threading.Thread) -> None:
        with self._lock:
            alive = sum(member.is_alive() for member in self.members)
            if alive >= THREADS:
                self.excess = self.excess or say(
                    "started more than {most} threads and was stopped", most=THREADS
                )
            if self.closed or self.excess:
                raise TooManyThreads(
                    say("can't start new thread: an exercise may have {most} at once", most=THREADS)
                )
            if alive > CROWD:
                sys.setswitchinterval(CROWD_SWITCH_S)
            self.members.add(thread)
            self._data += _STACK  # its stack is not what we are after
            self._allow(_STACK)

    @staticmethod
    def _sleep(guard: Guard, before: Callable[..., Any]) -> Callable[..., Any]:
        def sleep(seconds: float) -> None:
            if not guard.mine() or not seconds > WATCH_S:
                before(seconds)
                return
            # In slices, as a thread can be ended only between two lines of Python.
            until = time.monotonic() + seconds
            while (left := until - time.monotonic()) > 0:
                before(min(left, WATCH_S))

        return sleep


_one_at_a_time = threading.Lock()
_STACK = 9 * MB


def _put_back(space: dict[str, Any], name: str, now: Any, before: Any) -> None:
    if space.get(name) is now:
        space[name] = before


def _give_back(owner: Any, name: str, now: Any, before: Any) -> None:
    """Put back what was there, unless somebody has taught it something meanwhile, as the first network does.

    What they put there asks ours, which lets everybody do who is in no check.
    """
    if getattr(owner, name) is now:
        setattr(owner, name, before)


def active() -> Guard | None:
    """The guard that is entered now."""
    guard = guarding[-1] if guarding else None
    assert guard is None or isinstance(guard, Guard)
    return guard
