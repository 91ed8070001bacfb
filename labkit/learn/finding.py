"""Finds exercises, Parsons problems, quizzes and explanations by looking into the lessons' folders: there is no list.

In `labkit/lessons/<lesson>/`

- an exercise is a module of its own, named after its id with _ for - ("recv-exactly" stands in `recv_exactly.py`):
  `EXERCISE = Exercise(...)`, whose story is `table((Case(...), ...))` or a function that does things with the
  learner's code and says each (`labkit.learn.kit.tale`), or `EXERCISE = Parsons(...)`;
- `quiz.py` has `QUIZZES = (Quiz(...),)`;
- `predictions.py` has `BECAUSE`: for each prediction of the lesson by its id, the misconception behind each wrong
  choice and the reason for the right one.  They do not stand in the lesson's cell, where a reader would meet the
  answer before the question.  Its `RIGHT` has the choice that the experiment gives as the lesson has it: where a
  learner's change makes it give another, that one's misconception is no reason.

The solution of an exercise and at least three wrong answers, each with words that it must be told, stand in
`lessons/<lesson>/answers/` of the repository, in a file of the same name (`SOLUTION`, `WRONG`), which learners do not
get and the tests find by themselves.

What others add is found in the same way (`labkit.learn.added`).

A module is imported when something in it is asked for, so one that cannot be imported spoils no other.
"""

from __future__ import annotations

import difflib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, NoReturn

from labkit.learn import added, catalogue
from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.parsons import Parsons
from labkit.learn.kit.quiz import Quiz
from labkit.words import say

PREDICTIONS, QUIZ = "predictions", "quiz"
NO_EXERCISES = (PREDICTIONS, QUIZ, "figures")

# What an unknown name is told: with a name like it, and without.
_NO_EXERCISE = (
    "There is no exercise {id!r}; did you mean {near!r}?",
    "There is no exercise {id!r}; there are: {known}",
)
_NO_ORDER = (
    "There is no problem to put in order {id!r}; did you mean {near!r}?",
    "There is no problem to put in order {id!r}; there are: {known}",
)
_NO_QUIZ = (
    "There is no quiz {id!r}; did you mean {near!r}?",
    "There is no quiz {id!r}; there are: {known}",
)


class UnknownExercise(LookupError):
    """There is no exercise, Parsons problem or quiz of that name; the message says which one may have been
    meant."""


class Lesson(NamedTuple):
    """What there is to do in a lesson, each kind in its order; `broken` has the modules that cannot be imported, by
    name, and why."""

    name: str
    exercises: tuple[Exercise, ...]
    orders: tuple[Parsons, ...]
    quizzes: tuple[Quiz, ...]
    because: Mapping[str, Mapping[Any, str]]
    broken: Mapping[str, Exception]


def lessons() -> tuple[Lesson, ...]:
    """All lessons that are written, in order."""
    return tuple(_read(name) for name in _names())


def lesson(name: str) -> Lesson:
    """A written lesson."""
    return _read(name)


def every() -> dict[str, Exercise]:
    """All exercises by id.  Raises what a broken module raises, as `orders` and `quizzes` do."""
    return {exercise.id: exercise for lesson in _sound() for exercise in lesson.exercises}


def orders() -> dict[str, Parsons]:
    """All Parsons problems by id."""
    return {problem.id: problem for lesson in _sound() for problem in lesson.orders}


def quizzes() -> dict[str, Quiz]:
    """All quizzes by id."""
    return {quiz.id: quiz for lesson in _sound() for quiz in lesson.quizzes}


def because(id: str) -> Mapping[Any, str]:
    """The explanations of the prediction *id*, choice by choice; empty where no lesson has any."""
    for module in _each(PREDICTIONS):
        if id in module.BECAUSE:
            return module.BECAUSE[id]
    return {}


def right_answer(id: str) -> str | None:
    """What the experiment of the prediction *id* gives as the lesson has it; None where no lesson says so."""
    for module in _each(PREDICTIONS):
        if id in (right := getattr(module, "RIGHT", {})):
            return str(right[id])
    return None


def find(id: str) -> Exercise:
    """The exercise *id*; raises UnknownExercise."""
    return _exercise(id, Exercise) or _unknown(_NO_EXERCISE, id, every())


def find_order(id: str) -> Parsons:
    """The Parsons problem *id*; raises UnknownExercise."""
    return _exercise(id, Parsons) or _unknown(_NO_ORDER, id, orders())


def find_hinted(id: str) -> Exercise | Parsons:
    """The exercise or the Parsons problem *id*: what has hints; raises UnknownExercise."""
    return _exercise(id, Exercise, Parsons) or _unknown(_NO_EXERCISE, id, [*every(), *orders()])


def find_quiz(id: str) -> Quiz:
    """The quiz *id*; raises UnknownExercise."""
    for module in _each(QUIZ):
        for quiz in module.QUIZZES:
            if quiz.id == id:
                return quiz
    return _unknown(_NO_QUIZ, id, quizzes())


def _names() -> tuple[str, ...]:
    return tuple(name for name in catalogue.names() if catalogue.is_written(name))


@cache
def _modules(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(module.name for module in pkgutil.iter_modules([str(folder)])))


def _module(lesson: str, name: str) -> ModuleType | None:
    """A module of a lesson, imported; None if the lesson has none of that name."""
    home = catalogue.home(lesson)
    if name not in _modules(home.folder / lesson):
        return None
    return import_module(f"{home.package}.{lesson}.{name}")


def _each(name: str) -> Iterator[ModuleType]:
    """The lessons' modules of that name; the first that cannot be imported is raised last, when no other had what is
    looked for."""
    broken: Exception | None = None
    for lesson in _names():
        try:
            module = _module(lesson, name)
        except Exception as error:
            broken = broken or error
        else:
            if module is not None:
                yield module
    for missing in (broken, *added.shelves()[1]):
        if missing is not None:
            raise missing


def _exercise(id: str, *kinds: type) -> Any:
    """The exercise of one of these kinds from the module that is named after it; None if there is none."""
    name = str(id).replace("-", "_")
    for lesson in _names() if name not in NO_EXERCISES else ():
        found = getattr(_module(lesson, name), "EXERCISE", None)
        if isinstance(found, kinds) and getattr(found, "id", None) == id:
            return found
    return None


def _read(lesson: str) -> Lesson:
    """All of a lesson, but for what draws its figures."""
    found: dict[str, ModuleType] = {}
    broken: dict[str, Exception] = {}
    for name in _modules(catalogue.home(lesson).folder / lesson):
        if name in NO_EXERCISES and name not in (PREDICTIONS, QUIZ):
            continue
        try:
            module = _module(lesson, name)
        except Exception as error:
            broken[name] = error
        else:
            if module is not None:
                found[name] = module
    tasks = [module.EXERCISE for module in found.values() if hasattr(module, "EXERCISE")]
    tasks.sort(key=lambda task: (task.place, task.id))
    return Lesson(
        lesson,
        tuple(task for task in tasks if isinstance(task, Exercise)),
        tuple(task for task in tasks if isinstance(task, Parsons)),
        getattr(found.get(QUIZ), "QUIZZES", ()),
        getattr(found.get(PREDICTIONS), "BECAUSE", {}),
        broken,
    )


def _sound() -> tuple[Lesson, ...]:
    """All lessons, if nothing in them is broken."""
    all_ = lessons()
    for lesson in all_:
        for error in lesson.broken.values():
            raise error
    for error in added.shelves()[1]:
        raise error
    return all_


def _unknown(templates: tuple[str, str], id: Any, known: Iterable[str]) -> NoReturn:
    near = difflib.get_close_matches(str(id), [*known], n=1)
    if near:
        raise UnknownExercise(say(templates[0], id=id, near=near[0]))
    raise UnknownExercise(say(templates[1], id=id, known=", ".join(known) or say("none")))
