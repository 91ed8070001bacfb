"""Quizzes, problems to put in order and predictions that count: their cells, and what is in them worth.

Their cells are the learner's to write in (`quiz("loss-exit", "b a c")`), so nbgrader would have a person grade them.
Whoever answers with the mouse hands in `progress.json` beside the notebook: `progress(export="progress.json")`.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from nbformat import NotebookNode

from labkit.course.grading.proof import NoMark, why_none
from labkit.learn.checking.verdict import SOLVED
from labkit.learn.finding import find_order, find_quiz
from labkit.learn.kit.parsons import Parsons
from labkit.learn.kit.quiz import Quiz
from labkit.learn.ordering.run import examine_order
from labkit.learn.progressing.journal import PARTS
from labkit.learn.quizzing.text import score
from labkit.running.tracebacks import named

PROGRESS = "progress.json"
KINDS = {"quiz": "quizzes", "order": "orders", "predict": "predictions"}
SCHEMA = 3


class Asked(NamedTuple):
    """One call in a cell: `kind` is quiz, order or predict; `answer` is None where none is given."""

    kind: str
    id: str
    answer: Any


def mark(notebook: NotebookNode, worth: Mapping[str, float]) -> None:
    """Let cells count that ask: so many points each for "quiz", "order" and "predict"; what is worth 0 does not."""
    for cell in notebook.cells:
        calls = list(calls_in(cell.source)) if cell.cell_type == "code" else []
        if "nbgrader" in cell.metadata or len(calls) != 1 or not worth.get(calls[0].kind):
            continue
        cell.metadata["nbgrader"] = {
            "schema_version": SCHEMA,
            "cell_type": "code",
            "grade_id": f"{calls[0].kind}-{calls[0].id}",
            "grade": True,
            "solution": True,
            "locked": False,
            "task": False,
            "points": worth[calls[0].kind],
        }


def counts(cell: NotebookNode) -> bool:
    """Whether it is a cell that asks, and counts."""
    marks = cell.metadata.get("nbgrader", {})
    return bool(marks.get("grade") and marks.get("solution")) and _named(marks["grade_id"])[0] in KINDS


def share(grade_id: str, sources: Iterable[str], progress: Mapping[str, Any]) -> float:
    """What part of its points a cell that asks has earned, from 0 to 1: the best that the notebook or progress says.

    Raises NoMark where nobody can say: it asks what this labkit does not know, or an order could not be run.
    """
    kind, id = _named(grade_id)
    try:
        task = _find(kind, id)
    except Exception as error:  # it is not there, or cannot be imported
        raise NoMark(grade_id, named(error)) from error
    answers = [
        call.answer
        for source in sources
        for call in calls_in(source)
        if (call.kind, call.id) == (kind, id) and call.answer is not None
    ]
    best = _noted(task, progress.get(KINDS[kind], {}).get(id, {}))
    for answer in answers:
        if best < 1:
            best = max(best, _worth(grade_id, task, answer))
    return best


def progress_in(folder: Path) -> dict[str, Any]:
    """The progress that was handed in; empty where none was, or none that can be read."""
    try:
        with (folder / PROGRESS).open(encoding="utf-8") as file:
            said = json.loads(file.read(5_000_000))
        parts = {part: said[part] for part in PARTS if isinstance(said.get(part), dict)}
    except (OSError, ValueError, AttributeError, RecursionError):
        return {}
    return {
        part: {id: entry for id, entry in entries.items() if isinstance(entry, dict)}
        for part, entries in parts.items()
    }


def calls_in(source: str) -> Iterator[Asked]:
    """The questions that a cell's code asks, with the answers that are written there."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in KINDS
            and node.args
        ):
            try:
                id = ast.literal_eval(node.args[0])
                if not isinstance(id, str):
                    continue
                yield Asked(node.func.id, id, _answer(node))
            except (ValueError, TypeError):
                continue


def _answer(call: ast.Call) -> Any:
    named = {word.arg: word.value for word in call.keywords}
    given = named.get("answer") or named.get("answers")
    if given is None and isinstance(call.func, ast.Name) and call.func.id != "predict" and len(call.args) > 1:
        given = call.args[1]
    said = None if given is None else ast.literal_eval(given)
    return None if said is ... else said


def _find(kind: str, id: str) -> Quiz | Parsons | None:
    """What is asked; None for a prediction, which is worth its having been made."""
    return find_quiz(id) if kind == "quiz" else find_order(id) if kind == "order" else None


def _worth(grade_id: str, task: Quiz | Parsons | None, answer: Any) -> float:
    if task is None:
        return 1.0  # right or wrong
    try:
        given = task.parse(answer)
    except (ValueError, TypeError):
        return 0.0
    if isinstance(task, Quiz):
        return score(task, given) / len(task.questions)
    verdict = examine_order(task, given)
    if why := why_none(verdict):
        raise NoMark(grade_id, why)
    return float(verdict.status == SOLVED)


def _noted(task: Quiz | Parsons | None, entry: Mapping[str, Any]) -> float:
    if task is None:
        return float("right" in entry)
    if isinstance(task, Parsons):
        return float(bool(entry.get("solved")))
    right, most = entry.get("right"), len(task.questions)
    return min(right, most) / most if isinstance(right, int) and right > 0 else 0.0


def _named(grade_id: str) -> tuple[str, str]:
    kind, _, id = grade_id.partition("-")
    return kind, id
