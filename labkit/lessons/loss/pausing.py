"""Does a client that gets no answer wait longer each time?  Looked at several times, as a machine may stand still."""

from __future__ import annotations

from itertools import pairwise

from labkit.running.pulse import Pulse

GROWTH = 1.4  # a pause that should be twice the one before is this much longer at least, on a busy machine


class Pauses:
    """What was seen of a client's pauses, which are counted from 1: is each much longer than the one before?

    A stand-still makes a pause longer, and the client may have meant so much less: of what is then as it should be one
    cannot be sure.
    """

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse
        self._short: set[int] = set()
        self._long: set[int] = set()

    def see(self, times: list[float]) -> None:
        """It has asked at these moments of `time.monotonic()`."""
        pauses = [(after - before, self._pulse.still(before, after)) for before, after in pairwise(times)]
        for place, ((before, stood), (after, stood_then)) in enumerate(pairwise(pauses), 2):
            if after < GROWTH * (before - stood):
                self._short.add(place)
            elif after - stood_then >= GROWTH * before:
                self._long.add(place)

    @property
    def too_short(self) -> int:
        """The first pause that was not much longer than the one before, and never was for sure; 0: none."""
        return min(self._short - self._long, default=0)

    def sure(self, count: int) -> bool:
        """Was each of so many pauses, but the first, much longer than the one before?"""
        return self._long >= set(range(2, count + 1))
