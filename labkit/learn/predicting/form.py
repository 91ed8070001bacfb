"""The prediction form in JupyterLab.

Its parts are the browser's own radio buttons, text field and button, so keyboard and screen reader work as
they do everywhere.  It only changes its own widgets' values: nothing is printed, so nothing leaks into
another cell.
"""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from labkit.learn.finding import right_answer
from labkit.learn.forms.hinting import fewer, hint_button
from labkit.learn.forms.mover import Mover
from labkit.learn.forms.parts import WIDE, Form, answer_button, spoken
from labkit.learn.predicting.question import Question, commit, lines_of
from labkit.learn.showing import rich, told
from labkit.words import look_up, say


def prediction_form(question: Question) -> widgets.Widget:
    """A form for *question*; locked from the start when it has been answered already."""
    mover = Mover(list(question.choices), say("Order:")) if question.kind == "order" else None
    field = mover.widget if mover else _field(question)
    button = answer_button(say("Commit"), say("Lock in this prediction"))
    said = spoken()
    right = right_answer(question.name) if question.kind == "choices" else None
    more, count = fewer({"": (right, question.because)})
    hint, hinted = hint_button(more, say("A hint: one choice less"))

    def lock() -> None:
        button.disabled = hint.disabled = True
        if mover:
            mover.lock()
        else:
            field.disabled = True
        said.value = rich(question.locked)

    def committed(_: Any) -> None:
        given = mover.lines if mover else field.value
        if given is None or given == "":
            empty = "Choose first." if question.kind == "choices" else "Write your prediction first."
            said.value = say(empty)
            return
        complaint = commit(question, given)
        if complaint:
            said.value = rich(complaint)
        if question.chosen is not None:
            lock()
            drawn.finish()

    button.on_click(committed)
    if question.chosen is not None:
        if mover:
            mover.put(lines_of(question.chosen))
        else:
            field.value = question.chosen
        lock()
    groups = [told(question.text)] if question.kind == "choices" else []
    fields = mover.fields if mover else [field]
    bar = widgets.HBox([button, *([hint] if count else []), said])
    drawn = Form(question.head, field, bar, hinted, fields=fields, groups=groups)
    return drawn


def _field(question: Question) -> Any:
    if question.kind == "choices":
        return widgets.RadioButtons(
            options=[(f"{letter}) {told(label)}", label) for letter, label in question.letters.items()],
            value=None,
            layout=WIDE,
        )
    label, example = {
        "number": (look_up(question.unit) or say("number"), "3"),
        "text": (say("answer"), ""),
    }[question.kind]
    return widgets.Text(
        description=f"{label}:",
        placeholder=say("such as {example}", example=example) if example else "",
        style={"description_width": "initial"},
        layout=WIDE,
        continuous_update=True,
    )
