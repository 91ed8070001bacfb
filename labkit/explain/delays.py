"""Small segments that wait for an acknowledgement (RFC 9293 section 3.7.4), and acknowledgements that wait for company
(section 3.8.6.3).  Pure."""

from __future__ import annotations

from typing import NamedTuple

from labkit.explain.account import Span
from labkit.explain.gathered import Gathered
from labkit.explain.stalls import Stall
from labkit.explain.step import Step
from labkit.explain.talk import Talk
from labkit.traces.ranges import Ranges

LEAST_NS, MOST_NS = 25_000_000, 600_000_000
"""How long a delayed ACK is kept back: Linux waits 40 ms, others up to 200, and RFC 9293 allows less than 500 ms."""
_UNSURE_NS = 1_000_000
HELD_NS = 3_000_000
"""A write that was held for less is not worth a word."""


class Delayed(NamedTuple):
    """An acknowledgement that its sender kept back: of how many bytes, and how long."""

    step: Step
    size: int
    since: int

    @property
    def wait(self) -> int:
        return self.step.left - self.since


def delayed(talk: Talk, end: int) -> dict[int, Delayed]:
    """The acknowledgements that this end kept back, by the numbers of their frames.

    One that carries data was not kept back: its program was thinking.  Nor was one of two full segments, which goes out
    at once, or one that follows a repetition or a closed window.  Where the capture was not taken at this end, a queue
    on the path looks the same, unless the segment had the path for itself.
    """
    far = not talk.wire and talk.vantage.place != ("client", "server")[end]
    found: dict[int, Delayed] = {}
    got = Ranges()
    first: int | None = None
    expected = told = since = 0  # what it waits for, what it has acknowledged, since when it has more
    told_at = doubtful = 0  # when it acknowledged last; up to where its acknowledgements tell nothing
    for at, step in talk.seen[end]:
        if step.end != end:
            if step.stop == step.seq or step.rst:
                continue
            if first is None:
                first = expected = step.seq
                told = max(told, step.seq)
            crowded = far and (step.seq > told or told_at + talk.one_way[end] > step.left + _UNSURE_NS)
            if step.mark or step.syn or step.fin or crowded:
                doubtful = max(doubtful, step.stop)
            got.add(step.seq, step.stop)
            now = got.end_of(first)
            if now > expected:
                if expected <= told:
                    since = at
                expected = now
        elif step.ack is not None and not step.rst and step.ack > told:
            size, clean = (
                step.ack - told if first is not None else 0,
                told >= doubtful and expected >= step.ack,
            )
            told, told_at = step.ack, at
            kept = Delayed(step, size, since)
            plain = step.size == 0 and not step.syn and not step.fin and step.window > 0
            if plain and clean and 0 < size < 2 * talk.mss[1 - end] and LEAST_NS <= kept.wait <= MOST_NS:
                found[step.number] = kept
    return found


def delays(talk: Talk, stalls: tuple[list[Stall], list[Stall]], gathered: Gathered) -> None:
    """Which writes were held, by whom, and which acknowledgements were kept back?"""
    for end in (0, 1):
        kept = delayed(talk, 1 - end)
        who, peer = talk.names[end], talk.names[1 - end]
        held, alone, free, waited = [], [], [], []
        for stall in stalls[end]:
            late = kept.pop(stall.ack.number, None)
            if stall.small and late is not None:
                held.append((stall, late))
            elif stall.small:
                alone.append(stall)
            elif late is not None and not stall.paced:
                waited.append((stall, late))
        free = list(kept.values())
        if held:
            spans = [Span("nagle", stall.begin, stall.end) for stall, _ in held]
            spans += [
                Span("delayed", max(late.since, stall.begin), min(late.step.left, stall.end))
                for stall, late in held
            ]
            gathered.found(
                "nagle-delayed-ack",
                [number for stall, late in held for number in stall.frames],
                spans,
                **_told(who, peer, [stall for stall, _ in held]),
            )
        alone = [stall for stall in alone if stall.end - stall.begin >= HELD_NS]
        if alone:
            spans = [Span("nagle", stall.begin, stall.end) for stall in alone]
            frames = [number for stall in alone for number in stall.frames]
            gathered.found("nagle", frames, spans, **_told(who, peer, alone))
        for kind, pairs in (("delayed-ack", [late for _, late in waited]), ("late-ack", free)):
            if pairs:
                gathered.found(
                    kind,
                    [late.step.number for late in pairs],
                    [Span("delayed", late.since, late.step.left) for late in pairs]
                    if kind == "delayed-ack"
                    else (),
                    who=who,
                    peer=peer,
                    count=len(pairs),
                    size=pairs[0].size,
                    longest_ns=max(late.wait for late in pairs),
                    wait_ns=sum(late.wait for late in pairs),
                )


def _told(who: str, peer: str, stalls: list[Stall]) -> dict:
    waited = sum(stall.end - stall.begin for stall in stalls)
    known = all(stall.known for stall in stalls)
    return {
        "who": who,
        "peer": peer,
        "count": len(stalls),
        "size": stalls[0].step.size,
        "wait_ns" if known else "wait_most_ns": waited,
    }
