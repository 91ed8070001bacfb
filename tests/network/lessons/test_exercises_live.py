"""Exercises with real sockets: each takes its solution, again and again, and refuses its wrong answers."""

from __future__ import annotations

import pytest
from exercises import judged, name_of, right, wrong


@pytest.mark.parametrize(("exercise", "solution"), right(True), ids=name_of)
def test_the_solution_is_taken_each_time_with_the_same_words(exercise, solution):
    first = judged(exercise, solution)
    assert first.status == "solved", str(first)
    assert {str(judged(exercise, solution)) for _ in range(3)} == {str(first)}


@pytest.mark.parametrize(("exercise", "name", "answer", "words"), wrong(True), ids=name_of)
def test_a_wrong_answer_is_refused_with_help(exercise, name, answer, words):
    verdict = judged(exercise, answer)
    assert verdict.status == "not yet", str(verdict)
    assert words in verdict.wrong
    assert verdict.notes == (), "something of the learner's code could not be stopped"
