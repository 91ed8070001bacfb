"""Connections that a box on the way has forgotten while they were idle (RFC 5382 section 5).  Pure.

After a long pause what one end sends meets a reset that the other did not send, or silence, while other connections
between the two work.  Without those the other may be gone as well, and nothing is said of a box.
"""

from __future__ import annotations

from collections.abc import Sequence

from labkit.explain.account import Span
from labkit.explain.gathered import Gathered
from labkit.explain.resets import forged
from labkit.explain.step import KEEP_ALIVE, Step
from labkit.explain.talk import Talk

IDLE_NS, IDLE_SEEN_NS = 1_000_000_000, 30_000_000_000
"""How long it must have been idle: on our own wire, and in other captures, where more than time could have ended it."""


def forgotten(
    talk: Talk, tails: tuple[list[Step], list[Step]], company: Sequence[Talk], gathered: Gathered
) -> set[int]:
    """Was it forgotten?  The numbers of the frames that this explains."""
    explained: set[int] = set()
    for end in (0, 1):
        found = _refused(talk, end) or _unheard(talk, end, tails[end], company)
        if found:
            idle, steps = found
            spans = [Span("timeout", steps[0].left + talk.trip, steps[-1].left)] if len(steps) > 2 else []
            numbers = [step.number for step in steps]
            explained.update(numbers)
            gathered.found(
                "forgotten",
                numbers,
                spans,
                who=talk.names[end],
                peer=talk.names[1 - end],
                count=1 if steps[-1].rst and steps[-1].end != end else len(steps),
                idle_ns=idle,
            )
    return explained


def _refused(talk: Talk, end: int) -> tuple[int, list[Step]] | None:
    """After a pause it sent something, and what came next was a reset of a stranger."""
    before: int | None = None
    asked: tuple[int, Step] | None = None
    for at, step in talk.seen[end]:
        if step.end == end:
            idle = 0 if before is None else at - before
            if step.rst or step.syn:
                asked = None
            elif idle >= _idle_least(talk):
                asked = idle, step
        elif asked is not None:
            return None
        before = at
    resets = [step for step in talk.steps if step.rst and step.end != end and forged(talk, step)]
    if asked is None or not resets or resets[0].left < asked[1].left:
        return None
    return asked[0], [asked[1], *resets]


def _unheard(
    talk: Talk, end: int, tail: list[Step], company: Sequence[Talk]
) -> tuple[int, list[Step]] | None:
    """After a pause all that it sent was in vain, and others between the two hosts were not."""
    if not tail or any(step.came is not None for step in tail if talk.wire):
        return None
    first = tail[0]
    earlier = [at for at, step in talk.seen[end] if at < first.left and step.mark != KEEP_ALIVE]
    if not earlier or first.left - earlier[-1] < _idle_least(talk):
        return None
    hosts = set(talk.names)
    for other in company:
        if other is not talk and set(other.names) == hosts:
            heard = other.seen[other.names.index(talk.names[end])]
            if any(at >= first.left and other.names[step.end] == talk.names[1 - end] for at, step in heard):
                return first.left - earlier[-1], tail
    return None


def _idle_least(talk: Talk) -> int:
    return IDLE_NS if talk.wire else IDLE_SEEN_NS
