"""Ending a thread that will not: an exception at its next line, and at the line after that."""

from __future__ import annotations

import sys
import threading
from types import FrameType
from typing import Any, Protocol

from labkit.running.frames import stack
from labkit.running.threads import Stoppable, Stopped, interrupt


class Guarding(Protocol):
    """Who knows which code is the learner's: `spaces` are its globals."""

    spaces: list[dict[str, Any]]


guarding: list[Guarding] = []  # the guard that is entered now, if there is one


def end(thread: threading.Thread) -> None:
    """Raise Ended in a thread of the learner's, at its next line of Python."""
    if isinstance(thread, Stoppable):
        thread.interrupt(Ended)
    elif thread.ident is not None and thread in threading.enumerate():
        interrupt(thread.ident, Ended)


class Ended(Stopped):
    """Ends a thread of the learner's, even one that catches everything.

    A bare `except:` inside a loop catches what we raise in its `try`, and the loop goes on.  So whenever one of
    these is made, which happens in that thread, the next line of the learner's code raises another: the line
    inside the handler, from where it leaves the loop.
    """

    def __init__(self) -> None:
        if not guarding:
            return
        for frame in stack(sys._getframe(1)):
            if _is_learners(frame):
                frame.f_trace = _again
        sys.settrace(_again)


def _again(frame: FrameType, event: str, _: Any) -> Any:
    if event == "line" and guarding and _is_learners(frame):
        raise Ended
    return _again


def _is_learners(frame: FrameType) -> bool:
    return any(frame.f_globals is space for space in guarding[-1].spaces)
