"""How long to wait for what runs beside us in this process: by a clock that does not count where we stand still."""

from __future__ import annotations

import threading
import time

PARTS = 8  # patience is spent in so many parts


class Patience:
    """So many seconds in which this process runs.

    While it stands still (a machine that has much to do, a laptop that is closed) a clock goes on, and what we wait
    for does not.  So a stand-still takes an eighth of the seconds at most, however long it is.
    """

    def __init__(self, seconds: float) -> None:
        self._left, self._part = seconds, seconds / PARTS
        self._seen = time.monotonic()

    def left(self) -> float:
        """How long to wait before one asks again; 0 when patience is over."""
        now = time.monotonic()
        self._left -= min(now - self._seen, self._part)
        self._seen = now
        return max(0.0, min(self._left, self._part))

    def wait(self, event: threading.Event) -> bool:
        """Wait until it is set; False when patience is over before."""
        while left := self.left():
            if event.wait(left):
                return True
        return event.is_set()
