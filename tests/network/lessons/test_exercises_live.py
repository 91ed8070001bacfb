"""Exercises with real sockets: each takes its solution, again and again, and refuses its wrong answers."""

from __future__ import annotations

import os

import pytest
from exercises import EVERY, assert_given, assert_refused, assert_solved, name_of, right, wrong

TIMES = 4 if os.environ.get("LABKIT_ALL_EDITIONS") else 2  # four every night


@pytest.mark.parametrize(("exercise", "solution"), right(True), ids=name_of)
def test_the_solution_is_taken_each_time_with_the_same_words(exercise, solution):
    assert len({assert_solved(exercise, solution) for _ in range(TIMES)}) == 1


@pytest.mark.parametrize(("exercise", "name", "answer", "words"), wrong(True), ids=name_of)
def test_a_wrong_answer_is_refused_with_help(exercise, name, answer, words):
    assert_refused(exercise, answer, words)


@pytest.mark.parametrize(
    ("exercise", "answers"), [each for each in EVERY if each[0].needs_network], ids=name_of
)
def test_who_hands_in_nothing_new_has_no_points(exercise, answers):
    assert_given(exercise, answers)
