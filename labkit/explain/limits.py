"""Who limits a sender, where neither window nor path does: its program, or its own send buffer.  Pure.

A program limits it where the kernel had nothing to send.  That is seen where all was acknowledged, the window open,
and nothing left (RFC 9293 section 3.8.6: such a segment goes out at once), or told by the program's calls.  A send
buffer limits it where a call waits all the time, and what is under way never grows, as a congestion window would
(RFC 5681 section 3.1).
"""

from __future__ import annotations

from typing import NamedTuple

from labkit.explain.account import Span, covered
from labkit.explain.gathered import Gathered
from labkit.explain.roundtrips import round_trips
from labkit.explain.stalls import SOON_NS, Stall
from labkit.explain.step import RETRANSMISSION, Step
from labkit.explain.talk import Talk
from labkit.explain.writes import Writes
from labkit.traces.calls import SENDING

PIECES, BYTES, LEAST_NS = 10, 10_000, 200_000_000
"""So many pauses, in so many bytes, and so long in all: less is a conversation, and limits nobody."""
ROUNDS, LONGEST = 8, 200
"""For so many round trips at least what is under way must not grow; so many are looked at together."""


def limits(talk: Talk, stalls: tuple[list[Stall], list[Stall]], gathered: Gathered) -> None:
    """Does a program limit its connection, or a send buffer?"""
    for end in (0, 1):
        _program(talk, end, gathered)
        _buffer(talk, end, stalls[end], gathered)


class _Pause(NamedTuple):
    step: Step
    wait: int


def _program(talk: Talk, end: int, gathered: Gathered) -> None:
    if talk.vantage.place not in ("wire", ("client", "server")[end]):
        return  # seen from elsewhere, an acknowledgement may have been under way all the time
    for run, pauses in _runs(talk, end):
        wait, whole = sum(pause.wait for pause in pauses), run[-1].left - run[0].left
        size = sum(step.size for step in run)
        if len(pauses) >= PIECES and size >= BYTES and wait >= max(LEAST_NS, whole // 2):
            gathered.found(
                "application-limited",
                [pause.step.number for pause in pauses],
                cost_ns=wait,
                who=talk.names[end],
                peer=talk.names[1 - end],
                size=size,
                pieces=len(pauses) + 1,
                wait_ns=wait,
                whole_ns=whole,
            )


def _runs(talk: Talk, end: int) -> list[tuple[list[Step], list[_Pause]]]:
    """What it sent without data of its peer between, and where its program had nothing to send."""
    writes = talk.writes[end]
    found: list[tuple[list[Step], list[_Pause]]] = []
    run: list[Step] = []
    pauses: list[_Pause] = []
    upto = acked = window = 0
    quiet: int | None = None  # since when nothing is under way
    for at, step in talk.seen[end]:
        if step.end != end:
            if step.ack is not None and step.ack >= acked and not step.rst:
                if step.ack >= upto and quiet is None:
                    quiet = at
                acked, window = step.ack, step.window
            if step.size:
                found.append((run, pauses))
                run, pauses = [], []
        elif step.size and step.seq >= upto and not step.mark:
            if run and step.left - run[-1].left > SOON_NS:
                since = _had_nothing(writes, step, run[-1], quiet if window else None)
                if since is not None and since[1] - since[0] > SOON_NS:
                    pauses.append(_Pause(step, since[1] - since[0]))
            run.append(step)
            upto, quiet = step.stop, None
    return [(run, pauses) for run, pauses in (*found, (run, pauses)) if pauses]


def _had_nothing(writes: Writes, step: Step, before: Step, quiet: int | None) -> tuple[int, int] | None:
    """From when to when had its program nothing to send?"""
    call = writes.of(step.data_seq)
    if call is None:
        return None if quiet is None else (quiet, step.left)
    if writes.of(step.data_seq - 1) is call:  # the rest of what it had written already
        return None
    return (before.left, call.begin_ns) if call.begin_ns > before.left else None


def _buffer(talk: Talk, end: int, stalls: list[Stall], gathered: Gathered) -> None:
    calls = [call for call in talk.calls[end] if call.name in SENDING]
    if (
        not talk.wire
        or not calls
        or any(step.mark == RETRANSMISSION for step in talk.steps if step.end == end)
    ):
        return
    flat = _flat(_rounds(talk, end), talk.mss[end])
    if len(flat) < ROUNDS:
        return
    begin, until = flat[0].begin, flat[-1].end
    waiting = covered(
        Span("sending", max(call.begin_ns, begin), until if call.end_ns is None else min(call.end_ns, until))
        for call in calls
    )
    trips = sorted(
        each.took for each in round_trips(talk, end) if flat[0].number <= each.number <= flat[-1].number
    )
    if 2 * waiting < until - begin or not trips or trips[len(trips) // 2] > talk.trip * 2:
        return  # a queue stands on the path, which is what limits it
    spans = [
        Span("sending", stall.begin, stall.end)
        for stall in stalls
        if begin <= stall.begin <= until and not stall.small and not stall.full
    ]
    gathered.found(
        "buffer-limited",
        [each.number for each in flat],
        spans,
        who=talk.names[end],
        peer=talk.names[1 - end],
        size=max(each.peak for each in flat),
        window=min(each.peak + each.room for each in flat),
        count=len(flat),
        wait_ns=until - begin,
    )


class _Round(NamedTuple):
    """One round trip: how much was under way at most, how much more the window allowed then, in which frame."""

    begin: int
    end: int
    peak: int
    room: int
    number: int


def _rounds(talk: Talk, end: int) -> list[_Round]:
    found: list[_Round] = []
    upto = acked = edge = peak = room = number = begin = 0
    goal: int | None = None
    for at, step in talk.seen[end]:
        if step.end == end:
            if step.size:
                upto = max(upto, step.stop)
                if upto - acked > peak:
                    peak, room, number = upto - acked, edge - upto, step.number
                if goal is None:
                    goal, begin = upto, at
        elif step.ack is not None and step.ack >= acked and not step.rst:
            acked, edge = step.ack, step.ack + step.window
            if goal is not None and acked >= goal:
                found.append(_Round(begin, at, peak, room, number))
                goal, peak = None, 0
    return found


def _flat(rounds: list[_Round], mss: int) -> list[_Round]:
    """The row of round trips in which as much was under way again and again, and never more, though the window allowed
    it: a ceiling.  A congestion window that is filled so often would have grown."""
    best: list[_Round] = []
    at = 0
    while at < len(rounds):
        top, row = rounds[at].peak, []
        for each in rounds[at : at + LONGEST]:
            if each.peak > top + mss or each.room < 4 * mss:
                break
            row.append(each)
        reached = sum(1 for each in row if each.peak >= top - mss)
        if len(row) >= ROUNDS and reached >= max(ROUNDS - 2, len(row) // 2):
            best = max(best, row, key=len)
            at += len(row)
        else:
            at += 1
    return best
