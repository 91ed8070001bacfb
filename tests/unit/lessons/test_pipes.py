"""What the lesson on pipes says of its measurements."""

from __future__ import annotations

import os

import pytest

from labkit.lessons.pipes.comparing import biggest_difference, compared, cores


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (4, "less than half as long"),
        (5, "from half to twice as long"),
        (19, "from half to twice as long"),
        (20, "more than twice as long"),
    ],
)
def test_a_time_is_compared_with_ten(time, said):
    assert compared(time, 10) == said


@pytest.mark.parametrize(
    ("rates", "what"),
    [
        ([{64: 10, 4096: 100}, {64: 20, 4096: 200}], "size"),
        ([{64: 10, 4096: 20}, {64: 90, 4096: 180}], "way"),
        ([{64: 10, 4096: 19}, {64: 19, 4096: 36}], "neither"),
    ],
)
def test_what_makes_the_bigger_difference(rates, what):
    assert biggest_difference(rates, 64, 4096) == what


@pytest.mark.parametrize(("ours", "pairs"), [({3}, ((3, 3), (3, 3))), ({5, 1, 4}, ((1, 1), (1, 5)))])
def test_the_cores_of_two_processes(monkeypatch, ours, pairs):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: ours, raising=False)
    assert cores() == pairs
