"""What the forms have in common: a title, the panels' look, a helper, and words that a screen reader speaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from labkit.learn.forms.helper import FormHelper
from labkit.learn.showing import rich

WIDE = {"width": "auto", "max_width": "44em"}


class Form(widgets.VBox):
    """The parts below each other, under a title.

    *fields* are the controls that the learner answers with; *groups* says what each group of radio buttons asks.
    """

    def __init__(
        self, title: str, *parts: Any, fields: Sequence[widgets.Widget] = (), groups: Sequence[str] = ()
    ) -> None:
        head = widgets.HTML(rich(title)).add_class("labkit-form-title")
        answered = [(field, "value" if isinstance(field, widgets.Text) else "index") for field in fields]
        self.helper = FormHelper([group.replace("`", "") for group in groups], answered)
        super().__init__([head, *parts, self.helper])
        for name in ("labkit-form", "lk", "lkp"):
            self.add_class(name)

    def finish(self) -> None:
        """Note that nothing can be answered here any more: the learner is led on."""
        self.helper.done = True


def answer_button(name: str, tooltip: str) -> widgets.Button:
    """The button that takes the answer; Enter in a field presses it, too."""
    return widgets.Button(description=name, tooltip=tooltip).add_class("labkit-answer")


def spoken() -> widgets.HTML:
    """A line whose words are spoken when they change."""
    return widgets.HTML().add_class("labkit-said")
