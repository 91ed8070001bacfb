"""Variants of exercises: the solution is made from the seed and taken, a neighbour's is refused and told why.

By day wrong answers are tried in the first variant that a class has, and neighbours' in the first four; in each, where
LABKIT_ALL_EDITIONS is set (every night).
"""

from __future__ import annotations

import os

import pytest
from exercises import assert_refused, assert_solved
from told import marked
from varied import VARIED, drawn

from labkit.learn.checking.check import examine
from labkit.learn.checking.verdict import NOT_YET
from labkit.learn.varying.drawing import draw

NIGHT = bool(os.environ.get("LABKIT_ALL_EDITIONS"))
EACH = [
    pytest.param(exercise, answers, number, seed, id=f"{exercise.id}-{number}")
    for exercise, answers in VARIED
    for number, seed in drawn(exercise).items()
]
NEIGHBOURS = [each for each in EACH if NIGHT or each.values[3] <= 4]
WRONG = [
    pytest.param(exercise, number, answer, words, id=f"{exercise.id}-{number}-{name}")
    for exercise, answers in VARIED
    for number in list(drawn(exercise))[: None if NIGHT else 1]
    for name, (answer, words) in answers.wrong(exercise.variants.conventions[number]).items()
]


@pytest.mark.parametrize(("exercise", "answers", "number", "seed"), EACH)
def test_the_solution_is_made_of_the_seed_and_is_taken(exercise, answers, number, seed):
    variants = exercise.variants
    assert_solved(variants.exercise(number), answers.solution(variants.conventions[number]))


@pytest.mark.parametrize(("exercise", "answers", "number", "seed"), NEIGHBOURS)
def test_a_neighbours_solution_and_the_lessons_own_are_refused_and_told_what_is_agreed(
    exercise, answers, number, seed
):
    variants = exercise.variants
    own = variants.exercise(number)
    for other in {draw(exercise.id, len(variants.conventions), each) for each in (seed - 1, seed + 1, 0)}:
        verdict = examine(own, answers.solution(variants.conventions[other]))
        assert verdict.status == NOT_YET, (
            f"{variants.told(variants.conventions[other])} is taken for {own.yours}"
        )
        assert f"\n  Yours: {own.yours}." in verdict.story


@pytest.mark.parametrize(("exercise", "number", "answer", "words"), WRONG)
def test_a_wrong_answer_is_refused_with_help_in_each_variant(exercise, number, answer, words):
    with marked():  # so that what is agreed is seen to have come from a template
        own = exercise.variants.exercise(number)
    assert_refused(own, answer, words)
