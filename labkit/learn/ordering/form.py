"""A Parsons problem as a form in JupyterLab: move the lines, run them, read what happened."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from labkit.learn.checking.form import exercise_hints
from labkit.learn.forms.mover import Mover
from labkit.learn.forms.parts import Form, answer_button, spoken
from labkit.learn.kit.parsons import Parsons
from labkit.learn.ordering.run import run
from labkit.learn.ordering.text import extra, head
from labkit.learn.showing import rich
from labkit.words import say


def order_form(problem: Parsons) -> widgets.Widget:
    """A form for a Parsons problem: move the lines, run them, read what happened."""
    given = widgets.HTML(f"<pre>{rich(problem.given)}</pre>")
    mover = Mover(problem.shuffled, say("Lines:"), spare=bool(problem.extra))
    button = answer_button(say("Run it"), say("Run the lines in this order"))
    result = spoken()

    def pressed(_: Any) -> None:
        button.disabled = True
        result.value = say("Running ...")
        try:
            result.value = f"<pre>{rich(str(run(problem, mover.lines)))}</pre>"
        finally:
            button.disabled = False

    button.on_click(pressed)
    notes = [*([given] if problem.given else []), *([widgets.HTML(extra(problem))] if problem.extra else [])]
    hint, said = exercise_hints(problem.id)
    bar = widgets.HBox([button, hint])
    return Form(head(problem), *notes, mover.widget, bar, result, said, fields=mover.fields)
