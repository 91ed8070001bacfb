"""Hints come one at a time, and after the last one nobody is sent to what is not in a learner's copy."""

from __future__ import annotations

import itertools

import pytest

from labkit.learn.checking import hints
from labkit.learn.finding import UnknownExercise


@pytest.fixture
def none_given(monkeypatch):
    monkeypatch.setattr(hints, "_given", {})


def test_after_the_last_hint_all_are_told_and_the_learner_stays_in_the_notebook(none_given):
    told = []
    for number in range(1, 5):
        assert hints.take("recv-exactly") == number
        told.append(hints.worded("recv-exactly"))
    for one, more in itertools.pairwise(told):
        assert more.startswith(one)
    assert "Hint 3 of 3, the code" in told[2] and "all the hints" not in told[2]
    assert told[3].endswith("\nThese are all the hints.  The last one has the code: try it in your cell.")
    assert "solutions" not in told[3]
    assert hints.given("recv-exactly") == 3


def test_nothing_has_hints_but_exercises(none_given):
    with pytest.raises(UnknownExercise):
        hints.take("no-such-exercise")
