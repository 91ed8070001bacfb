"""What is said of the lessons' own traces, as they were recorded.

`tests/golden/lessons.txt` has it for each, in words, so that a reader can see whether it makes sense: no lesson has a
fault that it does not show on purpose.  Where a lesson was recorded anew and the new words are right, run this file
with LABKIT_GOLDEN=write.
"""

from __future__ import annotations

import os
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from labkit.explain import explain
from labkit.recordings import store
from labkit.recordings.values import BadValues, Reader
from labkit.traces.trace import Trace

TAUGHT = {
    "flow": "closed-window",
    "loss": "fast-retransmit",
    "middle": "mtu-black-hole",
    "nagle": "nagle-delayed-ack",
    "options": "dead-peer",
    "silence": "refused",
    "datagrams": "fragment-lost",
    "sockets": "reset-after-close",
    "running": "backlog",
}


APPROVED = Path(__file__).parents[2] / "golden" / "lessons.txt"


class Anything(dict):
    """Whatever a lesson's own cells define."""

    def __contains__(self, name):
        return True

    def __missing__(self, name):
        return lambda *arguments: None


def traces(lesson):
    recording = store.load(lesson)
    content = store.read(recording)
    reader = Reader(content.tables, recording.on, Anything())
    for data in content.values:
        try:
            values = reader.load(data).items()
        except BadValues:  # it holds values of classes of the lesson's own
            continue
        yield from ((name, value) for name, value in values if isinstance(value, Trace))


@cache
def explained(lesson):
    return [(name, explain(trace)) for name, trace in traces(lesson)]


@pytest.mark.parametrize("lesson", store.names())
def test_the_time_adds_up_and_what_it_teaches_is_found(lesson):
    kinds = set()
    for _, explanation in explained(lesson):
        kinds |= set(explanation.kinds)
        assert all(sum(account.spent.values()) == account.whole for account in explanation.accounts)
    assert TAUGHT.get(lesson) in {None, *kinds}


def told(lesson):
    """A line for each trace, by the variable that holds it: the titles of its faults, and no notes, which depend on how
    busy the machine was."""
    known = Counter()
    for name, explanation in explained(lesson):
        known[name] += 1
        place = f"{name} ({known[name]})" if known[name] > 1 else name
        titles = sorted({finding.title for finding in explanation.faults})
        yield f"{lesson}, {place}: {', '.join(titles) or 'nothing amiss'}"


@pytest.mark.parametrize("lesson", store.names())
def test_what_is_said_is_what_a_reader_has_approved(lesson):
    lines = sorted(told(lesson))
    if os.environ.get("LABKIT_GOLDEN") == "write":
        others = [
            line for line in APPROVED.read_text("utf-8").splitlines() if not line.startswith(f"{lesson}, ")
        ]
        APPROVED.write_text("\n".join(sorted([*others, *lines])) + "\n", "utf-8")
    approved = [line for line in APPROVED.read_text("utf-8").splitlines() if line.startswith(f"{lesson}, ")]
    assert lines == approved, "read both; if the new words are right, run this file with LABKIT_GOLDEN=write"
