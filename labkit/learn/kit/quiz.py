"""Quizzes: a few questions on situations at work, every choice explained."""

from __future__ import annotations

import hashlib
import string
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from labkit.words import say


class Ask(NamedTuple):
    """One question: `choices` maps each choice to why it is right or wrong; `right` is one of them."""

    question: str
    right: str
    choices: Mapping[str, str]

    @property
    def letters(self) -> dict[str, str]:
        """a → the choice shown first, b → the second, ...: in the same disorder each time."""
        mixed = sorted(
            self.choices, key=lambda choice: hashlib.sha256(f"{self.question} {choice}".encode()).digest()
        )
        return dict(zip(string.ascii_lowercase, mixed, strict=False))


class Quiz(NamedTuple):
    """A quiz: its id, its title and its questions.

    `code` is how it is answered in code; `keep` takes what was chosen, where it is not kept as a quiz's result.
    """

    id: str
    title: str
    questions: tuple[Ask, ...]
    code: str = 'quiz("{id}", "{example}")'
    keep: Callable[[Quiz, tuple[str, ...]], None] | None = None

    def parse(self, answers: Any) -> tuple[str, ...]:
        """The choice for each question, "" for one left out: letters ("b a -", "ba-"), or a list of letters or
        choices.

        Raises ValueError with words for the learner.
        """
        given = [str(answer).strip() for answer in answers]
        if isinstance(answers, str):
            given = [letter for letter in answers.lower() if letter.isalnum() or letter == "-"]
        if len(given) != len(self.questions):
            raise ValueError(
                say(
                    "there are {all} questions, and you answered {given}: one letter for each, - for one that you"
                    " leave out",
                    all=len(self.questions),
                    given=len(given),
                )
            )
        return tuple(
            _choice(number, ask, answer)
            for number, (ask, answer) in enumerate(zip(self.questions, given, strict=True), start=1)
        )


def _choice(number: int, ask: Ask, answer: str) -> str:
    if answer in ask.choices:
        return answer
    letters = ask.letters
    if answer.lower() in letters:
        return letters[answer.lower()]
    if answer in ("", "-"):
        return ""
    raise ValueError(
        say(
            "question {number} has no choice {answer!r}: its choices are a to {last}",
            number=number,
            answer=answer,
            last=max(letters),
        )
    )
