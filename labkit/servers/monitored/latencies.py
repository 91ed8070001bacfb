"""How long answers took: a histogram, which needs the same memory for ten answers and for ten million.  Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

LEAST = 10e-6  # seconds; what is quicker counts as that
STEP = 1.05  # each class of the histogram reaches so much further than the one before it


class Latencies:
    """Times in seconds, each counted in a class of its size, so that percentiles are right to 5 %."""

    def __init__(self, times: Iterable[float] = ()) -> None:
        self.count, self.total, self.largest = 0, 0.0, 0.0
        self._classes: Counter[int] = Counter()
        for seconds in times:
            self.add(seconds)

    def add(self, seconds: float) -> None:
        """Count one answer that took so long."""
        self.count += 1
        self.total += seconds
        self.largest = max(self.largest, seconds)
        self._classes[math.ceil(math.log(max(seconds, LEAST) / LEAST, STEP))] += 1

    @property
    def mean(self) -> float:
        """All of them, divided by how many there are; 0.0 if there is none."""
        return self.total / self.count if self.count else 0.0

    def percentile(self, share: float) -> float:
        """This share of the answers (0.99 for p99) took at most so long; 0.0 if there is none."""
        wanted, seen = math.ceil(share * self.count), 0
        for number in sorted(self._classes):
            seen += self._classes[number]
            if seen >= wanted:
                return min(LEAST * STEP**number, self.largest)
        return 0.0

    def copy(self) -> Latencies:
        """What has been counted so far, to be held against what comes."""
        same = Latencies()
        same.count, same.total, same.largest = self.count, self.total, self.largest
        same._classes = self._classes.copy()
        return same

    def since(self, earlier: Latencies) -> Latencies:
        """What was counted after that copy was made: classes can be subtracted, and added; percentiles cannot."""
        later = self.copy()
        later.count -= earlier.count
        later.total -= earlier.total
        later._classes -= earlier._classes
        return later
