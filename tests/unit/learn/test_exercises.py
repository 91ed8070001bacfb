"""Every exercise is whole, and each that needs no network takes its solution and refuses its wrong
answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from exercises import (
    EVERY,
    assert_given,
    assert_refused,
    assert_solved,
    judged,
    name_of,
    right,
    wrong,
)
from told import marked, plain, untold

from labkit.learn import predict, reveal
from labkit.learn.finding import find_hinted, lessons
from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.parsons import Parsons

LESSONS = Path(__file__).resolve().parents[3] / "lessons"
QUIZZES = [(lesson.name, quiz) for lesson in lessons() for quiz in lesson.quizzes]
ORDERS = [problem for lesson in lessons() for problem in lesson.orders]
ASKED = [(lesson.name, question) for lesson in lessons() for question in lesson.because]


def source(lesson: str) -> str:
    """A lesson's text."""
    return (LESSONS / lesson / "text.md").read_text(encoding="utf-8")


def test_nothing_of_a_lesson_is_broken():
    assert [broken for lesson in lessons() for broken in lesson.broken.items()] == []


@pytest.mark.parametrize(("exercise", "answers"), EVERY, ids=name_of)
def test_it_is_whole(exercise, answers):
    assert exercise.title, "name it"
    assert len(exercise.hints) == 3 and all(exercise.hints), "three hints: the concept, the place, the code"
    assert isinstance(exercise, Parsons) or answers.SOLUTION
    assert len(answers.WRONG) >= 3, "name at least three plausible wrong answers"
    assert all(words for _, words in answers.WRONG.values())


def test_each_is_found_by_its_id_alone():
    assert [exercise.id for exercise, _ in EVERY if find_hinted(exercise.id) is not exercise] == []


def test_what_is_explained_is_asked():
    texts = {lesson.name: source(lesson.name) for lesson in lessons()}
    unasked = [(lesson, question) for lesson, question in ASKED if f'"{question}"' not in texts[lesson]]
    assert unasked == [], "BECAUSE explains predictions for which the text does not ask"


def test_explanations_come_from_the_lesson_when_the_cell_gives_none(capsys):
    predict("segments-to-connect", "How many?", [1, 2, 3, 4], answer="b")
    capsys.readouterr()
    reveal("segments-to-connect", 3)
    text = capsys.readouterr().out
    assert "Why not 2: The client is sure after two." in text and "Why 3: A call" in text


def test_ids_are_used_once():
    ids = [exercise.id for exercise, _ in EVERY] + [quiz.id for _, quiz in QUIZZES]
    assert sorted(set(ids)) == sorted(ids)


def test_predictions_have_ids_of_their_own_across_lessons():
    ids = [question for _, question in ASKED]
    assert [name for name in sorted(set(ids)) if ids.count(name) > 1] == []


@pytest.mark.parametrize("problem", ORDERS, ids=name_of)
def test_a_parsons_problem_can_be_solved_and_is_not_given_away(problem):
    kept = tuple(line for line in problem.shuffled if line in problem.lines)
    assert kept != problem.lines
    assert sorted(problem.shuffled) == sorted((*problem.lines, *problem.extra))
    assert not set(problem.lines) & set(problem.extra)
    assert 3 <= len(problem.shuffled) <= 26


@pytest.mark.parametrize(("lesson", "quiz"), QUIZZES, ids=name_of)
def test_a_quiz_has_one_right_choice_a_question_and_explains_each(lesson, quiz):
    assert 2 <= len(quiz.questions) <= 6, "a quiz has two to six questions"
    for question in quiz.questions:
        assert question.right in question.choices
        assert 2 <= len(question.choices) <= 6, f"two to six choices: {question.question}"
        assert all(len(reason) > 10 for reason in question.choices.values()), question.question


@pytest.mark.parametrize("lesson", lessons(), ids=[lesson.name for lesson in lessons()])
@pytest.mark.parametrize(
    ("kind", "word"), [("exercises", "check"), ("orders", "order"), ("quizzes", "quiz")], ids=name_of
)
def test_what_is_there_is_used_in_its_lesson_in_the_same_order(lesson, kind, word):
    text = source(lesson.name)
    places = [text.find(f'{word}("{thing.id}"') for thing in getattr(lesson, kind)]
    assert -1 not in places, f'each has a cell of its own in the text: {word}("its-id")'
    assert places == sorted(places), "`place` orders the exercises as the lesson does"


@pytest.mark.parametrize(("exercise", "solution"), right(False), ids=name_of)
def test_the_solution_is_taken(exercise, solution):
    assert_solved(exercise, solution)


@pytest.mark.parametrize(("exercise", "name", "answer", "words"), wrong(False), ids=name_of)
def test_a_wrong_answer_is_refused_with_help(exercise, name, answer, words):
    assert_refused(exercise, answer, words)


@pytest.mark.parametrize(
    ("exercise", "answers"), [each for each in EVERY if not each[0].needs_network], ids=name_of
)
def test_who_hands_in_nothing_new_has_no_points(exercise, answers):
    assert_given(exercise, answers)


def tells_a_value(tale, answer):
    tale.did("{who} sends {data!r}", who="the first program", data=b"two bytes")


def tells_a_step(tale, answer):
    tale.steps.append("the peer sends two bytes")


def tells_what_was_raised(tale, answer):
    tale.call(answer, shown="answer()")


@pytest.mark.parametrize(
    ("story", "found"),
    [
        (tells_a_value, ["the first program"]),
        (tells_a_step, ["  1. the peer sends two bytes"]),
        (tells_what_was_raised, []),
    ],
    ids=name_of,
)
def test_words_that_no_translation_can_reach_are_found(story, found):
    def answer():
        raise OSError(32, "Broken pipe")

    exercise = Exercise("tell", "Tell {what} there is", story, ("a", "b", "c"))
    with marked():
        text = str(judged(exercise, answer))
    assert untold(text) == found
    assert plain(text) == str(judged(exercise, answer))


def test_an_exercise_is_told_which_words_are_no_template():
    def story(tale, answer):
        tale.expect("the ports of both", 1, 1)

    with pytest.raises(
        AssertionError, match=r"the ports of both.*are no template.*first in tale.expect, is code"
    ):
        assert_solved(Exercise("ports", "Give", story, ("a", "b", "c")), print)
