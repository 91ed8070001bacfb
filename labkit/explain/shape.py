"""How a sender sends: in tiny segments, into a queue that grows, without what its peer's SYN left out.  Pure."""

from __future__ import annotations

from labkit.explain.gathered import Gathered
from labkit.explain.roundtrips import round_trips
from labkit.explain.stalls import Stall
from labkit.explain.step import Step
from labkit.explain.talk import Talk

TINY, RUN, PAUSE_NS = 64, 30, 20_000_000
"""Segments of at most so many bytes, so many in a row, without so long a pause in the mean, are too small."""
HEADERS = 66  # bytes of Ethernet, IPv4 and TCP with timestamps
SAMPLES, GROWN_NS = 30, 40_000_000
_UNSCALED = 65_535


def shape(talk: Talk, stalls: tuple[list[Stall], list[Stall]], gathered: Gathered) -> None:
    """What can be said of how each end sends?"""
    for end in (0, 1):
        _tiny(talk, end, gathered)
        _bloated(talk, end, gathered)
    _without(talk, stalls, gathered)


def _tiny(talk: Talk, end: int, gathered: Gathered) -> None:
    """Many small segments, one after another, with no answer between."""
    best: list[Step] = []
    run: list[Step] = []
    for step in talk.steps:
        if not step.size or step.forged:
            continue
        if step.end == end and step.size <= TINY:
            run.append(step)
            continue
        best, run = max(best, run, key=len), []
    best = max(best, run, key=len)
    if len(best) < RUN or best[-1].left - best[0].left > PAUSE_NS * len(best):
        return
    total = sum(step.size for step in best)
    gathered.found(
        "tiny-segments",
        [step.number for step in best],
        who=talk.names[end],
        count=len(best),
        size=round(total / len(best)),
        share=round(100 * HEADERS * len(best) / (HEADERS * len(best) + total)),
    )


def _bloated(talk: Talk, end: int, gathered: Gathered) -> None:
    """Does the round trip grow with what is under way?  Not if it grew by itself."""
    samples = round_trips(talk, end)
    if len(samples) < SAMPLES:
        return
    samples.sort()
    least, most = samples[len(samples) // 20], samples[-1 - len(samples) // 20]
    if most[0] < max(least[0] * 3 // 2, least[0] + GROWN_NS):
        return
    few = sorted(under_way for _, under_way, _ in samples[: len(samples) // 4])
    many = sorted(under_way for _, under_way, _ in samples[-(len(samples) // 4) :])
    if many[len(many) // 2] < 2 * few[len(few) // 2]:
        return
    gathered.found(
        "bufferbloat",
        [least[2], most[2]],
        who=talk.names[end],
        least_ns=least[0],
        most_ns=most[0],
        size=max(under_way for _, under_way, _ in samples),
    )


def _without(talk: Talk, stalls: tuple[list[Stall], list[Stall]], gathered: Gathered) -> None:
    """What a SYN left out, so that neither end may use it (RFC 2018, RFC 7323), where they would have."""
    syns = [_syn(talk, 0), _syn(talk, 1)]
    lost = {finding.kind for finding in gathered.findings} & {"fast-retransmit", "timeout", "tail-loss"}
    full = [
        stall.step.number
        for each in stalls
        for stall in each
        if stall.full and not stall.paced and stall.window > _UNSCALED * 3 // 4
    ]
    missing: dict[str, tuple[int, Step]] = {}
    for end, syn in enumerate(syns):
        if syn is None or syn.forged or None in syns:
            return
        for name in {"sackOK", "wscale"} - {name for name, _ in syn.segment.options}:
            missing.setdefault(name, (end, syn))
    for name, kind, numbers in (("sackOK", "no-sack", []), ("wscale", "no-scaling", full)):
        if name in missing and (lost if name == "sackOK" else len(full) >= 3):
            end, syn = missing[name]
            gathered.found(kind, [syn.number, *numbers], who=talk.names[end], peer=talk.names[1 - end])


def _syn(talk: Talk, end: int) -> Step | None:
    return next((step for step in talk.steps if step.syn and step.end == end), None)
