"""What the forms have in common: a title, the panels' look, a helper, and words that a screen reader speaks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import ipywidgets as widgets

from labkit.learn.forms.helper import FormHelper
from labkit.learn.showing import rich

WIDE = {"width": "auto", "max_width": "44em"}


class Form(widgets.VBox):
    """The parts below each other, under a title.

    *fields* are the controls that the learner answers with; *groups* says what each group of radio buttons asks;
    *drag* moves a line that was dragged (see `FormHelper`).
    """

    def __init__(
        self,
        title: str,
        *parts: Any,
        fields: Sequence[widgets.Widget] = (),
        groups: Sequence[str] = (),
        drag: Callable[[int, int, int, int], None] | None = None,
    ) -> None:
        head = widgets.HTML(rich(title)).add_class("labkit-form-title")
        answered = [(field, "value" if isinstance(field, widgets.Text) else "index") for field in fields]
        names = [group.replace("`", "") for group in groups]
        self.helper = FormHelper(names, answered, list(_buttons(parts)), drag)
        super().__init__([head, *parts, self.helper])
        for name in ("labkit-form", "lk", "lkp"):
            self.add_class(name)

    def finish(self) -> None:
        """Note that nothing can be answered here any more: the learner is led on."""
        self.helper.done = True


def _buttons(parts: Iterable[Any]) -> Iterator[widgets.Button]:
    for part in parts:
        if isinstance(part, widgets.Button):
            yield part
        elif isinstance(part, widgets.Box):
            yield from _buttons(part.children)


def answer_button(name: str, tooltip: str) -> widgets.Button:
    """The button that takes the answer; Enter in a field presses it, too."""
    return widgets.Button(description=name, tooltip=tooltip).add_class("labkit-answer")


def spoken() -> widgets.HTML:
    """A line whose words are spoken when they change."""
    return widgets.HTML().add_class("labkit-said")
