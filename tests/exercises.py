"""What the tests of exercises share: each exercise with its solution and its wrong answers, found by
looking."""

from __future__ import annotations

import importlib

from labkit.learn.checking.check import Verdict, examine
from labkit.learn.exercises import lessons
from labkit.learn.kit.parsons import Parsons
from labkit.learn.ordering.run import examine_order

EVERY = [
    (exercise, importlib.import_module(f"{lesson.__name__}_answers"))
    for lesson in lessons()
    for exercise in (*lesson.EXERCISES, *getattr(lesson, "ORDERS", ()))
]


def judged(exercise: object, answer: object) -> Verdict:
    """The verdict on an answer: a function to an exercise, lines in an order to a Parsons problem."""
    return (examine_order if isinstance(exercise, Parsons) else examine)(exercise, answer)


def wrong(needs_network: bool) -> list[tuple]:
    """(exercise, name, wrong answer, words that it must be told)."""
    return [
        (exercise, name, answer, words)
        for exercise, answers in EVERY
        if exercise.needs_network is needs_network
        for name, (answer, words) in answers.WRONG[exercise.id].items()
    ]


def right(needs_network: bool) -> list[tuple]:
    """(exercise, its solution); a Parsons problem's is its own lines."""
    return [
        (exercise, exercise.lines if isinstance(exercise, Parsons) else answers.SOLUTIONS[exercise.id])
        for exercise, answers in EVERY
        if exercise.needs_network is needs_network
    ]


def name_of(value: object) -> str | None:
    """How pytest calls a case."""
    return value if isinstance(value, str) and " " not in value[:1] else getattr(value, "id", None)
