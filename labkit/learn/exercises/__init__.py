"""Exercises, Parsons problems, quizzes and explanations, one module a lesson, found by looking: no list.

`BECAUSE` in `lessonNN.py` holds, for each prediction of the lesson by its id, the misconception behind each
wrong choice and the reason for the right one.  They stand here and not in the lesson's cell, where a reader
would meet the answer before the question; where they are long, in `lessonNN_because.py`.

To add one to lesson NN:

1. in `lessonNN.py` (`LESSON = "NN"`) append an `Exercise` to `EXERCISES`: an id, a title, three hints (the
   concept, the place, the code) and a story, either `table((Case(...), ...))` or a function that does things
   with the learner's code and says each (`labkit.learn.kit.tale.Tale`);
2. in `lessonNN_answers.py` add to `SOLUTIONS` the solution and to `WRONG` at least three named wrong ones,
   each with words that must stand in what the learner is told.  The hand-out can leave these files out: only
   the tests import them, and they find the new exercise by themselves.

A Parsons problem goes into `ORDERS` (`labkit.learn.kit.parsons.Parsons`), its wrong orders into `WRONG` as tuples
of lines; a quiz into `QUIZZES` (`labkit.learn.kit.quiz.Quiz`).
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.parsons import Parsons
from labkit.learn.kit.quiz import Quiz


class UnknownExercise(LookupError):
    """There is no exercise, Parsons problem or quiz of that name; the message says which one may have been
    meant."""


@cache
def lessons() -> tuple[ModuleType, ...]:
    """The modules that hold exercises, in the order of their lessons."""
    return tuple(importlib.import_module(name) for name in _names())


@cache
def _names() -> tuple[str, ...]:
    found = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(f"{__name__}.{name}" for name in sorted(found) if re.fullmatch(r"lesson\d+", name))


def every() -> dict[str, Exercise]:
    """All exercises by id."""
    return _all("EXERCISES")


def orders() -> dict[str, Parsons]:
    """All Parsons problems by id."""
    return _all("ORDERS")


def quizzes() -> dict[str, Quiz]:
    """All quizzes by id."""
    return _all("QUIZZES")


def because(id: str) -> dict[Any, str]:
    """The explanations of the prediction *id*, choice by choice; empty where no lesson has any."""
    for lesson in _sound():
        if id in getattr(lesson, "BECAUSE", {}):
            return lesson.BECAUSE[id]
    return {}


def find(id: str) -> Exercise:
    """The exercise *id*; raises UnknownExercise."""
    return _named(id, "exercise", "EXERCISES")


def find_order(id: str) -> Parsons:
    """The Parsons problem *id*; raises UnknownExercise."""
    return _named(id, "problem to put in order", "ORDERS")


def find_quiz(id: str) -> Quiz:
    """The quiz *id*; raises UnknownExercise."""
    return _named(id, "quiz", "QUIZZES")


def find_hinted(id: str) -> Exercise | Parsons:
    """The exercise or the Parsons problem *id*: what has hints; raises UnknownExercise."""
    return _named(id, "exercise", "EXERCISES", "ORDERS")


def _sound() -> Iterator[ModuleType]:
    """The lessons one by one; one that cannot be imported is raised last, so that it spoils no other lesson."""
    broken: Exception | None = None
    for name in _names():
        try:
            yield importlib.import_module(name)
        except Exception as error:
            broken = broken or error
    if broken is not None:
        raise broken


def _all(kind: str) -> dict[str, Any]:
    return {thing.id: thing for lesson in lessons() for thing in getattr(lesson, kind, ())}


def _named(id: str, word: str, *kinds: str) -> Any:
    known: list[str] = []
    for lesson in _sound():
        for thing in (thing for kind in kinds for thing in getattr(lesson, kind, ())):
            if thing.id == id:
                return thing
            known.append(thing.id)
    near = difflib.get_close_matches(str(id), known, n=1)
    meant = f"; did you mean {near[0]!r}?" if near else f"; there are: {', '.join(known) or 'none'}"
    raise UnknownExercise(f"There is no {word} {id!r}{meant}")
