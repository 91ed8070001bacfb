"""Who asks whether the other is still there, and who hears nothing any more.  Pure."""

from __future__ import annotations

from labkit.explain.account import Span
from labkit.explain.gathered import Gathered
from labkit.explain.step import KEEP_ALIVE, RETRANSMISSION, Step
from labkit.explain.talk import Talk

TRIES, TRIES_LOST = 3, 2
"""How often somebody must have sent in vain, at the end of a capture, before the other is taken to be gone; where it is
sure that nothing arrived, or that its kernel gave up."""


def silent_tail(talk: Talk, end: int) -> list[Step]:
    """What this end sent again and again at the end of the capture, unheard; the first is what it first sent.

    Empty for fewer than `TRIES` repetitions, or `TRIES_LOST`.
    """
    tail: list[Step] = []
    for _, step in reversed(talk.seen[end]):
        if step.end != end:
            break
        tail.append(step)
    tail.reverse()
    tries = [step for step in tail if step.mark in (RETRANSMISSION, KEEP_ALIVE) and not step.syn]
    gave_up = bool(tail) and tail[-1].rst
    sure = gave_up or (talk.wire and all(step.came is None for step in tries))
    if len(tries) < (TRIES_LOST if sure else TRIES):
        return []
    return [step for step in tail if step.size or step.mark or step.fin or step.rst]


def silence(talk: Talk, gathered: Gathered, tails: tuple[list[Step], list[Step]]) -> None:
    """Who asks, and who is gone?"""
    for end in (0, 1):
        who, peer = talk.names[end], talk.names[1 - end]
        tail = tails[end]
        if tail:
            waited = tail[-1].left - tail[0].left
            gathered.found(
                "dead-peer",
                [step.number for step in tail],
                [Span("timeout", tail[0].left + talk.trip, tail[-1].left)],
                who=who,
                peer=peer,
                count=len(tail),
                wait_ns=waited,
            )
        unheard = {step.number for step in tail}
        asked = [
            step
            for step in talk.steps
            if step.end == end and step.mark == KEEP_ALIVE and step.number not in unheard
        ]
        last = max((at for at, step in talk.seen[end] if step.end != end), default=talk.begin)
        answered = [step.number for step in asked if step.left < last]
        if answered:
            gathered.found("keep-alive", answered, who=who, peer=peer, count=len(answered))
