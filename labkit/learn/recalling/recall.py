"""Ask again, days later, what the learner once predicted: a second chance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from labkit.learn.finding import because
from labkit.learn.kit.quiz import Ask, Quiz
from labkit.learn.progressing.due import due
from labkit.learn.progressing.journal import Journal, JournalError, journal
from labkit.learn.quizzing.ask import put, take
from labkit.words import say


def recall(answers: Any = None, *, today: date | None = None) -> None:
    """Ask again up to three of the predictions that the learner has made: wrong ones the next day, right ones later.

    With *answers*, a letter for each question ("b a -", - for one left out), tell which are right, and why.  *today* is
    the day that it is for (this computer's, if none is given).  Asks nothing, and says so, where nothing is due or no
    progress is kept.  Prints, never raises, and nothing waits for it.
    """
    day = today or date.today()
    book = journal()
    try:
        asked = quiz_of(book, day)
    except JournalError as error:
        print(say("Your progress cannot be read: {error}.", error=error))
        return
    if asked is None:
        print(
            say("No old question today. What you predict in a lesson is asked here again, some days later.")
        )
    elif answers is None or answers is ...:
        put(asked)
    else:
        take(asked, answers)


def quiz_of(book: Journal, day: date) -> Quiz | None:
    """The questions that are due on that day; None for none.  Raises JournalError."""
    if book.path is None:
        return None
    predictions = book.read()["predictions"]
    names = [name for name in due(predictions, day) if _question(name, predictions[name]) is not None]
    if not names:
        return None
    questions = tuple(question for name in names if (question := _question(name, predictions[name])))

    def keep(quiz: Quiz, chosen: tuple[str, ...]) -> None:
        for name, question, choice in zip(names, quiz.questions, chosen, strict=True):
            if choice:
                book.note_recalled(name, choice == question.right, day)

    return Quiz("recall", say("Do you still know?"), questions, code='recall("{example}")', keep=keep)


def _question(name: str, entry: Mapping[str, Any]) -> Ask | None:
    """A prediction as a question whose answer is what the learner's own experiment gave; None if it is none."""
    asked = entry["asked"]
    text, choices, found = asked.get("question"), asked.get("choices"), asked.get("found")
    if not isinstance(text, str) or not isinstance(choices, list) or found not in choices:
        return None
    reasons = because(name)
    known = {str(label): reason for label, reason in reasons.items()}
    plain = say("Your experiment gave {found}.", found=found)
    return Ask(text, str(found), {str(label): known.get(str(label), plain) for label in choices})
