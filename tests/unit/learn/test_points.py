"""Where nbgrader grades, an exercise gives points by step: the value of its check's cell."""

from __future__ import annotations

import pytest
from exercises import put

from labkit.learn import check
from labkit.learn.grading import NotSolved
from labkit.learn.kit.exercise import Case, Exercise, table
from labkit.notebook.graded import GRADING

STEPS, POINTS = 8, 2


def doubled(right: int):
    """Doubles as many of the numbers, in order, as it is told."""
    return lambda number: 2 * number if number < right else None


@pytest.fixture(autouse=True)
def eight(monkeypatch):
    cases = tuple(Case((n,), f"eight({n})", 2 * n) for n in range(STEPS))
    exercise = Exercise("eight", "Double", table(cases), ("a", "b", "c"), points=POINTS, steps=STEPS, given=0)
    put(monkeypatch, "start", "eight", EXERCISE=exercise)
    monkeypatch.setenv(GRADING, "autograde")
    return exercise


def test_seven_of_eight_steps_are_no_zero_points(capsys):
    assert check("eight", doubled(7)) == 1.75
    assert "Points: 1.75 of 2, for 7 of the 8 steps that count\n" in capsys.readouterr().out


@pytest.mark.parametrize(("right", "points"), [(1, 0.25), (3, 0.75), (6, 1.5)])
def test_each_step_counts_the_same(right, points):
    assert check("eight", doubled(right)) == points


def test_what_is_solved_has_no_value_which_is_all_points():
    assert check("eight", doubled(8)) is None


@pytest.mark.parametrize("thing", [doubled(0), ..., None, 3], ids=["wrong", "untouched", "none", "number"])
def test_no_step_is_no_point(thing):
    with pytest.raises(NotSolved, match="eight: not"):
        check("eight", thing)


def test_what_is_given_away_is_worth_nothing(monkeypatch, eight):
    put(monkeypatch, "start", "eight", EXERCISE=eight._replace(given=4))
    assert check("eight", doubled(6)) == 1.0
    with pytest.raises(NotSolved):
        check("eight", doubled(4))


def test_all_steps_and_yet_not_solved_is_less_than_all(monkeypatch, eight):
    def story(tale, thing):
        eight.story(tale, thing)
        tale.fail("and then it took too much memory")

    put(monkeypatch, "start", "eight", EXERCISE=eight._replace(story=story))
    assert check("eight", doubled(8)) == 1.75


def test_a_learner_sees_no_value(monkeypatch):
    monkeypatch.delenv(GRADING)
    assert check("eight", doubled(7)) is None
