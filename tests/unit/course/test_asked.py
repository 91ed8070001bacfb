"""Quizzes, problems to put in order and predictions that count: their marks in a notebook, and what answers earn."""

from __future__ import annotations

import json

import nbformat
import pytest
from odd import ODD, oddities

from labkit.course.grading.asked import Asked, calls_in, counts, mark, progress_in, share
from labkit.learn.finding import find_order, find_quiz
from labkit.learn.progressing.journal import empty

QUIZ, ORDER = "handshake-exit", "one-caller"


def letters() -> list[str]:
    quiz = find_quiz(QUIZ)
    return [
        next(letter for letter, choice in ask.letters.items() if choice == ask.right)
        for ask in quiz.questions
    ]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('quiz("a", "b c")', [Asked("quiz", "a", "b c")]),
        ('quiz("a")', [Asked("quiz", "a", None)]),
        ('quiz("a", answers="b")', [Asked("quiz", "a", "b")]),
        ('order("a", ["x", "y"])', [Asked("order", "a", ["x", "y"])]),
        ('predict("a", "How many?", ["1", "2"])', [Asked("predict", "a", None)]),
        ('predict("a", "How many?", number="", answer=3)', [Asked("predict", "a", 3)]),
        ('quiz("a", ...)', [Asked("quiz", "a", None)]),
        ('quiz("a", secret())\nquiz(name)\nother("a")\nquiz()', []),
        ("quiz('a'", []),
        ("(" * 5000, []),
    ],
)
def test_answers_are_read_in_code_and_nothing_is_run(source, found):
    assert list(calls_in(source)) == found


def test_cells_that_ask_are_marked_and_others_left_alone():
    cells = [
        nbformat.v4.new_code_cell(source)
        for source in (f'quiz("{QUIZ}")', f'order("{ORDER}")', 'predict("a", "?", ["1", "2"])', "print(1)")
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    mark(notebook, {"quiz": 2.0, "order": 1.0, "predict": 0})
    assert [counts(cell) for cell in cells] == [True, True, False, False]
    marks = cells[0].metadata.nbgrader
    assert (marks.grade_id, marks.points, marks.grade, marks.solution, marks.locked) == (
        f"quiz-{QUIZ}",
        2.0,
        True,
        True,
        False,
    )


def test_a_quiz_earns_by_question_and_the_best_answer_counts():
    right = letters()
    part = " ".join([right[0], *("-" for _ in right[1:])])
    assert share(f"quiz-{QUIZ}", [f'quiz("{QUIZ}")'], {}) == 0
    assert share(f"quiz-{QUIZ}", [f'quiz("{QUIZ}", "{part}")'], {}) == 1 / len(right)
    assert share(f"quiz-{QUIZ}", [f'quiz("{QUIZ}", "{part}")', f'quiz("{QUIZ}", {right!r})'], {}) == 1
    for bad in ('"zzzz"', "3", '"a"', "None", "{1: 2}"):
        assert share(f"quiz-{QUIZ}", [f'quiz("{QUIZ}", {bad})'], {}) == 0


def test_an_order_earns_if_it_works():
    lines = list(find_order(ORDER).lines)
    assert share(f"order-{ORDER}", [f'order("{ORDER}", {lines!r})'], {}) == 1
    assert share(f"order-{ORDER}", [f'order("{ORDER}", {lines[::-1]!r})'], {}) == 0
    assert share(f"order-{ORDER}", [f'order("{ORDER}", ["import os"])'], {}) == 0


def test_what_was_done_with_the_mouse_counts_by_the_progress_handed_in(tmp_path):
    content = empty()
    content["quizzes"][QUIZ] = {"right": 2, "tries": 1}
    content["orders"][ORDER] = {"solved": "2026-01-01T00:00:00Z"}
    content["predictions"]["a"] = {"right": False}
    (tmp_path / "progress.json").write_text(json.dumps(content))
    progress = progress_in(tmp_path)
    assert share(f"quiz-{QUIZ}", [], progress) == 2 / len(letters())
    assert share(f"order-{ORDER}", [], progress) == 1
    assert share("predict-a", [], progress) == 1 and share("predict-b", [], progress) == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"quizzes": 3}',
        '{"quizzes": {"handshake-exit": 9}}',
        "[" * 100_000,
        '{"quizzes": {"a": {"right": "x"}}}',
    ],
)
def test_progress_that_is_none_earns_nothing_and_stops_nothing(tmp_path, text):
    (tmp_path / "progress.json").write_text(text)
    assert share(f"quiz-{QUIZ}", [], progress_in(tmp_path)) == 0
    assert progress_in(tmp_path / "nowhere") == {}


def test_whatever_a_value_of_progress_is_it_earns_a_part_or_nothing(tmp_path):
    good = {
        **empty(),
        "quizzes": {QUIZ: {"right": 2}},
        "orders": {ORDER: {"solved": "x"}},
        "predictions": {"a": {"right": True}},
    }
    for odd in oddities(good):
        (tmp_path / "progress.json").write_text(json.dumps(odd))
        progress = progress_in(tmp_path)
        for name in (f"quiz-{QUIZ}", f"order-{ORDER}", "predict-a"):
            assert 0 <= share(name, [], progress) <= 1, odd


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:9])
def test_whatever_an_answer_in_code_is_it_earns_a_part_or_nothing(odd):
    assert share(f"quiz-{QUIZ}", [f'quiz("{QUIZ}", {odd!r})'], {}) == 0
    assert share(f"order-{ORDER}", [f'order("{ORDER}", {odd!r})'], {}) == 0
    assert share("predict-a", [f'predict("a", "?", answer={odd!r})'], {}) in (0, 1)
