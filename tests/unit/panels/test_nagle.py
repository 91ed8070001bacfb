"""The Nagle explorer's pure part: the parameters, what is written when, and two runs compared."""

from __future__ import annotations

from itertools import product

import pytest

from labkit.panels import nagle_explorer
from labkit.panels.nagle.plan import BOUNDS, PATTERNS, Figures, checked, compared
from labkit.panels.nagle.sequence import Sequence, picture


@pytest.mark.parametrize(
    ("parameters", "messages"),
    [
        (dict(size=3), ((b"\x00\x00\x00\x03", b"aaa"),)),
        (dict(size=2, writes=2), ((b"\x00\x00\x00\x04", b"aa", b"bb"),)),
        (dict(pattern="one write", size=2, writes=3), ((b"aabbcc",),)),
        (dict(pattern="many small", size=1, writes=3), ((b"a", b"b", b"c"),)),
        (dict(pattern="request, answer", size=1, writes=3), ((b"a",), (b"b",), (b"c",))),
    ],
    ids=str,
)
def test_what_is_written(parameters, messages):
    assert checked(**parameters).messages == messages


def test_when_it_is_written():
    assert checked(pattern="many small", size=1, writes=3, gap_ms=5).writing == [
        (0, b"a"),
        (5, b"b"),
        (10, b"c"),
    ]
    assert checked(pattern="one write", size=1, writes=3, gap_ms=5).writing == [(0, b"abc")]


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        (dict(size=0), "from 1 to 2000 .got 0.; write size=100"),
        (dict(writes=9), "from 1 to 8"),
        (dict(gap_ms=101), "from 0 to 100"),
        (dict(round_trip_ms=-1), "milliseconds there and back"),
        (dict(pattern="all"), "'header, payload', 'one write'"),
    ],
    ids=str,
)
def test_parameters_that_are_refused(parameters, said):
    with pytest.raises(ValueError, match=said):
        nagle_explorer(**parameters)


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        (dict(size=1.5), "got 1.5"),
        (dict(size="big"), "got 'big'"),
        (dict(colour=1), "no colour; its parameters are"),
    ],
    ids=str,
)
def test_parameters_of_the_wrong_kind(parameters, said):
    with pytest.raises(TypeError, match=said):
        nagle_explorer(**parameters)


def test_refused_parameters_leave_the_old_ones():
    explorer = nagle_explorer(size=50)
    with pytest.raises(ValueError):
        explorer.set(size=5000)
    explorer.set(nodelay=1)
    assert explorer.plan == checked(size=50, nodelay=True)


def test_no_run_takes_longer_than_three_seconds():
    numbers = [BOUNDS[name][:2] for name in ("size", "writes", "gap_ms", "round_trip_ms")]
    plans = [
        checked(pattern=pattern, size=size, writes=writes, gap_ms=gap, round_trip_ms=trip, cork=cork)
        for pattern in PATTERNS
        for size, writes, gap, trip in product(*numbers)
        for cork in (False, True)
    ]
    assert max(plan.longest_ms for plan in plans) < 2500


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({}, "2 writes of 4, 100 bytes, one right after the other, then it waits for the answer"),
        (dict(pattern="one write", size=1), "1 write of 1 byte, then it waits for the answer"),
        (dict(pattern="many small", size=10, writes=8, gap_ms=2), "8 writes of 10 bytes each, 2 ms apart"),
        (dict(pattern="request, answer", writes=2), "each when the one before is answered"),
        (dict(nodelay=True), "Nagle's algorithm off (TCP_NODELAY)"),
        (dict(cork=True), "Nagle's algorithm on, each message corked (TCP_CORK)"),
        (dict(quickack=True), "acknowledges at once (TCP_QUICKACK)"),
        (dict(round_trip_ms=0), "round trip 0 ms"),
    ],
    ids=str,
)
def test_the_text_tells_what_a_run_does(parameters, said):
    explorer = nagle_explorer(**parameters)
    assert said in explorer.text
    assert repr(explorer) == explorer.text
    assert said.split(",")[0].split("'")[0] in explorer._html()


def test_changes_between_two_plans():
    before, now = checked(), checked(nodelay=True, gap_ms=5, pattern="many small")
    assert now.changes(before) == [
        "pattern: header, payload → many small",
        "gap (ms): 0 → 5",
        "TCP_NODELAY: off → on",
    ]
    assert now.changes(now) == []


def test_figures_are_compared():
    before = Figures((4, 100), 2, 502, 84.0, 62.0)
    now = Figures((104,), 0, 1304, 83.0, 0.1)
    rows = {row["what"]: (row["now"], row["before"], row["change"]) for row in compared(now, before)}
    assert rows == {
        "data segments of the client": ("1", "2", "−1"),
        "bytes in each": ("104", "4, 100", "other sizes"),
        "ACKs without data, of the server": ("0", "2", "−2"),
        "bytes on the wire, both ways": ("1,304", "502", "+802"),
        "first write to last answer": ("83.0 ms", "84.0 ms", ""),  # a busy machine makes as much
        "the last byte waited before it left": ("0.1 ms", "62.0 ms", "−61.9 ms"),
    }
    assert all(row["before"] == row["change"] == "" for row in compared(now, None))
    assert all(row["change"] == "" for row in compared(now, now))


@pytest.mark.parametrize(("until", "most"), [(0.3, 1), (20, 104), (84, 2000), (999, 16_000), (3000, 2)])
def test_the_plot_stays_within_its_frame(until, most):
    sequence = Sequence(((0, most),), ((0, 0, most),), ((until, most),), (until,))
    drawn = picture(sequence, until, most)
    for shape in drawn.shapes:
        numbers = [getattr(shape, name) for name in ("x", "x1", "x2") if hasattr(shape, name)]
        numbers += [getattr(shape, name) for name in ("y", "y1", "y2") if hasattr(shape, name)]
        assert all(-1 <= number <= drawn.width for number in numbers), shape
    assert "time since the first write (ms)" in str(drawn.shapes)
    assert 3 <= sum(getattr(shape, "y", 0) == drawn.height - 24 for shape in drawn.shapes) <= 12
