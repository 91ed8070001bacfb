"""Did this process stand still?  Whoever measures times asks: what passed meanwhile was nobody's work."""

from __future__ import annotations

import threading
import time
from typing import Any

BEAT_S = 0.01


class Pulse:
    """A thread that beats, while the block runs: `longest` is the longest pause between two beats, in seconds.

    A machine that has much to do, or a laptop that is closed, stops the beat; work of this process does not.
    """

    def __init__(self) -> None:
        self.longest = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="pulse", daemon=True)

    def __enter__(self) -> Pulse:
        self._last = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        over = False
        while not over:
            over = self._over.wait(BEAT_S)
            now = time.monotonic()
            self.longest, self._last = max(self.longest, now - self._last), now
