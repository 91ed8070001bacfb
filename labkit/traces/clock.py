"""The wall clock, which stamps captures, and CLOCK_MONOTONIC, which stamps calls and frames on the wire."""

from __future__ import annotations

import time
from collections.abc import Sequence

from labkit.packets.frame import Frame

_SINCE_1970 = 10**18  # ns: 31 years after a boot, or before 2001


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


def since_1970(frames: Sequence[Frame]) -> int:
    """What to add to the frames' times to get nanoseconds since 1970: 0 for those that come from a file."""
    monotonic = bool(frames) and frames[0].departed_ns < _SINCE_1970
    return monotonic_offset() if monotonic else 0
