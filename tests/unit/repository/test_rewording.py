"""Rewording what labkit says changes words alone: no state, no answer, no fact of a ladder, no file."""

from __future__ import annotations

import re
from functools import partial

import pytest
from ladder_samples import NAMES, sample
from wire_samples import Talk, bulk

from labkit import Corrupt, Drop, ladder, words
from labkit.packets.frame import Arrival, Hit
from labkit.panels.machine.journeys import journeys
from labkit.panels.player.ends import Ends
from labkit.pictures.ladders.fold import folded
from labkit.pictures.ladders.story import Stories, tell
from labkit.traces.states import states
from labkit.traces.trace import Trace


class Reworded(dict):
    """A catalogue that has other words for every template, with the values in the opposite order."""

    def get(self, template: str, default: object = None) -> str:
        return "‹" + " ".join(re.findall(r"\{[^}]*\}", template)[::-1]) + "›"


@pytest.fixture
def reworded():
    """Say everything in other words from the call on, until the test ends."""
    before = words.use({})
    yield lambda: words.use(Reworded())
    words.use(before)


def corrupted_for_third() -> Trace:
    """A connection on a hub of three, whose third host gets damaged copies of each FIN, and no copy of the data."""
    dropped = (Hit("dropped", Drop(to="third", data=1), "third"),)
    damaged = (Hit("corrupted", Corrupt(to="third", flags="FIN"), "third"),)
    talk = Talk().open().c("P.", 1, 1, b"hello", at=40, hits=dropped).s(".", 1, 6, at=51)
    talk.c("F.", 6, 1, at=60, hits=damaged).s("F.", 1, 7, at=71, hits=damaged).c(".", 7, 2, at=82)
    talk.frames = [
        frame
        if frame.hits == dropped
        else frame._replace(arrivals=(*frame.arrivals, Arrival("third", frame.arrivals[0].time_ns)))
        for frame in talk.frames
    ]
    return talk.trace(hosts=("client", "server", "third"))


TRACES = {
    "corrupted": corrupted_for_third,
    "bulk": lambda: bulk().trace(),
    **{name: partial(sample, name) for name in NAMES},
}


def facts(trace: Trace) -> list:
    """What a trace says and how its ladder lies, without the words."""
    answers = [
        trace.retransmitted(),
        [
            segment.number
            for segment in (*trace.duplicate_acks(), *trace.out_of_order(), *trace.unacknowledged())
        ],
        trace.marks(),
        trace.flows(),
        [(flow.number, end) for flow in trace.flows() for end in Ends(Stories(trace)).of(flow)],
        [(change.host, change.state, change.time_ns) for change in states(trace)],
        [step[:4] + step[6:] for each in journeys(trace) for step in each.steps],
    ]
    told = tell(trace)
    arrows = [
        (arrow.number, arrow.tips, arrow.toward, arrow.kind, arrow.size, arrow.duplicate)
        for arrow in told.arrows
    ]
    lost = [(arrow.fate is None, [place for place, _ in arrow.missed]) for arrow in told.arrows]
    runs = [(arrow.number, arrow.count) for arrow in folded(told.arrows, set())[0]]
    return [answers, arrows, lost, told.changes, [(act.cause, act.release) for act in told.acts], runs]


@pytest.mark.parametrize("name", TRACES)
def test_rewording_changes_no_fact(name, reworded):
    before = facts(TRACES[name]())
    reworded()
    assert facts(TRACES[name]()) == before


def test_rewording_changes_the_words(reworded):
    trace = corrupted_for_third()
    assert "(corrupted by Corrupt(to='third', flags='FIN') on the way to third)" in str(trace)
    assert "✗ dropped by Drop(to='third', data=1) on the way to third" in ladder(trace).text
    reworded()
    assert "(‹third ‹Corrupt(to='third', flags='FIN')››)" in str(trace)
    assert "✗ ‹third ‹Drop(to='third', data=1)››" in ladder(corrupted_for_third()).text


def test_a_file_is_read_in_whatever_words(reworded, tmp_path):
    trace = corrupted_for_third()
    trace.save(tmp_path / "one.pcapng", epoch_ns=0)
    reworded()
    trace.save(tmp_path / "two.pcapng", epoch_ns=0)
    assert (tmp_path / "one.pcapng").read_bytes() == (tmp_path / "two.pcapng").read_bytes()
    assert Trace.load(tmp_path / "one.pcapng") == trace


def test_a_copy_corrupted_for_another_host_changes_no_state():
    closing = [f"{change.host} {change.state}" for change in states(corrupted_for_third())][-5:]
    assert closing == [
        "client FIN-WAIT-1",
        "server CLOSE-WAIT",
        "server LAST-ACK",
        "client TIME-WAIT",
        "server CLOSED",
    ]
