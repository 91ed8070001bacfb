"""What a learner's code prints while it is checked, collected and bounded."""

from __future__ import annotations

import sys
import threading
from typing import Any

from labkit.running import bounds, frames, output, streams
from labkit.running.bounds import TooManyThreads
from labkit.running.threads import Stopped
from labkit.words import say

PRINTED_CHARACTERS, PRINTED_LINES = 2000, 10


class Prints:
    """Collects what threads begun inside the `with` print, at most ten lines; leaves all others alone."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.kept = self.dropped = 0

    def __enter__(self) -> Prints:
        self._before = set(frames.now())
        streams.install()
        output.catchers.append(self._catch)
        self._hook, threading.excepthook = threading.excepthook, self._ended
        # A thread that is ended in its very first or last line tells it here, and not there.
        self._ignored, sys.unraisablehook = sys.unraisablehook, self._ended_at_its_edge
        return self

    def __exit__(self, *_: object) -> None:
        sys.unraisablehook = self._ignored
        threading.excepthook = self._hook
        output.catchers.remove(self._catch)

    def _catch(self) -> Prints | None:
        within = bounds.active()
        ours = within is not None and within.mine()
        return self if ours or threading.get_ident() not in self._before else None

    def _ended(self, how: Any) -> None:
        """A thread ended by an exception: say so, unless it is one by which we ended it."""
        if not issubclass(how.exc_type, (Stopped, TooManyThreads)):
            self._hook(how)

    def _ended_at_its_edge(self, how: Any) -> None:
        if not issubclass(how.exc_type, (Stopped, TooManyThreads)):
            self._ignored(how)

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
        return f"{shown}\n{say('... and {more:,} characters more', more=more)}" if more else shown
