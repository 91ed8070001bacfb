"""The round trips that a sender sees, and how much it had under way.  Pure."""

from __future__ import annotations

from typing import NamedTuple

from labkit.explain.step import RETRANSMISSION
from labkit.explain.talk import Talk


class RoundTrip(NamedTuple):
    """One segment and its acknowledgement: nanoseconds, bytes under way when it was sent, number of its frame."""

    took: int
    under_way: int
    number: int


def round_trips(talk: Talk, end: int) -> list[RoundTrip]:
    """Of each segment that was acknowledged, but for those that were sent again, and those that waited for a
    repetition."""
    waiting: list[tuple[int, int, int, int]] = []
    done = acked = 0
    found = []
    for at, step in talk.seen[end]:
        if step.end == end:
            if step.mark == RETRANSMISSION:
                done = len(waiting)
            elif step.size and not step.mark:
                waiting.append((step.stop, at, step.stop - acked, step.number))
        elif step.ack is not None and not step.rst and step.ack > acked:
            acked = step.ack
            while done < len(waiting) and waiting[done][0] <= acked:
                stop, left, under_way, number = waiting[done]
                if stop == acked:
                    found.append(RoundTrip(at - left, under_way, number))
                done += 1
    return found
