"""What other threads do just now: their frames, looked at while no garbage is collected.

CPython 3.11 makes the object of a frame, and the dict of its `f_locals`, when it is asked for them.  Making one may
begin a collection, whose finalizers may let the other thread go on.  The frame is then over, and the interpreter reads
memory that is gone (SIGSEGV), or hangs (github.com/python/cpython/issues/106883).  From 3.12 on collections begin
between two bytecodes only.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def looking() -> Iterator[None]:
    """No collection begins in this block, in which frames of other threads are looked at: their callers, their locals.

    Of two threads that look at the same time the first that is done lets collections begin again: it takes a third that
    makes garbage in just that moment to be as unsafe as without.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def now() -> dict[int, FrameType]:
    """The innermost frame of each thread, by its number."""
    with looking():
        return sys._current_frames()


def stack(frame: FrameType | None) -> list[FrameType]:
    """A frame and its callers, innermost first."""
    found = []
    with looking():
        while frame is not None:
            found.append(frame)
            frame = frame.f_back
    return found


def stack_of(number: int | None) -> list[FrameType]:
    """The frames of a thread, innermost first; none if it does not run."""
    return stack(now().get(number or 0))


def names_in(frame: FrameType) -> dict[str, object]:
    """The local names of a frame that may run on meanwhile, and their values."""
    with looking():
        return dict(frame.f_locals)
