"""The time axis: true in order and proportion, stretched where labels need room, folded where idle.

Pure.  Time runs down.  Between two events it runs at `scale` pixels a nanosecond, but never so fast or so
slow that a reader loses the thread: rooms that labels ask for are given, and an idle time becomes a fold.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import NamedTuple

IDLE, FOLD, LONGEST = 110.0, 46.0, 130.0
"""Pixels: an idle time of more than IDLE is drawn as a fold of FOLD; a busy one takes LONGEST at most."""


class Fold(NamedTuple):
    """An idle time that was folded: where it is drawn, and how long it lasted."""

    top: float
    bottom: float
    duration_ns: int


class Axis:
    """y(time) for a list of events.

    times   when something happens, in nanoseconds
    busy    (begin, end) of everything that is on its way: such times are never folded
    scale   pixels a nanosecond
    rooms   (earlier, later, pixels): how far apart two of the times must be drawn at least
    top     where the first is drawn
    """

    def __init__(self, times, busy, scale: float, rooms, top: float = 0.0):
        self.times = sorted(set(times))
        place = {time: index for index, time in enumerate(self.times)}
        wanted: dict[int, list] = {}
        for earlier, later, pixels in rooms:
            if earlier < later:
                wanted.setdefault(place[later], []).append((place[earlier], pixels))
        merged: list[list[int]] = []
        for begin, end in sorted(busy):
            if merged and begin <= merged[-1][1]:
                merged[-1][1] = max(merged[-1][1], end)
            else:
                merged.append([begin, end])
        begins = [begin for begin, _ in merged]
        self.places: list[float] = []
        self.folds: list[Fold] = []
        for index, time in enumerate(self.times):
            if not index:
                self.places.append(top)
                continue
            before = self.times[index - 1]
            natural = (time - before) * scale
            at = bisect_right(begins, before) - 1
            idle = at < 0 or merged[at][1] <= before
            y = self.places[-1] + (FOLD if idle and natural > IDLE else min(natural, LONGEST))
            for earlier, pixels in wanted.get(index, ()):
                y = max(y, self.places[earlier] + pixels)
            if idle and natural > IDLE:
                y = max(y, self.places[-1] + FOLD)
                self.folds.append(Fold(self.places[-1], y, time - before))
            self.places.append(y)

    def y(self, time: int) -> float:
        """Where a time is drawn."""
        if not self.times:
            return 0.0
        index = bisect_left(self.times, time)
        if index == len(self.times):
            return self.places[-1]
        if self.times[index] == time or not index:
            return self.places[index]
        before, after = self.times[index - 1], self.times[index]
        share = (time - before) / (after - before)
        return self.places[index - 1] + share * (self.places[index] - self.places[index - 1])


def duration(nanoseconds: int) -> str:
    """A time in words, to two figures: "200 ms", "1.0 s", "40 µs"."""
    large = (("s", 1_000_000_000), ("ms", 1_000_000))
    unit, size = next((each for each in large if nanoseconds >= each[1] * 0.995), ("µs", 1000))
    number = nanoseconds / size
    if number < 9.95:
        return f"{number:.1f}".removesuffix(".0") + f" {unit}"
    digits = max(0, len(f"{number:.0f}") - 2) if number < 1000 else 0
    return f"{round(number, -digits):,.0f} {unit}"
