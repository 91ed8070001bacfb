"""Connections that are not closed to the end, and packets too large for the path.  Pure."""

from __future__ import annotations

from labkit.explain.account import Span
from labkit.explain.gathered import Gathered
from labkit.explain.step import RETRANSMISSION, Step
from labkit.explain.talk import Talk

LEFT_NS = 1_000_000_000
"""How long one side may stay open, and say nothing, after the other has closed."""
COPIES = 3


def ending(talk: Talk, gathered: Gathered, until: int) -> None:
    """Which closes were not answered?  `until`: when the whole capture ends."""
    if any(step.rst for step in talk.steps):
        return
    for end in (0, 1):
        fins = [step for step in talk.steps if step.end == end and step.fin and not step.forged]
        if not fins:
            continue
        later = [step for step in talk.steps if step.end != end and step.left >= fins[0].left]
        acked = any(step.ack is not None and step.ack >= fins[0].stop for step in later)
        who, peer = talk.names[end], talk.names[1 - end]
        numbers = [step.number for step in fins]
        if not acked and len(fins) > 1:
            gathered.found("fin-unanswered", numbers, who=who, peer=peer, times=len(fins))
        closes = any(step.fin for step in talk.steps if step.end != end)
        quiet = not any(step.size for step in later)
        if acked and quiet and not closes and until - fins[0].left >= LEFT_NS:
            gathered.found("close-wait", numbers, who=peer, peer=who, wait_ns=until - fins[0].left)


def black_holes(talk: Talk, gathered: Gathered) -> dict[int, list[Step]]:
    """Whose large segments never arrive, while their peer is there and small ones do?  {end: what is sent in vain}"""
    found: dict[int, list[Step]] = {}
    for end in (0, 1):
        acked = max(
            (step.ack or 0 for _, step in talk.seen[end] if step.end != end and not step.rst), default=0
        )
        sent = [step for step in talk.steps if step.end == end and step.size]
        stuck = [step for step in sent if step.seq <= acked < step.stop]
        copies = [step for step in stuck if step.mark == RETRANSMISSION]
        if len(copies) < COPIES - 1 or any(step.came is not None for step in stuck if talk.wire):
            found |= _found_out(talk, end, sent, acked, gathered)
            continue
        size = stuck[0].size
        through = max((step.size for step in sent if step.stop <= acked), default=0)
        if size > max(through, 400) and _heard(talk, end, copies[0], acked, size, sent):
            found[end] = stuck
            gathered.found(
                "mtu-black-hole",
                [step.number for step in stuck],
                [Span("timeout", min(stuck[0].left + talk.trip, stuck[-1].left), stuck[-1].left)],
                who=talk.names[end],
                size=size,
                count=len(stuck),
            )
    return found


def _found_out(
    talk: Talk, end: int, sent: list[Step], acked: int, gathered: Gathered
) -> dict[int, list[Step]]:
    """Did its kernel find out (RFC 4821) that large segments never arrive, and send the same in smaller ones?"""
    latest: dict[int, Step] = {step.seq: step for step in sent}
    arrived = [
        step
        for step in sent
        if (step.came is not None if talk.wire else latest[step.seq] is step and step.stop <= acked)
    ]
    through = max((step.size for step in arrived), default=0)
    large = [step for step in sent if step.size > max(through, 400)]
    if talk.told[end] or len(large) < COPIES or not arrived:
        return {}
    first = [step for step in large if step.seq == large[0].seq]
    smaller = next((step for step in arrived if step.seq == first[0].seq), None)
    if len(first) < COPIES or smaller is None or smaller.left < first[-1].left:
        return {}
    gathered.found(
        "mtu-black-hole",
        [step.number for step in (*first, smaller)],
        [Span("timeout", min(first[0].left + talk.trip, first[-1].left), smaller.left)],
        who=talk.names[end],
        size=first[0].size,
        count=len(first),
    )
    upto = max(step.stop for step in large)
    return {end: [step for step in sent if step.left >= first[0].left and step.seq < upto]}


def _heard(talk: Talk, end: int, first: Step, acked: int, size: int, sent: list[Step]) -> bool:
    """Did the peer say, after the first repetition, or by a selective acknowledgement, that it is there?"""
    smaller = {step.seq for step in sent if step.size < size}
    for at, step in talk.seen[end]:
        if step.end == end or step.ack is None:
            continue
        if at > first.left:
            return True
        if step.segment.options and any(
            left in smaller and left > acked for left, _ in step.option("sack") or ()
        ):
            return True
    return False


def missing(talk: Talk, gathered: Gathered) -> None:
    """Which bytes were acknowledged that the capture does not have?  On our own wire it has all."""
    if talk.wire:
        return
    for end in (0, 1):
        top: int | None = None
        gaps: list[tuple[int, int, int]] = []  # from, to, and who says so
        for step in talk.steps:
            if step.rst or step.forged:
                continue
            if step.end == end:
                if step.size:  # what comes late, since several processors captured, was not missing
                    gaps = [gap for gap in gaps if not gap[0] <= step.seq < gap[1]]
                top = step.stop if top is None else max(top, step.stop)
            elif (
                step.ack is not None and top is not None and step.ack > top + 1
            ):  # a FIN may be what is not there
                gaps.append((top, step.ack, step.number))
                top = step.ack
        if gaps:
            gathered.found(
                "frames-missing",
                [number for _, _, number in gaps],
                who=talk.names[end],
                peer=talk.names[1 - end],
                count=len(gaps),
                size=sum(upto - begin for begin, upto, _ in gaps),
            )
