"""Which line is the learner's: tracebacks without our own frames, and without names that change with each kernel.

One rule for all: a frame is ours if its module's name begins with "labkit." and it is no lesson's.
"""

from __future__ import annotations

import os
import re
import traceback
import types
from collections.abc import Iterable, Iterator

_library = os.path.dirname(os.path.abspath(os.__file__))
# IPython names a cell's code after a temporary file and a number.
_CELL_FILE = re.compile(r'File "[^"]*[/\\\\]ipykernel_\d+[/\\\\]\d+\.py", |File "<ipython-input[^"]*", ')

SHOWN = 4  # lines of a stack


def is_ours(frame: types.FrameType) -> bool:
    """Does labkit itself run there?"""
    name = frame.f_globals.get("__name__", "")
    return name.startswith("labkit.") and not name.startswith("labkit.lessons.")


def is_library(filename: str) -> bool:
    """Is it a file of Python's own, not of an installed package?"""
    return (filename.startswith(_library) and "site-packages" not in filename) or filename.startswith(
        "<frozen"
    )


def line_at(frame: types.FrameType, at: int, line: int | None) -> int:
    """The *line* of the instruction *at*; where it has none, that of the one before it.

    Some that the compiler adds, a jump say, belong to no line, and what ends a thread, or looks where it is, may meet
    just these.
    """
    if line is not None and line > 0:  # some Pythons 3.11 say -1 for none
        return line
    before = [number for begin, _, number in frame.f_code.co_lines() if begin <= at and number is not None]
    return before[-1] if before else frame.f_code.co_firstlineno


def line_now(frame: types.FrameType) -> int:
    """The line at which a frame is."""
    return line_at(frame, frame.f_lasti, frame.f_lineno)


def walked(trace: types.TracebackType | None) -> list[tuple[types.FrameType, int]]:
    """The frames of a traceback, outermost first, and their lines."""
    return [(frame, line) for frame, _, line in _steps(trace)]


def _steps(trace: types.TracebackType | None) -> Iterator[tuple[types.FrameType, int, int]]:
    """The frames of a traceback, outermost first: the instruction of each, and its line."""
    while trace is not None:
        line = line_at(trace.tb_frame, trace.tb_lasti, trace.tb_lineno)
        yield trace.tb_frame, trace.tb_lasti, line
        trace = trace.tb_next


def trimmed(trace: types.TracebackType | None) -> types.TracebackType | None:
    """A traceback without the frames that led to the learner's code, and without ours below it."""
    frames, trace = list(_steps(trace)), None
    while frames and (is_ours(frames[0][0]) or is_library(frames[0][0].f_code.co_filename)):
        del frames[0]
    while frames and is_ours(frames[-1][0]):
        frames.pop()
    for frame, lasti, lineno in reversed(frames):
        trace = types.TracebackType(trace, frame, lasti, lineno)
    return trace


def learners_stack(frames: Iterable[types.FrameType]) -> str:
    """Where in the learner's code a thread is, as in a traceback: the last lines of its stack that are theirs, and what
    they called in between.  frames: the thread's, innermost first."""
    told = [(one, one.f_lineno) for one in frames if not is_ours(one)]
    stack = traceback.StackSummary.extract(reversed(told))
    own = [place for place, entry in enumerate(stack) if not is_library(entry.filename)]
    shown = stack[own[0] : own[-1] + 1] if own else []
    return without_paths("".join(traceback.format_list(shown[-SHOWN:])))


def describe(error: BaseException) -> str:
    """An error as the last line of its traceback says it."""
    return "".join(traceback.format_exception_only(error)).strip()


def named(error: BaseException) -> str:
    """An error in a sentence: its kind and its text; the kind alone where it has no text, or cannot tell it."""
    kind = type(error).__name__
    try:
        text = str(error)
    except Exception:  # whatever somebody's __str__ raises
        text = ""
    return f"{kind}: {text}" if text.strip() else kind


def without_paths(text: str) -> str:
    """A traceback in which a notebook's cells are no files: their names change with every kernel."""
    return _CELL_FILE.sub("Cell, ", text)
