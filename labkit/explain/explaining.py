"""`explain(trace)`: what happened, in words, with its evidence, and where the time went.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from labkit.explain.account import Account, painted
from labkit.explain.beside import beside
from labkit.explain.capturing import captured_twice, capturing, marred_frames, without
from labkit.explain.cookies import cookies
from labkit.explain.delays import delays
from labkit.explain.ending import black_holes, ending, missing
from labkit.explain.explanation import Explanation
from labkit.explain.forgotten import forgotten
from labkit.explain.gathered import Gathered
from labkit.explain.ground import ground
from labkit.explain.limits import limits
from labkit.explain.losses import losses
from labkit.explain.neighbours import neighbours
from labkit.explain.opening import opening
from labkit.explain.resets import resets
from labkit.explain.shape import shape
from labkit.explain.silence import silence, silent_tail
from labkit.explain.stalls import stalls
from labkit.explain.talk import Talk, is_wire, talks
from labkit.explain.together import together
from labkit.explain.windows import windows

if TYPE_CHECKING:
    from labkit.explain.finding import Finding
    from labkit.traces.trace import Trace


def explain(trace: Trace) -> Explanation:
    """What happened in this capture?

    trace   a `Trace`: of our own wire, or loaded from any program's capture

    Gives an `Explanation`: what was found, by what it cost, and for each connection where its time went.  It claims
    only what the frames show (and, of a trace of our own wire, the programs' calls and each frame's fate).
    Raises TypeError for what is not a trace.
    """
    if not hasattr(trace, "end_to_end") or not hasattr(trace, "frames"):
        raise TypeError(
            f"explain takes a trace (got {type(trace).__name__}); write: with net.capture() as trace: ..., "
            "or explain(Trace.load(path))"
        )
    whole = trace.end_to_end
    found: list[Finding] = []
    accounts = []
    wire = is_wire(whole)
    twice = [] if wire else captured_twice(whole)
    if twice:
        whole = without(whole, twice)
    marred = marred_frames(whole, wire)
    known = talks(whole, {number for numbers in marred.wrong.values() for number in numbers})
    until = max((frame.departed_ns for frame in whole.frames), default=0)
    for talk in known:
        gathered = Gathered(trace, talk.number)
        accounts.append(_judged(talk, known, gathered, until))
        found += gathered.findings
    others = Gathered(trace)
    capturing(whole, wire, marred, twice, others)
    beside(whole, others)
    neighbours(whole, wire, others)
    cookies(known, others)
    found = together(trace, found + others.findings)
    found.sort(key=lambda each: (each.note, -each.cost_ns, each.frames[:1]))
    places = {talk.vantage.place if talk.vantage.known else "" for talk in known}
    return Explanation(tuple(found), tuple(accounts), trace, places.pop() if len(places) == 1 else "")


def _judged(talk: Talk, company: Sequence[Talk], gathered: Gathered, until: int) -> Account:
    """Find what happened on one connection; where its time went."""
    holes = black_holes(talk, gathered)
    tails = (silent_tail(talk, 0), silent_tail(talk, 1))
    silent = ([] if 0 in holes else tails[0], [] if 1 in holes else tails[1])
    waits = (stalls(talk, 0), stalls(talk, 1))
    opening(talk, gathered, until)
    lapsed = forgotten(talk, silent, company, gathered)
    silent = ([] if lapsed else silent[0], [] if lapsed else silent[1])
    resets(talk, gathered, lapsed)
    silence(talk, gathered, silent)
    losses(talk, gathered, (holes.get(0, tails[0]), holes.get(1, tails[1])))
    windows(talk, waits, gathered)
    delays(talk, waits, gathered)
    limits(talk, waits, gathered)
    shape(talk, waits, gathered)
    ending(talk, gathered, until)
    missing(talk, gathered)
    pieces = painted(talk.begin, talk.end, "idle", [*ground(talk), *gathered.spans])
    client, server = talk.names
    return Account(talk.number, client, server, talk.begin, talk.end, pieces, not talk.wire)
