"""What is said of the lessons' own traces, as they were recorded."""

from __future__ import annotations

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
            values = reader.load(data).values()
        except BadValues:  # it holds values of classes of the lesson's own
            continue
        yield from (value for value in values if isinstance(value, Trace))


@pytest.mark.parametrize("lesson", store.names())
def test_the_time_adds_up_and_what_it_teaches_is_found(lesson):
    kinds = set()
    for trace in traces(lesson):
        explanation = explain(trace)
        kinds |= set(explanation.kinds)
        assert all(sum(account.spent.values()) == account.whole for account in explanation.accounts)
    assert TAUGHT.get(lesson) in {None, *kinds}
