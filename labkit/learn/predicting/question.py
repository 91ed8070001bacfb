"""One question to predict the answer of: how it may be answered, and what the learner has committed to."""

from __future__ import annotations

import html
import json
import string
from collections.abc import Mapping, Sequence
from typing import Any

from labkit.learn.showing import lettered, rich, told
from labkit.words import look_up, say

# How to answer each kind of question.
_CHOOSE = "Choose before you run the next cell (in code: predict({name}, answer={example}))."
_ORDER = "Put the lines in order before you run the next cell (in code: predict({name}, answer={example}))."
_NUMBER = "Say a number before you run the next cell (in code: predict({name}, answer={example}))."
_NUMBER_OF = (
    "Say a number of {unit} before you run the next cell (in code: predict({name}, answer={example}))."
)
_WRITE = "Write a word or two before you run the next cell (in code: predict({name}, answer={example}))."

_LINE = "\n"  # between the choices of an answer that is their order: the journal keeps it as one text


class Question:
    """One question, the ways to answer it, and, once the learner has committed, the answer: locked."""

    def __init__(
        self,
        name: str,
        text: str,
        kind: str,
        choices: Mapping[str, Any],
        unit: str,
        because: Mapping[str, str],
    ):
        self.name, self.text, self.kind, self.unit = name, text, kind, unit
        self.choices, self.because = dict(choices), dict(because)
        self.chosen: str | None = None
        self.seen = False  # was the answer told before the learner had chosen?

    @property
    def letters(self) -> dict[str, str]:
        """a → the first choice, b → the second, ..."""
        return dict(zip(string.ascii_lowercase, self.choices, strict=False))

    def parse(self, answer: Any) -> str:
        """The learner's answer as one of our own labels; raises ValueError with words for the learner."""
        given = str(answer).strip()
        if self.kind == "choices":
            if given in self.choices:
                return given
            letter = given.lower().rstrip(").")
            if letter in self.letters:
                return self.letters[letter]
            raise ValueError(
                say(
                    "{given!r} is none of the choices: answer with a letter, {letters}",
                    given=given,
                    letters=either(list(self.letters)),
                )
            )
        if self.kind == "number":
            try:
                return as_number(float(given.replace(",", "")))
            except ValueError:
                raise ValueError(
                    say("{given!r} is not a number: answer with digits, such as 3", given=given)
                ) from None
        if self.kind == "order":
            parts = [str(part) for part in answer] if not isinstance(answer, str) else None
            if parts is None or not all(part in self.choices for part in parts):
                compact = "".join(given if parts is None else parts)
                wanted = [letter for letter in compact.lower() if letter.isalnum()]
                parts = [self.letters.get(letter, letter) for letter in wanted]
            if sorted(parts) != sorted(self.choices):
                raise ValueError(
                    say("name each line once, by its letter, such as {some!r}", some=" ".join(self.letters))
                )
            return _LINE.join(parts)
        if not given:
            raise ValueError(say("write a word or two first"))
        return given

    def measured(self, value: Any) -> str:
        """What the experiment gave, as one of our own labels where it is one of them, else as it is."""
        if isinstance(value, (list, tuple)) and len(value) == 1 and self.kind != "order":
            value = value[0]
        if self.kind == "order" and isinstance(value, (list, tuple)):
            return _LINE.join(str(part) for part in value)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and self.kind == "number":
            return as_number(value)
        for label, meant in self.choices.items():
            if type(meant) is type(value) and meant == value:
                return label
        spoken = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
        for label, meant in self.choices.items():
            if str(meant).casefold() == spoken.casefold():
                return label
        return spoken

    def agrees(self, answer: str, found: str) -> bool:
        if self.kind == "text":
            return " ".join(answer.split()).casefold() == " ".join(found.split()).casefold()
        return answer == found

    def in_words(self, answer: str) -> str:
        """An answer as the learner reads it."""
        if self.kind == "number" and self.unit:
            return say("{number} {unit}", number=answer, unit=look_up(self.unit))
        if self.kind == "order":
            return " → ".join(told(part) for part in lines_of(answer))
        words = told(answer) if answer in self.choices else answer
        # In quotation marks: it may hold a comma or a colon, and stands inside a sentence.
        return words if _is_number(words) else f"“{words}”"

    @property
    def head(self) -> str:
        """The line above the choices."""
        return say("Predict: {question}", question=told(self.text))

    @property
    def locked(self) -> str:
        """What is said once the learner has committed."""
        return say("Your prediction: {answer}. Now run on and see.", answer=self.in_words(self.chosen or ""))

    def ask(self) -> str:
        """The question as plain text, with how to answer it without a mouse."""
        lines = [self.head]
        lines += [f"  {letter}) {told(label)}" for letter, label in self.letters.items()]
        return "\n".join([*lines, self._how])

    @property
    def _how(self) -> str:
        """How to answer without a mouse; or, once the learner has, what was said."""
        if self.chosen is not None:
            return self.locked
        ways: dict[str, tuple[str, str | int]] = {
            "choices": (_CHOOSE, "a"),
            "order": (_ORDER, " ".join(self.letters)),
            "number": (_NUMBER_OF if self.unit else _NUMBER, 3),
            "text": (_WRITE, say("your words")),
        }
        template, example = ways[self.kind]
        return say(template, unit=look_up(self.unit), name=_quoted(self.name), example=_quoted(example))

    def ask_rich(self) -> str:
        """The same as HTML, for places that show notebooks but run nothing."""
        choices = {letter: rich(told(label)) for letter, label in self.letters.items()}
        listed = lettered(choices) if choices else ""
        which = f'data-predict="{html.escape(self.name)}"'
        return f"<div {which}><p><strong>{rich(self.head)}</strong></p>{listed}<p>{rich(self._how)}</p></div>"


def lines_of(answer: str) -> list[str]:
    """The choices of an answer that is their order, the first one first."""
    return answer.split(_LINE)


def commit(question: Question, answer: Any) -> str:
    """Lock in *answer*; returns "" or, when it cannot be taken, what to tell the learner."""
    try:
        parsed = question.parse(answer)
    except ValueError as error:
        return say("Not taken: {error}.", error=error)
    if question.chosen not in (None, parsed):
        return say(
            "You have already committed to {answer}; a prediction is made once.",
            answer=question.in_words(question.chosen or ""),
        )
    question.chosen = parsed
    return ""


def _quoted(value: str | int) -> str:
    """As Python would be typed in the lessons, with double quotes."""
    return json.dumps(value, ensure_ascii=False)


def _is_number(words: str) -> bool:
    return words.replace(",", "").replace(".", "").isdecimal()


def as_number(value: float) -> str:
    """A number as a label: 3.0 is "3"."""
    return str(int(value)) if float(value).is_integer() else f"{value:g}"


def either(words: Sequence[str]) -> str:
    """The words as a choice: "a, b or c"."""
    *some, last = words or [""]
    return say("{some} or {last}", some=", ".join(some), last=last) if some else last
