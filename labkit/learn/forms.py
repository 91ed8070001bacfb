"""The prediction form in JupyterLab: the only importer of ipywidgets in the learning loop.

Its parts are the browser's own radio buttons, text field and button, so keyboard and screen reader work as
they do everywhere.  It only changes its own widgets' values: nothing is printed, so nothing leaks into
another cell.
"""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from .question import Question, commit
from .showing import rich

_wide = widgets.Layout(width="auto", max_width="44em")


def prediction_form(question: Question) -> widgets.Widget:
    """A form for *question*; locked from the start when it has been answered already."""
    title = widgets.HTML(f"<strong>{rich('Predict: ' + question.text)}</strong>")
    field = _field(question)
    button = widgets.Button(description="Commit", tooltip="Lock in this prediction", layout={"width": "8em"})
    said = widgets.HTML()

    def lock() -> None:
        field.disabled = button.disabled = True
        said.value = rich(f"Your prediction: {question.say(question.chosen or '')}. Now run on and see.")

    def committed(_: Any) -> None:
        if field.value is None or field.value == "":
            said.value = "Choose first." if question.kind == "choices" else "Write your prediction first."
            return
        complaint = commit(question, field.value)
        if complaint:
            said.value = rich(complaint)
        if question.chosen is not None:
            lock()

    button.on_click(committed)
    if question.chosen is not None:
        if question.kind != "order":
            field.value = question.chosen
        lock()
    parts: list[Any] = [title]
    if question.kind == "order":
        lines = "".join(f"<li><code>{rich(label)}</code></li>" for label in question.choices)
        parts.append(widgets.HTML(f'<ol type="a">{lines}</ol>'))
    return widgets.VBox([*parts, field, widgets.HBox([button, said])], layout={"margin": "0.3em 0"})


def _field(question: Question) -> Any:
    if question.kind == "choices":
        return widgets.RadioButtons(
            options=[(f"{letter}) {label}", label) for letter, label in question.letters.items()],
            value=None,
            layout=_wide,
        )
    label, example = {
        "number": (question.unit or "number", "3"),
        "order": ("order", " ".join(question.letters)),
        "text": ("answer", ""),
    }[question.kind]
    return widgets.Text(
        description=f"{label}:",
        placeholder=f"such as {example}" if example else "",
        style={"description_width": "initial"},
        layout=_wide,
        continuous_update=True,
    )
