"""Predict before you run; then compare.

Committing to a guess first is what makes a demonstration teach (Crouch et al. 2004, Brod 2021).  The answer
is never written in the lesson: `reveal` is given what the experiment measured, so a lesson whose claim fails
shows it.
"""

from __future__ import annotations

import difflib
import json
import string
from collections.abc import Mapping, Sequence
from typing import Any

from .exercises import because as explanations
from .journal import JournalError, journal
from .showing import in_notebook, rich, show

_asked: dict[str, Question] = {}


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
                f"{given!r} is none of the choices: answer with a letter, {_or(list(self.letters))}"
            )
        if self.kind == "number":
            try:
                return _number(float(given.replace(",", "")))
            except ValueError:
                raise ValueError(f"{given!r} is not a number: answer with digits, such as 3") from None
        if self.kind == "order":
            parts = [str(part) for part in answer] if not isinstance(answer, str) else None
            if parts is None or not all(part in self.choices for part in parts):
                compact = "".join(given if parts is None else parts)
                wanted = [letter for letter in compact.lower() if letter.isalnum()]
                parts = [self.letters.get(letter, letter) for letter in wanted]
            if sorted(parts) != sorted(self.choices):
                raise ValueError(f"name each line once, by its letter, such as {' '.join(self.letters)!r}")
            return "\n".join(parts)
        if not given:
            raise ValueError("write a word or two first")
        return given

    def measured(self, value: Any) -> str:
        """What the experiment gave, as one of our own labels where it is one of them, else as it is."""
        if isinstance(value, (list, tuple)) and len(value) == 1 and self.kind != "order":
            value = value[0]
        if self.kind == "order" and isinstance(value, (list, tuple)):
            return "\n".join(str(part) for part in value)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and self.kind == "number":
            return _number(value)
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

    def say(self, answer: str) -> str:
        """An answer in words."""
        if self.kind == "number" and self.unit:
            return f"{answer} {self.unit}"
        if self.kind == "order":
            return " → ".join(answer.split("\n"))
        return answer

    def ask(self) -> str:
        """The question as plain text, with how to answer it without a mouse."""
        lines = [f"Predict: {self.text}"]
        lines += [f"  {letter}) {label}" for letter, label in self.letters.items()]
        if self.chosen is not None:
            return "\n".join([*lines, f"Your prediction: {self.say(self.chosen)}. Now run on and see."])
        example = {"choices": "a", "order": " ".join(self.letters), "number": 3, "text": "your words"}[
            self.kind
        ]
        how = {
            "choices": "Choose before you run the next cell",
            "order": "Put the lines in order before you run the next cell",
            "number": "Say a number"
            + (f" of {self.unit}" if self.unit else "")
            + " before you run the next cell",
            "text": "Write a word or two before you run the next cell",
        }[self.kind]
        return "\n".join(
            [*lines, f"{how} (in code: predict({_quoted(self.name)}, answer={_quoted(example)}))."]
        )

    def ask_rich(self) -> str:
        """The same as HTML, for places that show notebooks but run nothing."""
        first, *_, last = self.ask().split("\n")
        items = "".join(f"<li>{rich(label)}</li>" for label in self.choices)
        choices = f'<ol type="a">{items}</ol>' if items else ""
        return f"<div><p><strong>{rich(first)}</strong></p>{choices}<p>{rich(last)}</p></div>"


def predict(
    id: str,
    question: str | None = None,
    choices: Sequence[Any] | Mapping[str, Any] | None = None,
    *,
    number: str | None = None,
    order: Sequence[str] | None = None,
    text: bool = False,
    answer: Any = None,
    because: Mapping[Any, str] | None = None,
) -> None:
    """Ask the learner for a prediction; in JupyterLab as a form, anywhere else as text.

    Give one of *choices* (a list, or a mapping from what is shown to what the experiment would measure),
    *number* (the unit, such as "segments" or ""), *order* (lines to arrange) or *text*.  *because* explains,
    for each choice, the misconception behind it, or why it is right; without it, what the lesson's module in
    `labkit.learn.exercises` says under `BECAUSE[id]`, out of the reader's sight.  *answer* commits at once: a
    letter, a choice or a value; `predict(id, answer="b")` answers a question asked before.  The first answer
    stands until the kernel restarts.

    Never blocks: what follows runs whether the learner has answered or not.  Raises ValueError for a question
    that its author got wrong; a learner's unusable answer is only told.
    """
    known = _asked.get(id)
    if question is None:
        if known is None:
            print(_unknown(id))
            return
        asked = known
    else:
        asked = _build(id, question, choices, number, order, text, because or explanations(id))
        if known is not None and (known.text, list(known.choices)) == (asked.text, list(asked.choices)):
            asked.chosen = known.chosen
        _asked[id] = asked

    if answer is not None:
        complaint = commit(asked, answer)
        if complaint:
            print(complaint)
    show(asked.ask(), asked.ask_rich(), widget=_form(asked) if in_notebook() else None)


def commit(question: Question, answer: Any) -> str:
    """Lock in *answer*; returns "" or, when it cannot be taken, what to tell the learner."""
    try:
        parsed = question.parse(answer)
    except ValueError as error:
        return f"Not taken: {error}."
    if question.chosen not in (None, parsed):
        return (
            f"You have already committed to {question.say(question.chosen or '')}; a prediction is made once."
        )
    question.chosen = parsed
    return ""


def reveal(id: str, measured: Any) -> None:
    """Compare the learner's prediction with *measured*, what the experiment has just given, and explain both.

    *measured* is a value from the trace or the run, or a list holding that one value.
    """
    question = _asked.get(id)
    if question is None:
        print(f"{_unknown(id)}\nThe experiment gave {measured}.")
        return
    found = question.measured(measured)
    gave = f"The experiment gave {question.say(found)}"
    surprise = question.kind == "choices" and found not in question.choices
    if surprise:
        gave += ", which is none of the choices: look at the trace before you believe either of us"

    lines: list[str] = []
    if question.chosen is None:
        lines.append(f"{gave}.")
        lines += _why(question, found, "Why")
        for label in question.because:
            if label != found:
                lines += _why(question, label, "If you had thought")
        told = "You made no prediction here. Next time choose first: being surprised is how it stays."
        folded = "".join(f"<p>{rich(line)}</p>" for line in lines)
        show(
            "\n".join([told, *lines]),
            f"<div><p>{rich(told)}</p><details><summary>Show what happened, and"
            f" why</summary>{folded}</details></div>",
        )
        return

    right = question.agrees(question.chosen, found)
    try:
        journal().note_prediction(id, right)
    except JournalError as error:
        lines.append(f"(Not noted: {error}.)")
    if right:
        head = f"✓ You predicted {question.say(question.chosen)}, and that is what happened."
    else:
        head = f"✗ You predicted {question.say(question.chosen)}. {gave}."
        lines += _why(question, question.chosen, "Why not")
    lines += _why(question, found, "Why")
    body = "".join(f"<p>{rich(line)}</p>" for line in lines)
    show("\n".join([head, *lines]), f"<div><p><strong>{rich(head)}</strong></p>{body}</div>")


def _why(question: Question, label: str, lead: str) -> list[str]:
    reason = question.because.get(label)
    return [f"{lead} {question.say(label)}: {reason}"] if reason else []


def _build(
    name: str,
    text: str,
    choices: Sequence[Any] | Mapping[str, Any] | None,
    number: str | None,
    order: Sequence[str] | None,
    free: bool,
    because: Mapping[Any, str],
) -> Question:
    where = f"predict({name!r})"
    given = [
        kind
        for kind, there in (
            ("choices", choices is not None),
            ("number", number is not None),
            ("order", order is not None),
            ("text", free),
        )
        if there
    ]
    if len(given) != 1:
        raise ValueError(f"{where} takes one of choices, number, order or text (got {_or(given) or 'none'})")
    kind = given[0]
    if isinstance(choices, str) or isinstance(order, str):
        raise ValueError(f"{where}: {kind} is a list of answers (got the one string {choices or order!r})")
    shown = choices if choices is not None else order if order is not None else ()
    labels = (
        {str(label): value for label, value in shown.items()}
        if isinstance(shown, Mapping)
        else {str(value): value for value in shown}
    )
    if kind in ("choices", "order") and not 2 <= len(labels) == len(shown) <= 10:
        raise ValueError(f"{where}: {kind} needs 2 to 10 different answers (got {list(shown)!r})")
    reasons = {_number(key) if kind == "number" else str(key): reason for key, reason in because.items()}
    strangers = [key for key in reasons if kind == "choices" and key not in labels]
    if strangers:
        raise ValueError(f"{where}: because explains {_or(strangers)}, which is none of the choices")
    return Question(name, text, kind, labels, number or "", reasons)


def _form(question: Question) -> Any:
    try:
        from .forms import prediction_form
    except ImportError:
        # Without ipywidgets the text form, which says how to answer in code, is the whole form.
        return None
    return prediction_form(question)


def _quoted(value: str | int) -> str:
    """As Python would be typed in the lessons, with double quotes."""
    return json.dumps(value, ensure_ascii=False)


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else f"{value:g}"


def _or(words: Sequence[str]) -> str:
    *some, last = words or [""]
    return f"{', '.join(some)} or {last}" if some else last


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(str(name), _asked, n=1)
    meant = f" (did you mean {near[0]!r}?)" if near else ""
    return f"Nothing has been asked under the name {name!r} yet{meant}: first run the cell that asks it."
