"""Run a learner's function where it can do no harm: in its own thread, with a deadline.

A thread cannot be killed.  It can be woken (its sockets are shut down, so a blocked recv, accept or connect
returns; the locks that it waits for are opened) and interrupted (an exception is raised in it between two
bytecodes), and that ends nearly all that learners write.  What it may take meanwhile: `guard`.
"""

from __future__ import annotations

import inspect
import linecache
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from types import FrameType, TracebackType
from typing import Any

from labkit.running import bounds, frames
from labkit.running.ending import end
from labkit.running.frames import names_in, stack
from labkit.running.patience import Patience
from labkit.running.threads import Stoppable, name_of
from labkit.running.tracebacks import line_now, walked
from labkit.running.waking import wake_all
from labkit.words import say

GRACE_S, PAUSE_S = 10.0, 0.03  # twenty threads that spin leave us the interpreter ten times a second
IDLE = 10  # pauses after which a thread that has not begun never will
_LOCK = type(threading.Lock())
_threading: Any = threading  # its lists of threads, and its steps, which are not of its interface
_INTO_A_CONDITION = tuple(
    step.__code__ for step in (_threading.Condition.__enter__, _threading.Condition._acquire_restore)
)


class Call:
    """One call of a learner's *function*, running in a thread of its own from the moment it is made.

    handed   what the learner has handed in, where *function* is a checker's own, which tries it
    """

    def __init__(self, function: Callable[..., Any], arguments: tuple[Any, ...], handed: Any = None):
        self.function, self.arguments = function, arguments
        self.globals = _learners(function, arguments, handed)
        self.value: Any = None
        self.error: BaseException | None = None
        self.where = ""
        self._before = set(frames.now())
        self.thread = Stoppable(self._run, f"check of {name_of(function, 'function')}")
        self.guard = bounds.active()
        if self.guard is not None:
            self.guard.admit(self.thread, self.globals)
        self.thread.start()

    def _run(self) -> None:
        try:
            self.value = self.function(*self.arguments)
        except BaseException as error:
            # SystemExit and KeyboardInterrupt too: whatever the learner's code raises belongs in the story.
            sys.settrace(None)
            self.error = error
            self.thread.over()
            self.where = self._line_of(error.__traceback__)

    @property
    def excess(self) -> str:
        """What the learner's code has taken too much of; "" if nothing."""
        return self.guard.excess if self.guard is not None else ""

    def forget(self) -> None:
        """Let go of what the function held and returned: it may be large."""
        self.value = None
        error = self.error
        while error is not None:
            traceback.clear_frames(error.__traceback__)
            error = error.with_traceback(None).__context__

    def wait(self, seconds: float) -> bool:
        """Wait until the function is done; False when it is not done after *seconds*."""
        if not Patience(seconds).wait(self.thread.ended):
            self.where = self._line_now()
            return False
        self.thread.join(GRACE_S)  # its last steps are Python's own; then there is nothing to stop
        return True

    def stop(self, patience: Patience) -> bool:
        """End the call and every thread that it started; False when some thread has not ended, and *patience* has."""
        if self.guard is not None:
            self.guard.closed = True
        patient, idle = False, 0
        while strays := list(self._threads()):
            # One that was ended in the middle of its start stays in threading's lists, and no thread is behind it.
            ghosts = [thread for thread, frame in strays if not _runs(thread, frame)]
            idle = idle + 1 if len(ghosts) == len(strays) else 0
            if idle > IDLE and _forget(ghosts):
                break
            # Waking comes first: a call that returns lets the function close what it opened.
            for thread, frame in strays:
                self._wake(frame)
                if patient:
                    end(thread)
            frame = strays = None
            if not patience.left():
                return False
            time.sleep(PAUSE_S) if self.thread.ended.is_set() else self.thread.ended.wait(PAUSE_S)
            patient = True
        return True

    def _threads(self) -> Iterator[tuple[threading.Thread, FrameType | None]]:
        """This call's thread, and others begun since that run, or are about to run, the learner's code; and those that
        were ended in their very last steps, so that `threading` keeps them on its list."""
        running = frames.now()
        for thread in threading.enumerate():
            frame = running.get(thread.ident or 0)
            target = getattr(thread, "_target", None)
            if (
                thread is self.thread
                or (frame is None and self.guard is not None and thread in self.guard.members)
                or (target is not None and self.globals is not None and _globals(target) is self.globals)
                or any(one.f_globals is self.globals for one in stack(frame))
            ) and self._begun_since(thread):
                yield thread, frame

    def _begun_since(self, thread: threading.Thread) -> bool:
        """Is it newer than the call?  (The number of a thread that has ended is given to another.)"""
        ours = self.guard is not None and thread in self.guard.members
        return ours or thread.ident not in self._before

    def _wake(self, frame: FrameType | None) -> None:
        """End the waits of this thread's functions: shut their sockets down, open the locks that they wait for."""
        for one in stack(frame):
            names = names_in(one)
            held = list(names.values())
            if one.f_code is threading.Condition.wait.__code__:
                _unlock(names.get("waiter"))
            elif one.f_code in _INTO_A_CONDITION:  # who had its lock may have been ended, and left it locked
                _unlock(getattr(names.get("self"), "_lock", None))
            elif one.f_globals is self.globals:
                held += [one.f_globals.get(name) for name in one.f_code.co_names]
                for thing in held:
                    _unlock(thing)
            for thing in held:
                if isinstance(thing, socket.socket) and thing.fileno() >= 0:
                    wake_all(thing)

    def _line_now(self) -> str:
        for one in frames.stack_of(self.thread.ident):
            if one.f_globals is self.globals:
                return _line(one.f_code.co_filename, line_now(one), one.f_code.co_name)
        return ""

    def _line_of(self, trace: TracebackType | None) -> str:
        found = ""
        for frame, line in walked(trace):
            if frame.f_globals is self.globals:
                found = _line(frame.f_code.co_filename, line, frame.f_code.co_name)
        return found


def _runs(thread: threading.Thread, frame: FrameType | None) -> bool:
    """Is this thread behind that frame?  (The number of one that has ended is given to another.)"""
    return any(names_in(one).get("self") is thread for one in stack(frame))


def _forget(ghosts: list[threading.Thread]) -> bool:
    """Take threads that never were off the lists of `threading`; False, and nothing is done, if one begins just now.

    One of them may be late after all, on a busy machine: then it does nothing.  (`threading` would put it on a list,
    not find it on the other, and leave it on the first for ever.)
    """
    with _threading._active_limbo_lock:
        running = frames.now().values()
        if any(_runs(thread, frame) for thread in ghosts for frame in running):
            return False
        for thread in ghosts:
            thread._bootstrap_inner = _nothing  # type: ignore[attr-defined]
            _threading._limbo.pop(thread, None)
            if _threading._active.get(thread.ident) is thread:
                del _threading._active[thread.ident]
    return True


def _nothing() -> None:
    """What a thread does that was forgotten before it began."""


def _unlock(thing: Any) -> None:
    """Open it if it is a lock, and locked."""
    if isinstance(thing, _LOCK):
        try:
            thing.release()
        except RuntimeError:
            # Open already: another thread of the learner's was quicker.
            return


def _learners(function: Callable[..., Any], arguments: tuple[Any, ...], handed: Any) -> dict[str, Any] | None:
    """The globals of the learner's code: the function, what a checker's own is given to try, or what was handed in.

    None of a checker's lines is told to a learner as theirs.
    """
    found = [_globals(thing) for thing in (function, *arguments, handed) if callable(thing)]
    theirs = (one for one in found if one is not None and not one.get("__name__", "").startswith("labkit."))
    return next(theirs, _globals(handed) if callable(handed) else found[0])


def _globals(function: Callable[..., Any]) -> dict[str, Any] | None:
    """The globals of the code behind a function, a method, a partial, a class or a callable object."""
    inner: Any = inspect.unwrap(function)
    if isinstance(inner, type):
        return vars(sys.modules[inner.__module__]) if inner.__module__ in sys.modules else None
    while not hasattr(inner, "__globals__"):
        deeper = getattr(inner, "func", None) or getattr(inner, "__func__", None)
        if deeper is None:
            return getattr(type(inner).__call__, "__globals__", None)
        inner = deeper
    return inner.__globals__


def _line(file: str, number: int, function: str) -> str:
    source = linecache.getline(file, number).strip()
    if not source:
        return say("line {number} of {function}", number=number, function=function)
    return say("line {number} of {function}: `{source}`", number=number, function=function, source=source)
