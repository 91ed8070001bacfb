"""Each prediction of a lesson has its reasons, and what it is right in is what the lesson's own experiment gave."""

from __future__ import annotations

import json
from functools import cache
from html.parser import HTMLParser

import pytest
from asked import EDITIONS, Asked, asked, predictions

from labkit.learn import catalogue
from labkit.learn.finding import because, lessons, right_answer

PREDICTIONS = predictions()
LONGEST = 0.4  # the most of all right answers that may be the longest of their choices


def test_the_reader_finds_what_a_cell_asks():
    source = '%matplotlib inline\nquiz("q")\nif x:\n    predict("a", "Which?", {"1": f(), "2": None})\n'
    assert asked(source + 'predict("a", answer="b")\npredict("n", "How many?", number="")\n') == [
        Asked("quiz", "q"),
        Asked("predict", "a", ("1", "2")),
        Asked("predict", "n"),
    ]


def test_all_lessons_are_read():
    written = {name for name in catalogue.names() if catalogue.is_written(name)}
    assert {lesson for lesson, _ in PREDICTIONS} == written - {"glossary"}  # it asks nothing


def test_each_choice_has_its_reason():
    lacking = []
    for lesson, question in PREDICTIONS:
        reasons = {str(choice) for choice in because(question.id)}
        missing = [choice for choice in question.choices if choice not in reasons]
        if not reasons:
            lacking.append(f'labkit/lessons/{lesson}/predictions.py: BECAUSE has no "{question.id}"')
        elif missing:
            lacking.append(
                f'labkit/lessons/{lesson}/predictions.py: BECAUSE["{question.id}"] lacks {missing}'
            )
    assert not lacking, "\n".join(lacking)


class _Revealed(HTMLParser):
    """What a stored output says to have revealed, by the prediction's id."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if id := values.get("data-revealed"):
            self.found[id] = values.get("data-found") or ""


def revealed(lesson: str) -> dict[str, str]:
    """What the stored learner's edition of a lesson has revealed."""
    notebook = json.loads((EDITIONS / f"{catalogue.stem(lesson)}.ipynb").read_text(encoding="utf-8"))
    reader = _Revealed()
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            reader.feed("".join(output.get("data", {}).get("text/html", "")))
    return reader.found


@pytest.mark.parametrize("lesson", sorted({lesson for lesson, _ in PREDICTIONS}))
def test_what_is_right_is_what_the_experiment_gave(lesson):
    gave = revealed(lesson)
    asked_here = [question.id for name, question in PREDICTIONS if name == lesson]
    wrong = {id: gave.get(id) for id in asked_here if right_answer(id) != gave.get(id)}
    assert not wrong, (
        f"labkit/lessons/{lesson}/predictions.py: RIGHT differs from what the stored edition reveals: {wrong}"
    )


@cache
def questions() -> list[tuple[str, str, str, list[str]]]:
    """Each question with choices: its kind, where it stands, the right choice, the others."""
    found = []
    for lesson, question in PREDICTIONS:
        if question.choices and (right := right_answer(question.id)) in question.choices:
            others = [choice for choice in question.choices if choice != right]
            found.append(("predictions", f"{lesson}, {question.id}", right, others))
    for lesson in lessons():
        for quiz in lesson.quizzes:
            for number, ask in enumerate(quiz.questions, start=1):
                others = [choice for choice in ask.choices if choice != ask.right]
                found.append(("quizzes", f"{lesson.name}, {quiz.id}, question {number}", ask.right, others))
    return found


@pytest.mark.parametrize("lesson", [lesson.name for lesson in lessons() if lesson.quizzes])
def test_the_longest_choice_is_no_clue_in_a_quiz(lesson):
    """In each by itself: one of three by chance, and in a short one no more than one."""
    of_this = [
        (where, right, max(map(len, others)))
        for kind, where, right, others in questions()
        if kind == "quizzes" and where.startswith(f"{lesson}, ")
    ]
    longest = [(where, right) for where, right, other in of_this if len(right) > other]
    assert len(longest) <= max(1, len(of_this) // 3), longest


@pytest.mark.parametrize(
    "kinds", [("predictions",), ("quizzes",), ("predictions", "quizzes")], ids=" and ".join
)
def test_the_longest_choice_is_no_clue(kinds):
    """Who always takes the longest choice is not right more often than by chance, or little more."""
    of_these = [(where, right, others) for kind, where, right, others in questions() if kind in kinds]
    longest = [(where, right) for where, right, others in of_these if len(right) > max(map(len, others))]
    assert len(longest) <= LONGEST * len(of_these), "\n".join(
        [
            f"the right choice is the longest in {len(longest)} of {len(of_these)}, {LONGEST:.0%} at most:",
            *(f"  {where}: {right}" for where, right in longest),
        ]
    )
