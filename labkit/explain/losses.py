"""Losses, and repetitions for nothing: how many, how they were mended, and how long that took.  Pure."""

from __future__ import annotations

from labkit.explain.account import Span
from labkit.explain.gathered import Gathered
from labkit.explain.repeats import COPY, FAST, NOT_TAKEN, SPURIOUS, TAIL, TIMEOUT, Repeat, repeats
from labkit.explain.step import OUT_OF_ORDER, Step
from labkit.explain.talk import Talk
from labkit.explain.wherelost import where_lost

_KINDS = (
    (FAST, "fast-retransmit"),
    (TIMEOUT, "timeout"),
    (TAIL, "tail-loss"),
    (SPURIOUS, "spurious"),
    (NOT_TAKEN, "not-taken"),
)


def losses(talk: Talk, gathered: Gathered, tails: tuple[list[Step], list[Step]] = ([], [])) -> None:
    """Which losses were there, and how were they mended?  tails: what each end sent to a peer that was gone."""
    for end in (0, 1):
        who, peer = talk.names[end], talk.names[1 - end]
        vain = {step.number for step in tails[end]}
        again = [each for each in repeats(talk, end) if each.step.number not in vain]
        for why, kind in _KINDS:
            chosen = [each for each in again if each.why == why]
            if not chosen:
                continue
            spans = [] if why == SPURIOUS else [_waiting(talk, each) for each in chosen]
            gathered.found(
                kind,
                [
                    number
                    for each in chosen
                    for number in (*each.proofs, each.before.number, each.step.number)
                ],
                spans,
                who=who,
                peer=peer,
                count=len(chosen),
                seq=chosen[0].step.seq,
                longest_ns=max(each.wait for each in chosen),
                wait_ns=sum(span.end - span.begin for span in _merged(spans)),
            )
        worst = [each for each in again if each.times > 2 and each.why in (FAST, TIMEOUT, TAIL)]
        if worst:
            spans = [_waiting(talk, each) for each in worst]
            gathered.found(
                "lost-again",
                [number for each in worst for number in (each.before.number, each.step.number)],
                spans,
                who=who,
                count=len({each.step.seq for each in worst}),
                seq=worst[0].step.seq,
                times=max(each.times for each in worst),
                wait_ns=sum(span.end - span.begin for span in _merged(spans)),
            )
        where_lost(talk, end, [each.before for each in again if each.why in (FAST, TIMEOUT, TAIL)], gathered)
        late = [step for step in talk.steps if step.end == end and step.mark == OUT_OF_ORDER]
        if late:
            numbers = [step.number for step in late]
            gathered.found("reordering", numbers, who=who, count=len(late), seq=late[0].seq)
        twice = [each.step.number for each in again if each.why == COPY]
        twice += [step.number for step in talk.steps if step.end == end and _doubled(step)]
        if twice:
            gathered.found("duplicate", twice, who=who, count=len(twice))


def _doubled(step: Step) -> bool:
    """Did it reach its host twice?"""
    arrivals = step.segment.frame.arrivals
    return len(arrivals) > 1 and sum(each.host == step.segment.target for each in arrivals) > 1


def _waiting(talk: Talk, each: Repeat) -> Span:
    """From when its acknowledgement could have come to when it was sent again."""
    cause = "timeout" if each.why in (TIMEOUT, NOT_TAKEN) else "repair"
    begin = min(each.before.left + talk.trip, each.step.left)
    return Span(cause, begin, each.step.left)


def _merged(spans: list[Span]) -> list[Span]:
    found: list[Span] = []
    for span in sorted(spans, key=lambda each: each.begin):
        if found and span.begin <= found[-1].end:
            found[-1] = found[-1]._replace(end=max(found[-1].end, span.end))
        else:
            found.append(span)
    return found
