"""Ask a quiz, and explain what was answered: the choice that was taken, and, once it is the right one, all."""

from __future__ import annotations

from typing import Any

from labkit.learn.finding import UnknownExercise, find_quiz
from labkit.learn.forms.drawn import form_of
from labkit.learn.kit.quiz import Quiz
from labkit.learn.quizzing.text import ask, ask_rich, note, tell, tell_rich
from labkit.learn.showing import rich, show
from labkit.words import say


def quiz(id: str, answers: Any = None) -> None:
    """Ask the quiz *id*; with *answers*, a letter for each question ("b a c"), tell which are right, and why.

    A wrong choice is explained by its misconception and may be tried again; with the right one, every choice
    is explained.  Prints, never raises.
    """
    try:
        asked = find_quiz(id)
    except UnknownExercise as error:
        print(error)
        return
    if answers is None or answers is ...:
        put(asked)
    else:
        take(asked, answers)


def put(asked: Quiz) -> None:
    """Show a quiz's questions."""
    show(ask(asked), ask_rich(asked), widget=form_of("labkit.learn.quizzing.form", "quiz_form", asked))


def take(asked: Quiz, answers: Any) -> None:
    """Judge the answers to a quiz, note them, and tell which are right, and why."""
    try:
        chosen = asked.parse(answers)
    except (TypeError, ValueError) as error:
        print(say("Not taken: {error}.", error=error))
        return
    notes = note(asked, chosen)
    show(
        "\n".join([tell(asked, chosen), *notes]),
        tell_rich(asked, chosen) + "".join(f"<p>{rich(line)}</p>" for line in notes),
    )
