"""What a connection does when nothing holds it up: opens, programs think, segments are on the wire, closes.  Pure."""

from __future__ import annotations

from labkit.explain.account import Span
from labkit.explain.step import CLIENT, KEEP_ALIVE, PROBE, RETRANSMISSION, Step
from labkit.explain.talk import Talk

_PROGRAMS = ("client", "server")
_REPEATS = (RETRANSMISSION, KEEP_ALIVE, PROBE)


def ground(talk: Talk) -> list[Span]:
    """The spans that every connection has; what else is found lies over them.

    A pause belongs to the program that ends it.  What is under way while nobody pauses is on the wire.
    """
    acts = [step for step in talk.steps if _acts(step)]
    spans = [*_programs(talk, acts), *_flights(talk, acts)]
    opened = _opened(talk)
    if opened is not None:
        spans.append(Span("handshake", talk.begin, opened))
    closing = _closing(talk)
    if closing is not None and opened != talk.end:
        spans.append(Span("closing", closing, talk.end))
    return spans


def _acts(step: Step) -> bool:
    """Does a program show in it: data, the end of data, a reset?"""
    return bool((step.size or step.fin or step.rst) and step.mark not in _REPEATS and not step.forged)


def _programs(talk: Talk, acts: list[Step]) -> list[Span]:
    """What is between two acts is the pause of the second's program, until it has called to send it."""
    writes = talk.writes
    spans, before = [], None
    for step in acts:
        begin = talk.begin if before is None else before
        if step.left > begin:
            call = writes[step.end].of(step.data_seq) if step.size else None
            until = step.left if call is None else min(max(call.begin_ns, begin), step.left)
            spans.append(Span(_PROGRAMS[step.end], begin, until))
            spans.append(Span("buffer", until, step.left))
        before = step.left
    return spans


def _flights(talk: Talk, acts: list[Step]) -> list[Span]:
    """Data on its way; after the last of it, acknowledgements too."""
    last = acts[-1].left if acts else talk.begin
    return [
        Span("wire", step.left, step.came)
        for step in talk.steps
        if step.came is not None and (step.stop > step.seq or step.left >= last)
    ]


def _opened(talk: Talk) -> int | None:
    """When was the handshake over: the client's ACK came, or it sent data?  None if the capture began later."""
    if not any(step.syn for step in talk.steps):
        return None
    answered = False
    for step in talk.steps:
        if step.syn:
            answered = answered or (step.ack is not None and not step.forged)
        elif step.rst and not answered:
            return talk.end
        elif answered and not step.forged and not step.rst:
            if step.size or step.fin or step.end != CLIENT:
                return step.left
            return step.left if step.came is None else _before_data(talk, step)
    return talk.end


def _before_data(talk: Talk, ack: Step) -> int:
    """When the client's first ACK came, or when data left before that."""
    came = ack.came if ack.came is not None else ack.left
    for step in talk.steps:
        if step.left >= came:
            break
        if step.left >= ack.left and step.size:
            return step.left
    return came


def _closing(talk: Talk) -> int | None:
    """Since when there was nothing left to do but to close; None if neither end did."""
    ends = [step.left for step in talk.steps if (step.fin or step.rst) and not step.forged]
    if not ends:
        return None
    carried = [step.left if step.came is None else step.came for step in talk.steps if step.size]
    return max([min(ends), *carried])
