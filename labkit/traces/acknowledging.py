"""How long until a segment was acknowledged, and which are not yet.  Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate

from labkit.packets.segment import Segment
from labkit.traces.ranges import Ranges
from labkit.traces.senders import senders_of


def round_trips(
    segments: Sequence[Segment], sent_again: Iterable[Segment], source: str | None = None
) -> list[tuple[int, float]]:
    """(relative sequence number, seconds) of each segment with SYN, data or FIN that was sent once.

    One that the capture has after its acknowledgement is left out: its file does not say how long that took.
    """
    unclear: dict[tuple, Ranges] = {}
    for segment in sent_again:
        unclear.setdefault(senders_of(segment)[0], Ranges()).add(segment.seq, segment.end_seq)
    acks: dict[tuple, list[tuple[int, int]]] = {}
    for segment in segments:
        if segment.ack is not None and segment.delivered and "R" not in segment.flags:
            acks.setdefault(senders_of(segment)[1], []).append((segment.arrived_ns or 0, segment.ack))
    answers = {}
    for mine, given in acks.items():
        given.sort()
        answers[mine] = [time_ns for time_ns, _ in given], list(accumulate((ack for _, ack in given), max))
    found = []
    for segment in segments:
        mine, _ = senders_of(segment)
        if segment.end_seq == segment.seq or "R" in segment.flags or source not in (None, segment.source):
            continue
        doubt = unclear.get(mine)
        if mine not in answers or (doubt is not None and doubt.overlaps(segment.seq, segment.end_seq)):
            continue
        times, highest = answers[mine]
        first = bisect_left(highest, segment.end_seq)  # the first that covers it
        if first < len(times) and times[first] >= segment.departed_ns:
            found.append((segment.seq, (times[first] - segment.departed_ns) / 1e9))
    return found


def unacknowledged(segments: Sequence[Segment]) -> list[Segment]:
    """Segments with SYN, data or FIN that arrived, and that their receiver has not acknowledged yet."""
    acked: dict[tuple, int] = {}
    ended = set()
    for segment in segments:
        if "R" in segment.flags:
            ended.add(segment.flow)
        elif segment.ack is not None:
            theirs = senders_of(segment)[1]
            acked[theirs] = max(segment.ack, acked.get(theirs, segment.ack))
    return [
        segment
        for segment in segments
        if segment.end_seq > segment.seq
        and segment.delivered
        and segment.flow not in ended
        and segment.end_seq > acked.get(senders_of(segment)[0], segment.seq)
    ]
