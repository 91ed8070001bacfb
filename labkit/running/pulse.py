"""Did this process stand still?  Whoever measures times asks: what passed meanwhile was nobody's work."""

from __future__ import annotations

import threading
import time
from typing import Any

BEAT_S = 0.01


class Pulse:
    """A thread that beats, while the block runs: `longest` is for how long this process stood still at a time, seconds.

    A machine that has much to do, or a laptop that is closed, stops the beat.  What this process itself worked between
    two beats is no stand-still: a call into C can keep all threads from running.
    """

    def __init__(self) -> None:
        self.longest = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="pulse", daemon=True)

    def __enter__(self) -> Pulse:
        self._last = _idle()
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        over = False
        while not over:
            over = self._over.wait(BEAT_S)
            idle = _idle()
            self.longest, self._last = max(self.longest, idle - self._last), idle


def _idle() -> float:
    """Seconds in which nothing was worked, since some moment."""
    return time.monotonic() - time.process_time()
