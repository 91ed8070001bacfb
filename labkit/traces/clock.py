"""From the clock that stamps captured frames to the one that stamps socket calls."""

from __future__ import annotations

import time


def monotonic_offset() -> int:
    """What the wall clock (which stamps captured frames) shows more than CLOCK_MONOTONIC now, in nanoseconds.

    Asked anew for each batch of frames, so that a wall clock that is set in between does little harm. Of three
    readings the one with the least time between its two looks at CLOCK_MONOTONIC counts.
    """
    readings = []
    for _ in range(3):
        before = time.monotonic_ns()
        wall = time.time_ns()
        after = time.monotonic_ns()
        readings.append((after - before, wall - (before + after) // 2))
    return min(readings)[1]
