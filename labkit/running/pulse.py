"""Did this process stand still, or one that it needs?  Whoever measures times asks: what passed was nobody's work."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

BEAT_S = 0.01
LEAST_S = 0.03  # on any machine a beat is a little late


class _Still(NamedTuple):
    """The process stood still for so many seconds, between two moments of `time.monotonic()`."""

    begin: float
    end: float
    seconds: float


class Pulse:
    """A thread that beats, while the block runs: `longest` is for how long this process stood still at a time, seconds.

    A machine that has much to do, or a laptop that is closed, stops the beat.  What this process itself worked between
    two beats is no stand-still: a call into C can keep all threads from running.  Other processes may beat along: see
    `add`.
    """

    def __init__(self) -> None:
        self.longest = 0.0
        self._stills: list[_Still] = []
        self._beside: list[Callable[[], Any]] = []
        self._asking = threading.Lock()
        self._last = _now()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="pulse", daemon=True)

    def __enter__(self) -> Pulse:
        self._last = _now()
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._over.set()
        self._thread.join()

    def add(self, ask: Callable[[], Any]) -> None:
        """Let another process beat along, which *ask()* asks for something that it answers at once."""
        with self._asking:
            self._beside.append(ask)

    def remove(self, ask: Callable[[], Any]) -> None:
        """It will end, and is not asked any more when this returns."""
        with self._asking:
            if ask in self._beside:
                self._beside.remove(ask)

    def still(self, since: float, until: float | None = None) -> float:
        """For how many seconds in all it stood still between these moments of `time.monotonic()`."""
        last, now = self._last, _now()  # read first: what ends just now may count twice, but is not missed
        stills = [*self._stills]
        if self._thread.is_alive() and (going_on := _between(last, now)).seconds > LEAST_S:
            stills.append(going_on)
        end = now[0] if until is None else until
        return sum(
            max(0.0, min(each.seconds, min(each.end, end) - max(each.begin, since))) for each in stills
        )

    def _beat(self) -> None:
        over = False
        while not over:
            over = self._over.wait(BEAT_S)
            self._ask()
            now = _now()
            still = _between(self._last, now)
            self.longest = max(self.longest, still.seconds)
            if still.seconds > LEAST_S:
                self._stills.append(still)
            self._last = now

    def _ask(self) -> None:
        with self._asking:
            for ask in self._beside.copy():
                try:
                    ask()
                except (OSError, RuntimeError):  # it has ended, of which others tell
                    self._beside.remove(ask)


def _now() -> tuple[float, float]:
    """This moment, and how long nothing was worked by then, since some moment."""
    now = time.monotonic()
    return now, now - time.process_time()


def _between(last: tuple[float, float], now: tuple[float, float]) -> _Still:
    return _Still(last[0], now[0], now[1] - last[1])
