"""What a capture says of frames that are not in it: its own losses alone, to the last one."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from wire_samples import Talk

from labkit.network import capture
from labkit.network.capture import CapturedTrace
from labkit.running import patience
from labkit.sockets import watching
from labkit.sockets.timeline import Timeline
from labkit.wire.faults import Corrupt, Duplicate
from labkit.wire.record import DELIVERED, HEADER, MANY, Reader, Writer, entry_size

FRAME = bytes(60)


class Watch:
    def __init__(self, news):
        self.news = news

    def clear(self):
        pass

    def wait(self, timeout):
        assert self.news, "the wire is quiet: nothing to wait for"
        self.news.pop(0)()
        return True

    close = clear


class Core:
    """What a capture asks of its network, on a record in memory."""

    names, addresses, closed = ("a", "b", "c"), {}, False
    layout, stations = {"": names}, [(name, "") for name in names]

    def __init__(self, frames=10, missed=None, faults=None):
        self.writer = Writer(bytearray(HEADER + frames * entry_size(len(FRAME))))
        self.record = Reader(self.writer.memory)
        self.timeline, self.abandoned = Timeline(), []
        self.cables = SimpleNamespace(faults=faults or {})
        self.missed = missed or {"a": 0, "b": 0, "c": 0}
        self.late = []  # frames that leave their hosts just before the end is asked for
        self.news = []  # what happens, one at a time
        self.asked = lambda: None  # what happens before a question is answered

    def capture_start(self, snap):
        return self.writer.head, dict(self.missed)

    def capture_stop(self, settled):
        for data in self.late:
            self.passes(data)
        self.late.clear()
        return (self.writer.head, dict(self.missed)) if settled in (None, self.writer.head) else None

    def capture_release(self):
        pass

    def catch_up(self):
        self.asked()

    def passes(self, data):
        """A frame crosses the wire."""
        self.writer.frame(data, len(data), 1, 0, 1, DELIVERED, 2)
        self.writer.changed(0)

    def latest(self):
        return self.record

    def watch(self):
        return Watch(self.news)

    def frame(self, at=1):
        return self.writer.frame(FRAME, len(FRAME), at, 0, 1, DELIVERED, at + 1)


@pytest.mark.parametrize(
    ("before", "during", "missed"),
    [
        ({"a": 0, "b": 0, "c": 0}, {}, 0),
        ({"a": 0, "b": 0, "c": 0}, {"b": 1}, 1),
        ({"a": 7, "b": 1, "c": 0}, {}, 0),
        ({"a": 7, "b": 1, "c": 0}, {"a": 2, "c": 3}, 5),
    ],
)
def test_what_was_missed_before_a_capture_is_not_missing_in_it(before, during, missed):
    core = Core(missed=before)
    trace = CapturedTrace(core, None)
    core.frame()
    for host, count in during.items():
        core.missed[host] += count
    trace.stop()
    assert (trace.missed, len(trace.frames)) == (missed, 1)
    assert ("missing" in str(trace)) == bool(missed)


@pytest.mark.parametrize(("sent", "full"), [(2, False), (3, False), (4, True), (5, True)])
def test_a_record_is_full_with_the_first_frame_that_finds_no_room(sent, full):
    core = Core(frames=3)
    trace = CapturedTrace(core, None)
    for number in range(sent):
        core.frame(at=number + 1)
    trace.stop()
    assert (trace.full, len(trace.frames)) == (full, min(sent, 3))


def test_a_capture_within_another_begins_where_the_record_stands():
    core = Core()
    outer = CapturedTrace(core, None)
    core.frame(at=1)
    inner = CapturedTrace(core, None)
    core.frame(at=2)
    assert [frame.departed_ns for frame in inner.stop().frames] == [2]
    core.frame(at=3)
    assert [frame.departed_ns for frame in outer.stop().frames] == [1, 2, 3]


def test_each_copy_that_one_of_several_receivers_got_is_an_arrival_and_names_its_fault():
    fault, damage = Duplicate(copies=2, to="b", nth=1), Corrupt(to="c", nth=1)
    core = Core(faults={4: fault, 5: damage})
    trace = CapturedTrace(core, None)
    offset = core.writer.frame(FRAME, len(FRAME), 1, 0, MANY, DELIVERED)
    for at in (10, 11, 12):
        core.writer.copy(offset, at, 1, DELIVERED, 4)
    core.writer.copy(offset, 10, 2, DELIVERED, 5)
    (frame,) = trace.stop().frames
    assert (frame.target, frame.fate) == ("*", "delivered")
    assert [(arrival.host, arrival.time_ns) for arrival in frame.arrivals] == [
        ("b", 10),
        ("b", 11),
        ("b", 12),
        ("c", 10),
    ]
    assert {(hit.effect, hit.fault, hit.receiver) for hit in frame.hits} == {
        ("duplicated", fault, "b"),
        ("corrupted", damage, "c"),
    }


def conversation():
    """A question, and its acknowledgement."""
    talk = Talk().open().c("P.", 1, 1, b"hello").s(".", 1, 6)
    return [frame.data for frame in talk.frames]


def test_what_comes_between_the_look_and_the_end_is_looked_at_too():
    """The data leave their host when all that the notebook knows is at rest; what acknowledges them comes later."""
    *before, question, answer = conversation()
    core = Core(frames=20)
    trace = CapturedTrace(core, None)
    for data in before:
        core.passes(data)
    core.late.append(question)
    core.news.append(lambda: core.passes(answer))
    trace.stop()
    assert not core.news and not trace.unacknowledged() and len(trace.frames) == 5


@pytest.mark.parametrize("end", [CapturedTrace.stop, CapturedTrace.wait_until_quiet])
def test_what_comes_while_one_looks_is_looked_at_too(end, monkeypatch):
    """After the look for what is not acknowledged, and before that for who has closed."""
    *before, question, answer = conversation()
    core = Core(frames=20)
    trace = CapturedTrace(core, None)
    for data in before:
        core.passes(data)
    late, look = [question], CapturedTrace.half_closed

    def looks(self):
        while late:
            core.passes(late.pop())
        return look(self)

    monkeypatch.setattr(CapturedTrace, "half_closed", looks)
    core.news += [lambda: None, lambda: core.passes(answer)]
    end(trace)
    assert not core.news and not trace.unacknowledged()


class Clock:
    """The time, which goes on while one waits for news, and while a process stands still."""

    def __init__(self):
        self.now = 100.0

    def monotonic(self):
        return self.now

    def monotonic_ns(self):
        return int(self.now * 1e9)

    def passes(self, seconds):
        self.now += seconds


@pytest.mark.parametrize("stands_still", [True, False])
def test_the_end_waits_for_a_wire_that_stands_still_and_for_no_other(stands_still, monkeypatch):
    """What is to be acknowledged is, as soon as the wire goes on; a second of its time is what it has for that."""
    clock = Clock()
    for module in (capture, patience, watching):
        monkeypatch.setattr(module, "time", clock)
    *before, question, answer = conversation()
    core = Core(frames=20)
    trace = CapturedTrace(core, None)
    for data in (*before, question):
        core.passes(data)
    stops = [lambda: clock.passes(3)] if stands_still else []
    core.asked = lambda: stops.pop()() if stops else None
    core.news += [lambda: clock.passes(1.1)] * (1 if stands_still else 20)
    core.news.append(lambda: core.passes(answer))
    trace.stop()
    assert bool(trace.unacknowledged()) is not stands_still
