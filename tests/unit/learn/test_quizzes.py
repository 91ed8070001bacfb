"""Quizzes: what is asked, what each answer is told, and the form."""

from __future__ import annotations

import pytest
from exercises import put

from labkit.learn import quiz
from labkit.learn.kit.quiz import Ask, Quiz

EXIT = Quiz(
    "exit",
    "Check yourself",
    (
        Ask("Who waits?", "the client", {"the client": "It called.", "the server": "It is called."}),
        Ask("How long?", "60 s", {"60 s": "Linux says so.", "4 min": "The RFC does.", "0": "No."}),
    ),
)
FIRST, SECOND = ({choice: letter for letter, choice in ask.letters.items()} for ask in EXIT.questions)


@pytest.fixture(autouse=True)
def one_quiz(monkeypatch):
    put(monkeypatch, "handshake", "quiz", QUIZZES=(EXIT,))


def told(capsys) -> str:
    return capsys.readouterr().out


def test_the_questions_say_how_to_answer_and_do_not_answer_themselves(capsys):
    quiz("exit")
    lines = told(capsys).rstrip("\n").split("\n")
    assert lines[0] == "Check yourself" and lines[1] == "1. Who waits?"
    assert sorted(line[6:] for line in lines[2:4]) == ["the client", "the server"]
    assert 'Answer with a letter for each question (in code: quiz("exit", "' in lines[-1]
    example = lines[-1].split('"')[3]
    quiz("exit", example)
    assert "2 of 2 right" not in told(capsys)


def test_a_wrong_choice_is_explained_and_may_be_tried_again(capsys):
    quiz("exit", f"{FIRST['the server']} -")
    assert told(capsys) == (
        "Check yourself: 0 of 2 right\n1. Who waits?\n"
        f"   ✗ {FIRST['the server']}) the server: It is called.\n"
        "2. How long?\n   ○ not answered\nThink again about the others, and answer once more.\n"
    )


def test_with_the_right_choice_every_choice_is_explained(capsys):
    quiz("exit", FIRST["the client"] + SECOND["60 s"])
    text = told(capsys)
    assert text.startswith("Check yourself: 2 of 2 right\n") and "Think again" not in text
    for reason in ("It called.", "It is called.", "Linux says so.", "The RFC does.", "No."):
        assert reason in text
    assert text.count("✓") == 2 and "✗" not in text


@pytest.mark.parametrize("answers", [["the client", "60 s"], [FIRST["the client"].upper(), SECOND["60 s"]]])
def test_answers_may_be_lists(answers, capsys):
    quiz("exit", answers)
    assert "2 of 2 right" in told(capsys)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ("a", "there are 2 questions, and you answered 1"),
        ("a z", "question 2 has no choice 'z': its choices are a to c"),
        (3, "Not taken"),
    ],
)
def test_answers_that_cannot_be_taken_are_told(answers, words, capsys):
    quiz("exit", answers)
    assert words in told(capsys)


def test_an_open_answer_and_an_unknown_name(capsys):
    quiz("exit", ...)
    assert told(capsys).startswith("Check yourself\n")
    quiz("exid")
    assert "did you mean 'exit'?" in told(capsys)


def test_the_form_explains_and_can_be_checked_again():
    pytest.importorskip("ipywidgets")
    from labkit.learn.quizzing.form import quiz_form

    _, _, first, first_reason, _, second, second_reason, foot, hinted, _ = quiz_form(EXIT).children
    button, hint, said = foot.children
    hint.click()
    assert hinted.value.startswith("<p>2. Not “") and "60 s" not in hinted.value
    button.click()  # before anything is chosen: that is no wrong answer
    assert "Choose an answer first" in said.value and "right" not in said.value and not first_reason.value
    first.value = "the server"
    button.click()
    assert "0 of 2 right. Think again" in said.value
    assert "It is called." in first_reason.value and "It called." not in first_reason.value
    assert "not answered" in second_reason.value
    first.value, second.value = "the client", "60 s"
    button.click()
    assert "2 of 2 right." in said.value and "Think again" not in said.value
    assert all(reason in second_reason.value for reason in ("Linux says so.", "The RFC does.", "No."))
