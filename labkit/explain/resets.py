"""Connections that were ended at once (RST), and why, as far as the frames tell.  Pure.

A kernel that aborts a connection sends RST with ACK.  One that knows no such connection, or whose program has closed
it, answers with RST without ACK, and with the number that the other side acknowledged (RFC 9293 section 3.10.7.1).
"""

from __future__ import annotations

from collections.abc import Collection

from labkit.explain.gathered import Gathered
from labkit.explain.step import Step
from labkit.explain.talk import Talk
from labkit.traces.calls import RECEIVING


def resets(talk: Talk, gathered: Gathered, explained: Collection[int] = ()) -> None:
    """Which resets were there, and what does each mean?  explained: numbers of those that are told of already."""
    if all(not step.rst or step.number in explained for step in talk.steps):
        return
    strange = [step for step in talk.steps if step.rst and forged(talk, step)]
    asked = {step.stop for step in talk.steps if step.syn and step.ack is None}
    groups: dict[tuple[str, int], list[tuple[Step, Step | None]]] = {}
    told = [step for step in strange if step.number not in explained]
    if told:
        numbers = [step.number for step in told]
        gathered.found("reset-by-stranger", numbers, who=talk.names[told[0].end], count=len(told))
    for end in (0, 1):
        known: Step | None = None  # the last segment that came to it
        closed = gone = False
        silent = all(step.rst for step in talk.steps if step.end == end)
        for _, step in talk.seen[end]:
            if step.end != end:
                known = step
                gone = gone or step.rst
            elif step.fin:
                closed = True
            elif (
                step.rst and step not in strange and not (silent and step.ack in asked)
            ):  # which refuses a SYN
                kind = _kind(step, known, closed)
                gone, before = gone or step.came is not None, gone
                if kind and not (before and kind == "reset-half-open"):  # which a reset had ended before
                    groups.setdefault((kind, end), []).append((step, known))
    for (kind, end), found in groups.items():
        numbers = [each.number for pair in found for each in pair if each is not None]
        values = _values(talk, end, found[0][0])
        if kind == "reset":
            unread = _unread(talk, end, found[0][0])
            if unread:
                kind, values["unread"] = "reset-unread", unread
        gathered.found(kind, numbers, count=len(found), **values)


def _kind(step: Step, before: Step | None, closed: bool) -> str:
    """What a reset means; "" for one that needs no word."""
    if before is None:
        return "reset"
    answers = step.ack is None and before.ack is not None and step.segment.raw_seq == before.segment.raw_ack
    if answers and closed:
        return "reset-after-close" if before.size or before.fin else ""
    if before.syn and before.ack is None:
        return ""
    if answers:
        return "syn-ack-refused" if before.syn else "reset-half-open"
    return "reset"


def forged(talk: Talk, step: Step) -> bool:
    """Was it sent by somebody else?  Our wire knows; elsewhere its time to live tells."""
    if step.forged:
        return True
    if talk.wire:
        return False
    lives = {_life(each) for each in talk.steps if each.end == step.end and not each.rst}
    return bool(lives) and _life(step) not in lives


def _life(step: Step) -> int:
    """The time to live, or hop limit, as a number of hops that it may have come: kernels begin with 64, 128 or 255."""
    data = step.segment.frame.data
    if data[12:14] == b"\x08\x00":
        return data[22]
    return data[21] if data[12:14] == b"\x86\xdd" else 0


def _values(talk: Talk, end: int, step: Step) -> dict:
    sent, got = (
        sum({each.data_seq: each.size for each in talk.steps if each.end == who and each.size}.values())
        for who in (end, 1 - end)
    )
    return {"who": talk.names[end], "peer": talk.names[1 - end], "sent": sent, "got": got}


def _unread(talk: Talk, end: int, reset: Step) -> int:
    """How many bytes that had come did its program not read?  0 where nobody noted what it read."""
    calls = [call for call in talk.calls[end] if call.name in RECEIVING and call.said != "MSG_PEEK"]
    if not talk.calls[end] or any(call.tls for call in calls):
        return 0
    if talk.options[end].resets(reset.left):  # with all of it read it would have been a reset, too
        return 0
    closes = [call for call in talk.calls[end] if call.name == "close"]
    if closes and all(call.begin_ns > reset.left for call in closes):  # its kernel gave up, not its program
        return 0
    came = {
        step.data_seq: step.size
        for step in talk.steps
        if step.end != end and step.size and step.came is not None and step.came <= reset.left
    }
    return max(0, sum(came.values()) - sum(call.moved or 0 for call in calls))
