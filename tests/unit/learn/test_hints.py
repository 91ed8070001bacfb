"""Hints come one at a time, and after the last one nobody is sent to what is not in a learner's copy."""

from __future__ import annotations

import itertools
import textwrap

import pytest

from labkit.learn.checking import hints
from labkit.learn.finding import UnknownExercise, find_hinted


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


CODE = """
with make() as sock:
{in_}for number in range(4):
{in_}    try:
{in_}        return sock.recv(1)
{in_}    except TimeoutError:
{in_}        pass
{out}raise TimeoutError("none")
"""


@pytest.mark.parametrize("cut", [0, 4])
def test_code_is_shown_as_python_has_it_also_where_its_first_line_was_cut_out_of_a_function(cut, none_given):
    """The lines behind the first are set in as they were: by what the function had, more or less."""
    lines = CODE.strip().format(in_=" " * (4 + cut), out=" " * cut)
    shown = hints._worded(("a", "b", lines), 2).split("\n", 1)[1]
    assert textwrap.dedent(shown) == CODE.strip().format(in_="    ", out="")


@pytest.mark.parametrize("id", ["fetch-patiently", "receive-file", "line-lengths", "supply"])
def test_these_hints_go_on_behind_the_block_that_they_begin_with(id, none_given):
    exercise = find_hinted(id)
    shown = textwrap.dedent(hints._worded(exercise.hints, 2).split("\n", 1)[1])
    assert "\n" in shown and hints._is_code(shown), shown
