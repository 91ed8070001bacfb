"""The Hint button: the next hint at each press, below what it helps with."""

from __future__ import annotations

import ipywidgets as widgets

from labkit.learn.checking.hints import take, worded
from labkit.learn.forms.hinting import hint_button
from labkit.learn.forms.parts import Form
from labkit.learn.kit.exercise import Exercise
from labkit.learn.showing import block, rich
from labkit.words import say


def exercise_hints(id: str) -> tuple[widgets.Button, widgets.HTML]:
    """The button for the hints of an exercise or a Parsons problem, and where they are shown."""

    def more() -> str:
        take(id)
        return block(worded(id))

    return hint_button(more, say("A hint: first the concept, then the place, then the code"))


def hint_form(exercise: Exercise) -> widgets.Widget:
    """What stands below a check that was not passed."""
    button, said = exercise_hints(exercise.id)
    changed = widgets.HTML(
        rich(say("The cell above has been changed since it ran: run it (Shift+Enter), then this one."))
    )
    return Form(say("Stuck?"), changed.add_class("labkit-changed"), button, said)
