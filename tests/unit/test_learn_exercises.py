"""Every exercise is whole, and each that needs no network takes its solution and refuses its wrong
answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from exercises import EVERY, name_of, right, wrong

from labkit.learn import predict, reveal
from labkit.learn.checking import examine
from labkit.learn.exercises import lessons

SOURCES = Path(__file__).parents[2] / "notebooks" / "source"


@pytest.mark.parametrize(("exercise", "answers"), EVERY, ids=name_of)
def test_it_is_whole(exercise, answers):
    assert exercise.title and len(exercise.hints) == 3 and all(exercise.hints)
    assert exercise.id in answers.SOLUTIONS
    assert len(answers.WRONG[exercise.id]) >= 3, "name at least three plausible wrong answers"
    assert all(words for _, words in answers.WRONG[exercise.id].values())


@pytest.mark.parametrize(
    ("lesson", "question"),
    [(lesson, question) for lesson in lessons() for question in getattr(lesson, "BECAUSE", {})],
    ids=name_of,
)
def test_what_is_explained_is_asked(lesson, question):
    sources = list(SOURCES.glob(f"{lesson.LESSON}_*.md"))
    assert any(f'"{question}"' in source.read_text(encoding="utf-8") for source in sources)


def test_explanations_come_from_the_lesson_when_the_cell_gives_none(capsys):
    predict("segments-to-connect", "How many?", [1, 2, 3, 4], answer="b")
    capsys.readouterr()
    reveal("segments-to-connect", 3)
    text = capsys.readouterr().out
    assert "Why not 2: The client is sure after two." in text and "Why 3: A call" in text


def test_ids_are_used_once():
    ids = [exercise.id for exercise, _ in EVERY]
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize(("exercise", "solution"), right(False), ids=name_of)
def test_the_solution_is_taken(exercise, solution):
    verdict = examine(exercise, solution)
    assert verdict.status == "solved", str(verdict)


@pytest.mark.parametrize(("exercise", "name", "answer", "words"), wrong(False), ids=name_of)
def test_a_wrong_answer_is_refused_with_help(exercise, name, answer, words):
    verdict = examine(exercise, answer)
    assert verdict.status == "not yet"
    assert words in verdict.wrong
