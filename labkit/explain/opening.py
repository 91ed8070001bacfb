"""How a connection began, or did not: refusals, SYNs and SYN-ACKs that were lost, silence.  Pure."""

from __future__ import annotations

from typing import Any

from labkit.explain.account import Span
from labkit.explain.gathered import Gathered
from labkit.explain.step import CLIENT, SERVER, Step
from labkit.explain.talk import Talk

SLOW_NS = 100_000_000
"""An answer to a SYN that takes longer is slow."""
PATIENCE_NS = 900_000_000
"""How long a SYN must have been without an answer before that is worth a word: a kernel repeats it after a second."""


def opening(talk: Talk, gathered: Gathered, until: int) -> None:
    """What went wrong in the handshake?  `until`: when the whole capture ends."""
    client, server = talk.names
    asked = [step for step in talk.steps if step.syn and step.ack is None and step.end == CLIENT]
    answers = [step for step in talk.steps if step.syn and step.ack is not None and step.end == SERVER]
    if not asked:
        return
    refusal = next((step for step in talk.steps if _refuses(step, asked[0])), None)
    if refusal is not None and not answers:
        gathered.found(
            "refused",
            [asked[-1].number, refusal.number],
            cost_ns=refusal.left - asked[0].left,
            who=client,
            peer=server,
            port=talk.flow.server_address[1],
        )
    _repeated(talk, gathered, asked, answers, refusal, until)
    answered = [step for step in answers if not step.forged]
    if answered and len(asked) == 1 and len(answered) == 1:
        _slow(talk, gathered, asked[0], answered[0])
    if len(answered) > 1 and answered[0].segment.raw_seq == answered[-1].segment.raw_seq:
        _answered_again(talk, gathered, answered)


def _refuses(step: Step, syn: Step) -> bool:
    """Is it the refusal of a SYN (RFC 9293 section 3.10.7.1)?"""
    return (
        step.rst and step.end == SERVER and not step.forged and step.ack == syn.stop and step.left >= syn.left
    )


def _repeated(
    talk: Talk,
    gathered: Gathered,
    asked: list[Step],
    answers: list[Step],
    refusal: Step | None,
    until: int,
) -> None:
    client, server = talk.names
    told: dict[str, Any] = {"who": client, "peer": server, "port": talk.flow.server_address[1]}
    end = answers[0] if answers else refusal
    if end is None:
        waited = asked[-1].left - asked[0].left
        if len(asked) > 1 or until - asked[0].left >= PATIENCE_NS:
            span = Span("timeout", asked[0].left, max(talk.end, asked[-1].left))
            numbers = [step.number for step in asked]
            gathered.found(
                "no-answer",
                numbers,
                [span],
                cost_ns=max(waited, talk.end - talk.begin),
                count=len(asked),
                wait_ns=waited,
                **told,
            )
        return
    before = [step for step in asked if step.left < end.left]
    if len(before) < 2:
        return
    spans = [Span("timeout", before[0].left + talk.trip, before[-1].left)]
    arrived = talk.vantage.place == "server" or (
        talk.wire and all(step.came is not None for step in before[:-1])
    )
    gathered.found(
        "backlog" if arrived else "syn-lost",
        [step.number for step in (*before, end)],
        spans,
        count=len(before) - 1,
        wait_ns=before[-1].left - before[0].left,
        **told,
    )


def _slow(talk: Talk, gathered: Gathered, syn: Step, answer: Step) -> None:
    """Did the answer take far longer than the path?"""
    came = answer.came if answer.came is not None else answer.left
    waited = came - syn.left
    first = next((step for step in talk.steps if step.end == CLIENT and step.ack is not None), None)
    trip = talk.trip
    if talk.wire and first is not None and first.came is not None:
        trip = came - answer.left + first.came - first.left  # what the path took then
    if waited >= max(SLOW_NS, 3 * trip):
        gathered.found(
            "slow-handshake",
            [syn.number, answer.number],
            cost_ns=waited,
            peer=talk.names[SERVER],
            wait_ns=waited,
            trip_ns=trip,
        )


def _answered_again(talk: Talk, gathered: Gathered, answers: list[Step]) -> None:
    """A SYN-ACK was sent again: the first was lost, or the ACK of it."""
    heard = next((step for step in talk.steps if step.end == CLIENT and step.ack is not None), None)
    before = [step for step in answers if heard is None or step.left < heard.left]
    if talk.wire:
        lost = [step for step in before if step.came is None]
    else:
        lost = [step for step in before[:-1] if before[-1].left - step.left >= PATIENCE_NS]
    if not lost or talk.vantage.place == "client":
        return
    until = next((step.left for step in before if step.left > lost[-1].left), lost[-1].left)
    gathered.found(
        "syn-ack-lost",
        [step.number for step in before],
        [Span("timeout", min(lost[0].left + talk.trip, until), until)],
        who=talk.names[SERVER],
        peer=talk.names[CLIENT],
        count=len(lost),
        wait_ns=until - lost[0].left,
    )
