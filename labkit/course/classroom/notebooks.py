"""What a notebook says of the person who worked in it: its outputs' metadata, and the answers in its code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

from labkit.course.classroom.record import Failure, Guess, Person, Try
from labkit.course.classroom.values import as_text, truth, values, whole
from labkit.course.grading.asked import Asked, calls_in
from labkit.learn import catalogue
from labkit.learn.checking.verdict import NOT_STARTED, SOLVED
from labkit.learn.finding import UnknownExercise, find_order, find_quiz, right_answer
from labkit.learn.kit.quiz import Quiz
from labkit.learn.quizzing.text import score
from labkit.learn.showing import FACTS
from labkit.words import say

_STEM = re.compile(r"(?:.*[_-])?\d\d_(\w+?)(?:\.new(?:-\d+)?)?")
_EXPECTED = "raises-exception"


class Foreign(Exception):
    """A notebook that is none of labkit's lessons; the message says why."""


def read(content: Any, stem: str, name: str) -> Person:
    """What a notebook's content, as JSON has it, says of a person.  Raises Foreign, and ValueError for no notebook."""
    cells = content.get("cells") if isinstance(content, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise ValueError(say("it is JSON, but no notebook: it has no cells"))
    lesson = lesson_of(stem)
    guesses: dict[str, Guess] = {}
    tries: dict[str, Try] = {}
    quizzes: dict[str, Try] = {}
    failures = []
    heading = ""
    for cell in cells:
        source = _text(cell.get("source"))
        if cell.get("cell_type") != "code":
            heading = _heading(source) or heading
            continue
        for call in calls_in(source):
            _take(call, source, guesses, tries, quizzes)
        for output in _outputs(cell):
            _note(values(values(output.get("metadata")).get(FACTS)), guesses, tries)
            if output.get("output_type") == "error" and not _is_expected(cell):
                where = f"{heading}: {source.strip().splitlines()[0]}" if source.strip() else heading
                failures.append(Failure(lesson, where, as_text(output.get("ename"))))
    if not lesson and not (guesses or tries or quizzes):
        raise Foreign(say("it is a notebook, but none of labkit's lessons (they are called NN_name.ipynb)"))
    return Person(name, guesses, tries, quizzes, tuple(failures), frozenset({lesson} - {""}))


def lesson_of(stem: str) -> str:
    """The lesson of a file of that name; "" where there is none."""
    found = _STEM.fullmatch(stem)
    return found[1] if found and found[1] in catalogue.names() else ""


def _note(facts: Mapping[str, Any], guesses: dict[str, Guess], tries: dict[str, Try]) -> None:
    """Take what `check` and `reveal` have left in an output's metadata."""
    if isinstance(id := facts.get("predicted"), str) and isinstance(facts.get("chosen"), str):
        guesses[id] = Guess(facts["chosen"], truth(facts.get("right")), as_text(facts.get("question")))
    if isinstance(id := facts.get("checked"), str) and facts.get("status") != NOT_STARTED:
        right, of = whole(facts.get("right")), whole(facts.get("of"))
        solved = facts.get("status") == SOLVED
        before = tries.get(id, Try(0, False))
        tries[id] = Try(before.tries + 1, solved or before.solved, 0, right, of)


def _take(
    call: Asked, source: str, guesses: dict[str, Guess], tries: dict[str, Try], quizzes: dict[str, Try]
) -> None:
    """Take an answer that stands in the code."""
    if call.answer is None:
        return
    try:
        if call.kind == "quiz":
            quiz = find_quiz(call.id)
            quizzes[call.id] = quiz_try(quiz, score(quiz, quiz.parse(call.answer)), 0)
        elif call.kind == "order":
            problem = find_order(call.id)
            tries[call.id] = Try(0, problem.parse(call.answer) == problem.lines)
        elif call.id not in guesses:
            chosen = _label(call, source)
            right = right_answer(call.id)
            guesses[call.id] = Guess(chosen, None if right is None else chosen == right)
    except (UnknownExercise, ValueError, TypeError):
        return


def quiz_try(quiz: Quiz, right: int, tries: int) -> Try:
    """A try of a quiz of which so many questions were right."""
    return Try(tries, right == len(quiz.questions), 0, right, len(quiz.questions))


def _label(call: Asked, source: str) -> str:
    """The choice that a prediction's answer means: its letter stands for one of the choices in the same call."""
    given = str(call.answer).strip()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and len(node.args) > 2 and ast.unparse(node.args[0]) == repr(call.id):
            try:
                choices = [str(choice) for choice in ast.literal_eval(node.args[2])]
            except (ValueError, TypeError):
                return given
            place = ord(given.lower()) - ord("a") if len(given) == 1 else -1
            return choices[place] if given not in choices and 0 <= place < len(choices) else given
    return given


def _is_expected(cell: Mapping[str, Any]) -> bool:
    """Whether the lesson asks for a cell's error."""
    tags = values(cell.get("metadata")).get("tags")
    return isinstance(tags, list) and _EXPECTED in tags


def _outputs(cell: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    outputs = cell.get("outputs")
    return (output for output in (outputs if isinstance(outputs, list) else ()) if isinstance(output, dict))


def _heading(source: str) -> str:
    found = re.findall(r"^#+\s+(.+?)\s*$", source, flags=re.MULTILINE)
    return found[-1] if found else ""


def _text(source: Any) -> str:
    return "".join(map(as_text, source)) if isinstance(source, list) else as_text(source)
