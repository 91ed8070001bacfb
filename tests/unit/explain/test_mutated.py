"""Captures of real traffic, spoilt in every way: `explain` raises nothing, and the time adds up.

A few of them each day; 5,000 every night, where LABKIT_MUTATED is set.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from random import Random

import pytest
from wire_samples import Talk, bulk

from labkit.explain import explain
from labkit.packets.frame import Arrival
from labkit.traces.trace import Trace

COUNT = int(os.environ.get("LABKIT_MUTATED") or 150)
ROOT = Path(__file__).parents[2]


@cache
def originals():
    """Captures of different kinds, of at most 60 frames, and conversations in which much happens."""
    captures = [*ROOT.glob("golden/*.pcap*"), *ROOT.glob("unit/traces/captures/*.pcap*")]
    traces = [Trace.load(path, partial=True) for path in sorted(captures) if path.suffix != ".txt"]
    closed = Talk().open().c(".", 1, 1, bytes(100), at=40).s(".", 1, 101, at=51, window=0)
    closed.c(".", 100, 1, at=300).s(".", 1, 101, at=311, window=9).c("R.", 101, 1, at=400)
    return [Trace(trace.frames[:60], addresses=trace.addresses) for trace in traces if trace.frames] + [
        bulk().trace(),
        closed.trace(),
    ]


def mutated(random: Random) -> Trace:
    """One of them, with frames dropped, doubled, swapped, cut, and bytes, times and fates changed."""
    trace = random.choice(originals())
    frames = list(trace.frames)
    for _ in range(random.randint(1, 8)):
        at = random.randrange(len(frames))
        frame, kind = frames[at], random.randrange(8)
        if kind == 0 and len(frames) > 1:
            del frames[at]
        elif kind == 1:
            frames.insert(random.randrange(len(frames) + 1), frame)
        elif kind == 2:
            other = random.randrange(len(frames))
            frames[at], frames[other] = frames[other], frame
        elif kind == 3:
            frames[at] = frame._replace(data=frame.data[: random.randrange(len(frame.data) + 1)])
        elif kind in (4, 5) and frame.data:
            data = bytearray(frame.data)
            place = random.randrange(min(len(data), 74))
            data[place] = random.choice(
                [0, 255, random.randrange(256), data[place] ^ 1 << random.randrange(8)]
            )
            frames[at] = frame._replace(data=bytes(data))
        elif kind == 6:
            moved = frame.departed_ns + random.randrange(-(10**10), 10**10)
            frames[at] = frame._replace(departed_ns=moved, arrivals=(Arrival(frame.target, moved),))
        else:
            arrivals = tuple(
                Arrival(random.choice(["client", "server", "*"]), frame.departed_ns + n) for n in range(3)
            )
            frames[at] = frame._replace(arrivals=arrivals[: random.randrange(4)])
    numbered = [frame._replace(number=number) for number, frame in enumerate(frames, 1)]
    return Trace(numbered, addresses=trace.addresses)


@pytest.mark.parametrize("share", range(3))
def test_no_mutation_makes_it_raise(share):
    for seed in range(share * COUNT // 3, (share + 1) * COUNT // 3):
        explanation = explain(mutated(Random(seed)))
        for account in explanation.accounts:
            assert sum(account.spent.values()) == account.whole >= 0, seed
        for finding in explanation.findings:
            assert finding.sentence and finding.frames and finding.cost_ns >= 0, seed
        assert repr(explanation), seed


def test_findings_of_a_mutated_capture_can_be_drawn():
    for seed in range(12):
        assert explain(mutated(Random(seed))).page("mutated").endswith("</html>\n"), seed
