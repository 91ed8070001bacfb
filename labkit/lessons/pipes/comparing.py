"""What the measurements of the channels say, in the words of the predictions, and the cores that they run on."""

from __future__ import annotations

import os
import statistics
from collections.abc import Mapping, Sequence


def cores() -> tuple[tuple[int, int], tuple[int, int]]:
    """The cores of two processes: the same one twice, and two; where this process may use one only, that one."""
    ours = sorted(os.sched_getaffinity(0))
    return (ours[0], ours[0]), (ours[0], ours[-1])


def compared(time: float, other: float) -> str:
    """How long one takes against the other, both in the same unit: from half to twice as long, or less, or more."""
    if time < 0.5 * other:
        return "less than half as long"
    return "from half to twice as long" if time < 2 * other else "more than twice as long"


def biggest_difference(rates: Sequence[Mapping[int, float]], small: int, large: int) -> str:
    """What makes the bigger difference to what a second carries: the "way", the "size", or "neither" one twice.

    rates         of each way {bytes a write: MB/s}
    small, large  two of those sizes; the ways are compared at the small one
    """
    at_small = [each[small] for each in rates]
    by_way = max(at_small) / min(at_small)
    by_size = statistics.median(each[large] / each[small] for each in rates)
    if max(by_way, by_size) < 2:
        return "neither"
    return "size" if by_size > by_way else "way"
