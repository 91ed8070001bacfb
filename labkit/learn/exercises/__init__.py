"""The exercises and explanations, one module a lesson, found by looking: nothing is listed here.

`BECAUSE` in `lessonNN.py` holds, for each prediction of the lesson by its id, the misconception behind each
wrong choice and the reason for the right one.  They stand here and not in the lesson's cell, where a reader
would meet the answer before the question; where they are long, in `lessonNN_because.py`.

To add one to lesson NN:

1. in `lessonNN.py` (`LESSON = "NN"`) append an `Exercise` to `EXERCISES`: an id, a title, three hints (the
   concept, the place, the code) and a story, either `table((Case(...), ...))` or a function that does things
   with the learner's code and says each (`labkit.learn.exercise.Tale`);
2. in `lessonNN_answers.py` add to `SOLUTIONS` the solution and to `WRONG` at least three named wrong ones,
   each with words that must stand in what the learner is told.  The hand-out can leave these files out: only
   the tests import them, and they find the new exercise by themselves.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
import re
from functools import cache
from types import ModuleType
from typing import Any

from ..exercise import Exercise


class UnknownExercise(LookupError):
    """There is no exercise of that name; the message says which one may have been meant."""


@cache
def lessons() -> tuple[ModuleType, ...]:
    """The modules that hold exercises, in the order of their lessons."""
    names = sorted(
        found.name for found in pkgutil.iter_modules(__path__) if re.fullmatch(r"lesson\d+", found.name)
    )
    return tuple(importlib.import_module(f"{__name__}.{name}") for name in names)


def every() -> dict[str, Exercise]:
    """All exercises by id."""
    return {exercise.id: exercise for lesson in lessons() for exercise in lesson.EXERCISES}


def because(id: str) -> dict[Any, str]:
    """The explanations of the prediction *id*, choice by choice; empty where no lesson has any."""
    for lesson in lessons():
        if id in getattr(lesson, "BECAUSE", {}):
            return lesson.BECAUSE[id]
    return {}


def find(id: str) -> Exercise:
    """The exercise *id*; raises UnknownExercise."""
    known = every()
    if id in known:
        return known[id]
    near = difflib.get_close_matches(str(id), known, n=1)
    meant = f"; did you mean {near[0]!r}?" if near else f"; there are: {', '.join(known)}"
    raise UnknownExercise(f"There is no exercise {id!r}{meant}")
