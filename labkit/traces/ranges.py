"""A set of whole numbers kept as ranges: which bytes of a stream have been seen.  Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right


class Ranges:
    """Numbers seen so far, as sorted, separate half-open ranges; cheap while they come nearly in order."""

    __slots__ = ("ends", "starts")

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []

    def add(self, start: int, end: int) -> int:
        """Add start..end-1; how many of them are new?"""
        if start >= end:
            return 0
        if not self.ends or start > self.ends[-1]:
            self.starts.append(start)
            self.ends.append(end)
            return end - start
        if start == self.ends[-1]:  # as nearly all of it comes
            self.ends[-1] = end
            return end - start
        first = bisect_left(self.ends, start)  # the first range that touches or follows
        last = bisect_right(self.starts, end)  # the first that neither touches nor precedes
        known = sum(
            max(0, min(end, self.ends[at]) - max(start, self.starts[at])) for at in range(first, last)
        )
        if first < last:
            low, high = min(start, self.starts[first]), max(end, self.ends[last - 1])
        else:
            low, high = start, end
        self.starts[first:last], self.ends[first:last] = [low], [high]
        return end - start - known

    def overlaps(self, start: int, end: int) -> bool:
        """Has any of start..end-1 been seen?"""
        at = bisect_right(self.ends, start)
        return start < end and at < len(self.ends) and self.starts[at] < end

    def end_of(self, number: int) -> int:
        """The first number from `number` on that has not been seen."""
        at = bisect_right(self.ends, number)
        return self.ends[at] if at < len(self.ends) and self.starts[at] <= number else number

    def __repr__(self) -> str:
        spans = ", ".join(f"{start}:{end}" for start, end in zip(self.starts, self.ends, strict=True))
        return f"<Ranges {spans}>"
