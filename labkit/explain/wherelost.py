"""Where segments are lost: in a queue that is full, or on a link that loses whether there is a queue or not.  Pure.

Our own wire knows.  Elsewhere the round trip tells: it has grown where a queue is full, and has not where none stands
(RFC 3366 section 1.2 lists why links lose).
"""

from __future__ import annotations

from bisect import bisect_right

from labkit.explain.gathered import Gathered
from labkit.explain.roundtrips import round_trips
from labkit.explain.step import Step
from labkit.explain.talk import Talk
from labkit.packets.frame import QUEUE_FULL

LEAST = 3
"""How many losses it takes until they show a habit."""
_SHARE = 0.8  # of the losses, that must show the same
_NEAR_NS, _FAR_NS = 3_000_000, 8_000_000


def where_lost(talk: Talk, end: int, lost: list[Step], gathered: Gathered) -> None:
    """Does what this end lost show where the path loses?"""
    who = talk.names[end]
    full = [step.number for step in talk.steps if step.end == end and step.segment.frame.fate == QUEUE_FULL]
    if full:
        gathered.found("queue-full", full, who=who, count=len(full))
    near_end = talk.vantage.place in ("wire", ("client", "server")[end])  # where its round trips are seen
    if full or len(lost) < LEAST or not near_end or not all(_on_a_link(talk, step) for step in lost):
        return
    trips = sorted((each.number, each.took) for each in round_trips(talk, end))
    if not trips:
        return
    least = min(took for _, took in trips)
    numbers = [number for number, _ in trips]
    near, far = [], []
    for step in lost:
        at = bisect_right(numbers, step.number) - 1
        if at < 0:
            continue
        took = trips[at][1]
        if took <= (least * 3 // 2 + _FAR_NS if talk.wire else least * 5 // 4 + _NEAR_NS):
            near.append((step.number, took))
        elif took >= least * 3 // 2 + _FAR_NS:
            far.append((step.number, took))
    for kind, found in (("link-loss", near), ("queue-loss", far)):
        if len(found) >= max(LEAST, _SHARE * len(lost)):
            took = sorted(took for _, took in found)[len(found) // 2]
            gathered.found(
                kind,
                [number for number, _ in found],
                who=who,
                count=len(found),
                least_ns=least,
                most_ns=took,
            )


def _on_a_link(talk: Talk, step: Step) -> bool:
    """Was it lost between two hosts, and in no cut cable and at no router?  Elsewhere than on our wire it may have."""
    frame = step.segment.frame
    return not talk.wire or frame.fate in ("dropped", "lost") or bool(frame.hits)
