"""Threads that run a learner's code: what it is called, and how it is told to stop, wherever it is."""

from __future__ import annotations

import ctypes
import functools
import os
import threading
from collections.abc import Callable

from labkit.running.patience import Patience

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


class Stopped(BaseException):
    """Raised inside a learner's code when it is told to stop, or its time is over, and it does not end by itself."""


def interrupt(identity: int, error: type[Stopped] = Stopped) -> None:
    """Raise Stopped, or a kind of it, in the thread with this `ident`, at its next line of Python."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(identity), ctypes.py_object(error))


class Stoppable(threading.Thread):
    """A thread that ends with its program, and that can be interrupted as long as it works, but not later.

    `ended` is set when it is done.  Wait for that: a join() that is interrupted takes the thread for ended (CPython
    3.11 and 3.12).
    """

    def __init__(self, work, name: str):
        super().__init__(name=name, daemon=True)
        self._work = work
        self.ended = threading.Event()
        self._ending = threading.Lock()
        self._over = False
        self._spared = Patience(0.0)

    def run(self) -> None:
        try:
            try:
                self._work()
            finally:
                self.over()
        except Stopped:
            pass
        finally:
            self.ended.set()

    def over(self) -> None:
        """Called by the thread itself: what may be interrupted is over, and what follows is not."""
        with self._ending:
            self._over = True

    def interrupt(self, error: type[Stopped] = Stopped) -> None:
        """Raise Stopped, or a kind of it, in the thread at its next line of Python."""
        with self._ending:
            if self._over or self.ident is None or self._spared.left():
                return
            interrupt(self.ident, error)

    def runs(self) -> bool:
        """Has it the processor, or would it have it?  False where the kernel does not tell."""
        return self._stat()[:1] == ["R"]

    def processor_s(self) -> float:
        """How many seconds of a processor it has had; 0 where the kernel does not tell."""
        return sum(map(int, self._stat()[11:13])) / _TICKS_A_SECOND

    def _stat(self) -> list[str]:
        """proc_pid_stat(5), from the state on."""
        # Opening and reading lets go of Python's lock: who waits for that alone is woken, and runs.
        try:
            with open(f"/proc/self/task/{self.native_id}/stat", encoding="ascii", errors="replace") as file:
                return file.read().rpartition(")")[2].split()
        except OSError:  # it has ended, or this is no Linux
            return []

    def spare(self, seconds: float) -> None:
        """Let interruptions do nothing for so many seconds: what the first one began is being tidied up."""
        with self._ending:
            self._spared = Patience(seconds)


def name_of(function, nameless: str) -> str:
    """What a function, a partial or a callable object is called; `nameless` stands for a lambda."""
    while isinstance(function, functools.partial):
        function = function.func
    name = getattr(function, "__name__", None) or function.__class__.__name__
    return nameless if name == "<lambda>" else name


def through(step: Callable[[], object]) -> None:
    """Take this step, from its beginning again where it is interrupted: that was for what blocks the loop.

    Half taken down it would keep its sockets open; and a loop that has lost the processor is interrupted, too.
    """
    while True:
        try:
            step()
            return
        except Stopped:
            continue
