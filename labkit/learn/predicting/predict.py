"""Predict before you run; then compare.

Committing to a guess first is what makes a demonstration teach (Crouch et al. 2004, Brod 2021).  The answer
is never written in the lesson: `reveal` is given what the experiment measured, so a lesson whose claim fails
shows it.
"""

from __future__ import annotations

import difflib
import html
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from labkit.learn.finding import because as explanations
from labkit.learn.finding import right_answer
from labkit.learn.forms.drawn import form_of
from labkit.learn.predicting.question import Question, as_number, commit, either
from labkit.learn.progressing.journal import JournalError, journal
from labkit.learn.showing import rich, show, told
from labkit.words import say

GAVE = "The experiment gave {found}."
SURPRISED = (
    "The experiment gave {found}, which is none of the choices: look at the trace before you believe either of"
    " us."
)

_asked: dict[str, Question] = {}


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
    for each choice, as it is shown, the misconception behind it, or why it is right; without it, what the lesson's
    `predictions.py` in `labkit.lessons` says under `BECAUSE[id]`, out of the reader's sight.  *answer* commits at
    once: a letter, a choice or a value; `predict(id, answer="b")` answers a question asked before.  The first
    answer stands until the kernel restarts.

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
            asked.chosen, asked.seen = known.chosen, known.seen
        _asked[id] = asked

    if answer is not None:
        complaint = commit(asked, answer)
        if complaint:
            print(complaint)
    show(
        asked.ask(),
        asked.ask_rich(),
        widget=form_of("labkit.learn.predicting.form", "prediction_form", asked),
    )


def reveal(id: str, measured: Any) -> None:
    """Compare the learner's prediction with *measured*, what the experiment has just given, and explain both.

    *measured* is a value from the trace or the run, or a list holding that one value.  Where it is not what the
    experiment gives as the lesson has it (`RIGHT` in the lesson's `predictions.py`), the learner has changed
    something, and no explanation is given of what only the change has made true.
    """
    question = _asked.get(id)
    if question is None:
        print(f"{_unknown(id)}\n{say(GAVE, found=measured)}")
        return
    found = question.measured(measured)
    surprise = question.kind == "choices" and found not in question.choices
    gave = say(SURPRISED if surprise else GAVE, found=question.in_words(found))
    if question.chosen is None:
        question.seen = True
        head = say("Not predicted: {question}", question=told(question.text))
        lines = [gave, *_explained(question, found)]
        for label in question.because:
            if label not in (found, right_answer(id)):
                lines += _why(question, label, "If you had thought {answer}: {reason}")
        summary = say("{question} Show what happened, and why.", question=head)
        start, end = f"<details {_facts(id, found)}><summary>{rich(summary)}</summary>", "</details>"
    else:
        head = say("You were asked: {question}", question=told(question.text))
        lines = _compared(question, found, gave)
        start, end = f"<div {_facts(id, found)}><p><strong>{rich(head)}</strong></p>", "</div>"
    body = "".join(f"<p>{rich(line)}</p>" for line in lines)
    facts: dict[str, Any] = {
        "predicted": id,
        "question": question.text,
        "chosen": question.chosen,
        "found": found,
    }
    if question.chosen is not None:
        facts |= {"right": question.agrees(question.chosen, found), "counts": not question.seen}
    show("\n".join([head, *lines]), f"{start}{body}{end}", facts=facts)


def _facts(id: str, found: str) -> str:
    """What was revealed, as attributes of its HTML, for programs that read a notebook."""
    return f'data-revealed="{html.escape(id)}" data-found="{html.escape(found)}"'


def _compared(question: Question, found: str, gave: str) -> list[str]:
    """What the learner predicted, held against what the experiment gave; noted if it was a prediction."""
    given = question.chosen or ""
    right, chosen = question.agrees(given, found), question.in_words(given)
    changed = _changed(question, found)
    if right:
        lines = [say("✓ You predicted {chosen}, and that is what happened.", chosen=chosen)]
    elif changed:  # it may have been wrong before the change, or not: neither is told
        lines = [say("You predicted {chosen}. {gave}", chosen=chosen, gave=gave)]
    else:
        lines = [say("✗ You predicted {chosen}. {gave}", chosen=chosen, gave=gave)]
    if question.seen:
        lines.append(say("(You chose after the experiment had told, so it does not count as a prediction.)"))
    else:
        try:
            asked = _again(question, found)
            journal().note_prediction(question.name, right, asked, date.today(), chosen=given)
        except JournalError as error:
            lines.append(say("(Not noted: {error}.)", error=error))
    if not (right or changed):
        lines += _why(question, given, "Why not {answer}: {reason}")
    return [*lines, *_explained(question, found)]


def _again(question: Question, found: str) -> dict[str, Any]:
    """What it takes to ask a question of choices again, days later; nothing of another kind, or without an answer."""
    right = right_answer(question.name) or found
    if question.kind != "choices" or right not in question.choices:
        return {}
    return {"question": question.text, "choices": list(question.choices), "found": right}


def _changed(question: Question, found: str) -> bool:
    """Has the learner changed the experiment, so that it gives something else than as the lesson has it?"""
    return right_answer(question.name) not in (None, found)


def _explained(question: Question, found: str) -> list[str]:
    """Why the experiment gave *found*; or, where something was changed, what it gives unchanged, and why."""
    usual = right_answer(question.name)
    if usual is None or not _changed(question, found):
        return _why(question, found, "Why {answer}: {reason}")
    difference = say(
        "As the lesson has it, this gives {usual}: what you have changed makes the difference.",
        usual=question.in_words(usual),
    )
    return [difference, *_why(question, usual, "Why {answer}, unchanged: {reason}")]


def _why(question: Question, label: str, template: str) -> list[str]:
    reason = question.because.get(label)
    return [say(template, answer=question.in_words(label), reason=told(reason))] if reason else []


def _build(
    name: str,
    text: str,
    choices: Sequence[Any] | Mapping[str, Any] | None,
    number: str | None,
    order: Sequence[str] | None,
    free: bool,
    because: Mapping[Any, str],
) -> Question:
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
        template = "predict({name!r}) takes one of choices, number, order or text (got {given})"
        raise ValueError(say(template, name=name, given=either(given) or say("none")))
    kind = given[0]
    if isinstance(choices, str) or isinstance(order, str):
        template = "predict({name!r}): {kind} is a list of answers (got the one string {given!r})"
        raise ValueError(say(template, name=name, kind=kind, given=choices or order))
    shown = choices if choices is not None else order if order is not None else ()
    labels = (
        {str(label): value for label, value in shown.items()}
        if isinstance(shown, Mapping)
        else {str(value): value for value in shown}
    )
    if kind in ("choices", "order") and not 2 <= len(labels) == len(shown) <= 10:
        template = "predict({name!r}): {kind} needs 2 to 10 different answers (got {given!r})"
        raise ValueError(say(template, name=name, kind=kind, given=list(shown)))
    reasons = {as_number(key) if kind == "number" else str(key): reason for key, reason in because.items()}
    strangers = [key for key in reasons if kind == "choices" and key not in labels]
    if strangers:
        template = (
            "predict({name!r}): because explains {strangers}, which is none of the choices; they go by what is"
            " shown: {shown}"
        )
        raise ValueError(say(template, name=name, strangers=either(strangers), shown=either(list(labels))))
    return Question(name, text, kind, labels, number or "", reasons)


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(str(name), _asked, n=1)
    if near:
        return say(
            "Nothing has been asked under the name {name!r} yet (did you mean {near!r}?): first run the cell that"
            " asks it.",
            name=name,
            near=near[0],
        )
    return say(
        "Nothing has been asked under the name {name!r} yet: first run the cell that asks it.", name=name
    )
