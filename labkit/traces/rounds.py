"""What a sender sent in each round trip.  Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from labkit.packets.segment import Segment, Segments
from labkit.traces.senders import senders_of


def rounds(segments: Sequence[Segment], source: str | None = None) -> list[Segments[Segment]]:
    """The data segments of the direction that carried most data, cut into rounds; [] without data.

    segments   of which connections one likes
    source     only what this host sent
    """
    sent: dict[tuple, list[Segment]] = {}
    for segment in segments:
        if segment.length and source in (None, segment.source):
            sent.setdefault(senders_of(segment)[0], []).append(segment)
    if not sent:
        return []
    mine = max(sent, key=lambda each: sum(segment.length for segment in sent[each]))
    acks = sorted(
        (segment.arrived_ns or 0, segment.ack)
        for segment in segments
        if senders_of(segment)[1] == mine
        and segment.ack is not None
        and segment.delivered
        and "R" not in segment.flags
    )
    times = [time_ns for time_ns, _ in acks]
    highest = list(accumulate((ack for _, ack in acks), max))
    found: list[list[Segment]] = []
    over: float = 0  # when the round under way ends: its first segment is acknowledged
    for segment in sorted(sent[mine], key=lambda each: each.departed_ns):
        if not found or segment.departed_ns >= over:
            found.append([])
            first = bisect_left(highest, segment.end_seq)
            over = times[first] if first < len(times) else float("inf")
        found[-1].append(segment)
    return [Segments(each) for each in found]
