"""What the tests of exercises share: each exercise with its solution and its wrong answers, found by looking."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from told import marked, plain, untold

from labkit.learn import finding
from labkit.learn.checking.check import examine
from labkit.learn.checking.verdict import NOT_YET, SOLVED, Verdict
from labkit.learn.finding import lessons
from labkit.learn.kit.parsons import Parsons
from labkit.learn.ordering.run import examine_order

LESSONS = Path(__file__).parents[1] / "lessons"


def answers(lesson: str, id: str) -> ModuleType:
    """`lessons/<lesson>/answers/<exercise>.py`, which no package holds: learners do not get it."""
    path = LESSONS / lesson / "answers" / f"{id.replace('-', '_')}.py"
    name = f"answers.{lesson}.{path.stem}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        sys.modules[name] = module  # where one looks for what a class in it may see
    return sys.modules[name]


EVERY = [
    (exercise, answers(lesson.name, exercise.id))
    for lesson in lessons()
    for exercise in (*lesson.exercises, *lesson.orders)
]


def put(monkeypatch: pytest.MonkeyPatch, lesson: str, name: str, **content: object) -> None:
    """Give a lesson a module that it has not, for one test: an exercise of the test's own, a quiz."""
    module = ModuleType(f"labkit.lessons.{lesson}.{name}")
    vars(module).update(content)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    before = finding._modules

    def modules(folder: Path) -> tuple[str, ...]:
        return (*before(folder), name) if folder.name == lesson else before(folder)

    monkeypatch.setattr(finding, "_modules", modules)


def judged(exercise: object, answer: object) -> Verdict:
    """The verdict on an answer: a function to an exercise, lines in an order to a Parsons problem."""
    return (examine_order if isinstance(exercise, Parsons) else examine)(exercise, answer)


# The torture test tells what came of it in words of its own, which are no templates yet.
TOLD_OTHERWISE = {"typed-decoder"}


def assert_translatable(exercise: object, text: str) -> None:
    """All that is told came from a template, but for the words of TOLD_OTHERWISE."""
    if exercise.id not in TOLD_OTHERWISE:
        assert not (found := untold(text)), (
            f"{found}: words that are no template, so that no translation reaches them. tale.did, tale.fail and "
            "because= take templates; what is `shown` of a call, and first in tale.expect, is code"
        )


def assert_solved(exercise: object, solution: object) -> str:
    """The solution is taken, in as many steps as the exercise says; returns what is told, all of it translatable."""
    with marked():
        verdict = judged(exercise, solution)
        text = str(verdict._replace(printed=""))  # what the answer prints is not ours
    assert verdict.status == SOLVED, plain(text)
    if not isinstance(exercise, Parsons):
        steps = len(verdict.steps)
        assert exercise.steps == steps, f"points are given by step: write steps={steps} into the exercise"
    assert_translatable(exercise, text)
    return plain(text)


def assert_refused(exercise: object, answer: object, words: str) -> None:
    """A wrong answer is refused, and told these words among others, all of which a translation can reach."""
    with marked():
        verdict = judged(exercise, answer)
        text = str(verdict._replace(printed=""))  # what the answer prints is not ours
    assert verdict.status == NOT_YET, plain(text)
    assert words in plain(verdict.wrong), f"it should be told {words!r}, and is told:\n{plain(text)}"
    assert verdict.notes == (), "something of the learner's code could not be stopped"
    assert_translatable(exercise, text)


def nothing(*arguments: object) -> None:
    """What does nothing, though it is no empty function, which is not judged at all."""
    assert arguments is not None


def assert_given(exercise: object, answers: ModuleType) -> None:
    """`given` is what who hands in nothing new is told: nothing, or the program that the hand-out gives to mend."""
    if isinstance(exercise, Parsons):
        return
    anew = [nothing, *(answer for name, (answer, _) in answers.WRONG.items() if name == "as given")]
    given = max(len(judged(exercise, answer).steps) for answer in anew)
    assert exercise.given == given, f"points are given by step: write given={given} into the exercise"


def of(id: str) -> tuple:
    """An exercise, and its answers."""
    return next(each for each in EVERY if each[0].id == id)


def wrong(needs_network: bool) -> list[tuple]:
    """(exercise, name, wrong answer, words that it must be told)."""
    return [
        (exercise, name, answer, words)
        for exercise, answers in EVERY
        if exercise.needs_network is needs_network
        for name, (answer, words) in answers.WRONG.items()
    ]


def right(needs_network: bool) -> list[tuple]:
    """(exercise, its solution); a Parsons problem's is its own lines."""
    return [
        (exercise, exercise.lines if isinstance(exercise, Parsons) else answers.SOLUTION)
        for exercise, answers in EVERY
        if exercise.needs_network is needs_network
    ]


def name_of(value: object) -> str | None:
    """How pytest calls a case."""
    return value if isinstance(value, str) and " " not in value[:1] else getattr(value, "id", None)
