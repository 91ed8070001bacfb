"""Run a learner's function where it can do no harm: in its own thread, with a deadline, its prints collected.

A thread cannot be killed.  It can be woken (its sockets are shut down, so a blocked recv, accept or connect
returns) and interrupted (an exception is raised in it between two bytecodes), and that ends nearly all that
learners write.
"""

from __future__ import annotations

import inspect
import linecache
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType, TracebackType
from typing import Any

from .. import output
from ..threads import Stoppable, Stopped, interrupt, name_of

GRACE_S, PAUSE_S = 5.0, 0.03  # twenty threads that spin leave us the interpreter ten times a second
PRINTED_CHARACTERS, PRINTED_LINES = 2000, 10


class Call:
    """One call of a learner's *function*, running in a thread of its own from the moment it is made."""

    def __init__(self, function: Callable[..., Any], arguments: tuple[Any, ...]):
        self.function, self.arguments = function, arguments
        self.globals = _globals(function)
        self.value: Any = None
        self.error: BaseException | None = None
        self.where = ""
        self.late = False
        self._before = set(sys._current_frames())
        self.thread = Stoppable(self._run, f"check of {name_of(function, 'function')}")
        self.thread.start()

    def _run(self) -> None:
        try:
            self.value = self.function(*self.arguments)
        except BaseException as error:
            # SystemExit and KeyboardInterrupt too: whatever the learner's code raises belongs in the story.
            self.error = error
            self.where = self._line_of(error.__traceback__)

    def wait(self, seconds: float) -> bool:
        """Wait until the function is done; False when it is not done after *seconds*."""
        self.thread.join(seconds)
        if self.thread.is_alive():
            self.late = True
            self.where = self._line_now()
        return not self.late

    def stop(self) -> bool:
        """End the call and every thread that it started; False when some thread could not be ended."""
        deadline = time.monotonic() + GRACE_S
        patient = False
        while strays := list(self._threads()):
            # Waking comes first: a call that returns lets the function close what it opened.
            for thread, frame in strays:
                _wake(frame)
                if patient:
                    self.thread.interrupt() if thread is self.thread else interrupt(thread.ident)
            del frame, strays
            if time.monotonic() > deadline:
                return False
            self.thread.join(PAUSE_S) if self.thread.is_alive() else time.sleep(PAUSE_S)
            patient = True
        return True

    def _threads(self) -> Iterator[tuple[threading.Thread, FrameType]]:
        """This call's thread, and others begun since that run, or are about to run, the learner's code."""
        frames = sys._current_frames()
        for thread in threading.enumerate():
            identity = thread.ident
            if identity not in frames or (identity in self._before and thread is not self.thread):
                continue
            target = getattr(thread, "_target", None)
            if (
                thread is self.thread
                or (target is not None and self.globals is not None and _globals(target) is self.globals)
                or any(one.f_globals is self.globals for one in _stack(frames[identity]))
            ):
                yield thread, frames[identity]

    def _line_now(self) -> str:
        for identity, frame in sys._current_frames().items():
            if identity == self.thread.ident:
                for one in _stack(frame):
                    if one.f_globals is self.globals:
                        return _line(one.f_code.co_filename, one.f_lineno, one.f_code.co_name)
        return ""

    def _line_of(self, trace: TracebackType | None) -> str:
        found = ""
        while trace is not None:
            if trace.tb_frame.f_globals is self.globals:
                code = trace.tb_frame.f_code
                found = _line(code.co_filename, trace.tb_lineno, code.co_name)
            trace = trace.tb_next
        return found


class Prints:
    """Collects what threads begun inside the `with` print, at most ten lines; leaves all others alone."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.kept = self.dropped = 0

    def __enter__(self) -> Prints:
        self._before = set(sys._current_frames())
        output.install()
        output.catchers.append(self._catch)
        self._hook, threading.excepthook = threading.excepthook, self._ended
        return self

    def __exit__(self, *_: object) -> None:
        threading.excepthook = self._hook
        output.catchers.remove(self._catch)

    def _catch(self) -> Prints | None:
        return None if threading.get_ident() in self._before else self

    def _ended(self, how: Any) -> None:
        """A thread ended by an exception: say so, unless it is the one by which we ended it."""
        if how.exc_type is not Stopped:
            self._hook(how)

    def write(self, text: str) -> int:
        room = PRINTED_CHARACTERS - self.kept
        if room > 0:
            self.parts.append(text[:room])
            self.kept += len(text[:room])
        self.dropped += max(0, len(text) - max(0, room))
        return len(text)

    @property
    def text(self) -> str:
        whole = "".join(self.parts).rstrip("\n")
        lines = whole.split("\n")
        shown = "\n".join(lines[:PRINTED_LINES])
        more = self.dropped + len(whole) - len(shown)
        return shown + (f"\n... and {more:,} characters more" if more else "")


def _wake(frame: FrameType) -> None:
    """Shut down the sockets that this thread's functions hold, so that no call on them blocks any longer."""
    for one in _stack(frame):
        for held in list(one.f_locals.values()):
            if isinstance(held, socket.socket) and held.fileno() >= 0:
                try:
                    socket.socket.shutdown(held, socket.SHUT_RDWR)
                except OSError:
                    # Not connected (any more): Linux has woken whoever waits on it all the same.
                    continue


def _stack(frame: FrameType | None) -> Iterator[FrameType]:
    """The frame and its callers, innermost first."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def _globals(function: Callable[..., Any]) -> dict[str, Any] | None:
    """The globals of the learner's code behind a function, a method, a partial or a callable object."""
    inner: Any = inspect.unwrap(function)
    while not hasattr(inner, "__globals__"):
        deeper = getattr(inner, "func", None) or getattr(inner, "__func__", None)
        if deeper is None:
            return getattr(type(inner).__call__, "__globals__", None)
        inner = deeper
    return inner.__globals__


def _line(file: str, number: int, function: str) -> str:
    source = linecache.getline(file, number).strip()
    return f"line {number} of {function}: `{source}`" if source else f"line {number} of {function}"
