"""What a sender sent in each round trip.  Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from labkit.packets.segment import Segment, Segments
from labkit.traces.senders import knew, senders_of


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
        (
            segment
            for segment in segments
            if senders_of(segment)[1] == mine
            and segment.ack is not None
            and segment.delivered
            and "R" not in segment.flags
        ),
        key=lambda each: each.arrived_ns or 0,
    )
    highest = list(accumulate((segment.ack or 0 for segment in acks), max))
    found: list[list[Segment]] = []
    over: Segment | None = None  # the acknowledgement that ends the round under way
    for segment in sorted(sent[mine], key=lambda each: each.departed_ns):
        if not found or (over is not None and _after(segment, over, found[-1][-1])):
            found.append([])
            first = bisect_left(highest, segment.end_seq)
            over = acks[first] if first < len(acks) else None
        found[-1].append(segment)
    return [Segments(each) for each in found]


def _after(segment: Segment, ack: Segment, before: Segment) -> bool:
    """Was a segment made after its sender had seen this acknowledgement?  `before` is what the sender sent last.

    One that left before the acknowledgement arrived was not.  One that left later may lie between: a wire on a busy
    machine reads late what a kernel has sent long ago.  The timestamp that it echoes says it, if the kernel has taken
    that of the acknowledgement, which it does where all that came before it was acknowledged (RFC 7323 section 4.3).
    """
    if segment.departed_ns < (ack.arrived_ns or 0):
        return False
    taken = before.ack is not None and ack.seq <= before.ack
    return not taken or knew(segment, ack)
