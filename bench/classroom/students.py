"""Thirty students, made: right, partly right, wrong, with nothing done, and hostile; each with the marks that are due.

What is due is found without nbgrader: each answer is judged in this process, by the exercise itself.
"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import nbformat

from bench.classroom.hostile import hostile
from labkit.course.grading.asked import calls_in
from labkit.learn.checking.check import examine
from labkit.learn.finding import find, find_order, find_quiz
from labkit.learn.progressing.journal import empty
from tools import texts

KINDS = ("right", "mouse", "partly", "wrong", "empty")
_CHECKED = re.compile(r'^check\("([^"]+)", (\w+)\)', re.MULTILINE)


class Student(NamedTuple):
    """What a student hands in, by assignment, and the marks that are due, by assignment and cell."""

    work: dict[str, dict[str, Any]]
    due: dict[str, dict[str, float]]


class Sheet(NamedTuple):
    """What an assignment asks: exercises (id → the name of what is checked), quizzes, orders and predictions."""

    exercises: dict[str, str]
    right: dict[str, str]  # the source of each solved cell, by its grade_id
    asked: dict[str, tuple[str, float]]  # grade_id → its source, and its points


def sheet(notebook: Path) -> Sheet:
    """What a notebook of a course's source asks."""
    cells = [cell for cell in nbformat.read(notebook, as_version=4).cells if "nbgrader" in cell.metadata]
    checks = [found.groups() for cell in cells if (found := _CHECKED.search(cell.source))]
    solved = {
        cell.metadata.nbgrader.grade_id: cell.source for cell in cells if not cell.metadata.nbgrader.grade
    }
    asked = {
        cell.metadata.nbgrader.grade_id: (cell.source, cell.metadata.nbgrader.points)
        for cell in cells
        if cell.metadata.nbgrader.grade and cell.metadata.nbgrader.solution
    }
    return Sheet(dict(checks), solved, asked)


def classroom(count: int, course: Path, lessons: list[str], more: list[str], port: int) -> dict[str, Student]:
    """So many students: all do *lessons*; the honest of each kind share *more*; a half is hostile, in one lesson."""
    sheets = {name: sheet(next((course / "source" / name).glob("*.ipynb"))) for name in {*lessons, *more}}
    bad = list(hostile([str(course)], port).items())
    hands = {number: bad[number // 2] for number in range(1, count, 2) if number // 2 < len(bad)}
    honest = [number for number in range(count) if number not in hands]
    found: dict[str, Student] = {}
    for number in range(count):
        if number in hands:
            name, how = hands[number]
            found[f"s{number:02}-{name}"] = _hostile(how, lessons[0], sheets[lessons[0]])
            continue
        place = honest.index(number) % len(KINDS)
        kind, alike = KINDS[place], honest[place :: len(KINDS)]
        theirs = [*lessons, *more[alike.index(number) :: len(alike)]]
        each = {lesson: _honest(kind, lesson, sheets[lesson]) for lesson in theirs}
        found[f"s{number:02}-{kind}"] = Student(
            {lesson: work for lesson, (work, _) in each.items()},
            {lesson: due for lesson, (_, due) in each.items()},
        )
    return found


def _honest(kind: str, lesson: str, asks: Sheet) -> tuple[dict[str, Any], dict[str, float]]:
    cells, due, progress = {}, {}, empty()
    for id in asks.exercises:
        answer, points = _answer(kind, lesson, id, asks)
        if answer is not None:
            cells[f"check-{id}"] = answer
            cells[id] = answer
        due[f"check-{id}"] = points
    for grade_id, (source, worth) in asks.asked.items():
        (call,) = calls_in(source)
        source, part = _said(kind, call.kind, call.id, source, progress)
        cells[grade_id] = source
        due[grade_id] = round(worth * part, 2)
    files = {"progress.json": json.dumps(progress)} if kind == "mouse" else {}
    own = {key: value for key, value in cells.items() if not key.startswith("check-")}
    return {"cells": own, "files": files}, due


def _answer(kind: str, lesson: str, id: str, asks: Sheet) -> tuple[str | None, float]:
    """The source of an answer, None for none, and the points that are due for it."""
    exercise = find(id)
    if kind in ("right", "mouse"):
        return asks.right[id], float(exercise.points)
    if kind == "empty":
        return None, 0.0
    worth = marks(lesson, id)
    wanted = [name for name, points in worth.items() if (points > 0) == (kind == "partly")]
    name = sorted(wanted or worth)[0]
    source = _path(lesson, id).read_text(encoding="utf-8")
    code = f"_space = {{'__name__': 'handed_in'}}\nexec({source!r}, _space)\n"
    return f"{code}{asks.exercises[id]} = _space['WRONG'][{name!r}][0]", worth[name]


@cache
def marks(lesson: str, id: str) -> dict[str, float]:
    """The points that are due for each wrong answer that the repository knows, by its name."""
    exercise, known = find(id), _answers(lesson, id)
    found = {}
    for name, (answer, _) in known.WRONG.items():
        right, of = examine(exercise, answer).earned
        found[name] = round(exercise.points * right / of, 2)
    return found


def _said(kind: str, what: str, id: str, source: str, progress: dict[str, Any]) -> tuple[str, float]:
    """How a student answers a quiz, an order or a prediction: the cell's source, and the part that is due."""
    if kind in ("empty", "wrong"):
        return source, 0.0
    if what == "predict":
        if kind == "mouse":
            progress["predictions"][id] = {"right": False}
            return source, 1.0
        return f'{source}\npredict("{id}", answer="a")', 1.0
    if what == "order":
        problem = find_order(id)
        if kind == "mouse":
            progress["orders"][id] = {"tries": 3, "solved": "2026-01-01T00:00:00Z"}
            return source, 1.0
        lines = problem.lines if kind == "right" else problem.lines[::-1]
        return f'order("{id}", {list(lines)!r})', float(kind == "right")
    quiz = find_quiz(id)
    if kind == "mouse":
        progress["quizzes"][id] = {"tries": 1, "right": 1}
        return source, 1 / len(quiz.questions)
    right = [
        next(letter for letter, choice in each.letters.items() if choice == each.right)
        for each in quiz.questions
    ]
    if kind == "partly":
        right[1:] = ["-" for _ in right[1:]]
        return f'quiz("{id}", "{" ".join(right)}")', 1 / len(right)
    return f'quiz("{id}", "{" ".join(right)}")', 1.0


def _hostile(how: Any, lesson: str, asks: Sheet) -> Student:
    cells = dict(asks.right)
    if how.answer:
        cells = {id: how.answer.replace("{name}", name) for id, name in asks.exercises.items()}
    due = {f"check-{id}": float(find(id).points) if how.earns else 0.0 for id in asks.exercises}
    due |= dict.fromkeys(asks.asked, 0.0)
    return Student({lesson: {"cells": cells, "first": how.first, "files": dict(how.files)}}, {lesson: due})


def _path(lesson: str, id: str) -> Path:
    return texts.ROOT / "lessons" / lesson / "answers" / f"{id.replace('-', '_')}.py"


def _answers(lesson: str, id: str) -> ModuleType:
    name = f"answers.{lesson}.{id.replace('-', '_')}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, _path(lesson, id))
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]
