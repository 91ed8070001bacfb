"""What the forms have in common: a title, the panels' look, a helper, and words that a screen reader speaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from labkit.learn.forms.helper import FormHelper
from labkit.learn.showing import rich

WIDE = {"width": "auto", "max_width": "44em"}


def form(
    title: str, *parts: Any, fields: Sequence[widgets.Widget] = (), groups: Sequence[str] = ()
) -> widgets.Box:
    """The parts below each other, under a title.

    *fields* are the controls that the learner answers with; *groups* says what each group of radio buttons asks.
    """
    head = widgets.HTML(rich(title)).add_class("labkit-form-title")
    answered = [(field, "value" if isinstance(field, widgets.Text) else "index") for field in fields]
    helper = FormHelper([group.replace("`", "") for group in groups], answered)
    box = widgets.VBox([head, *parts, helper])
    for name in ("labkit-form", "lk", "lkp"):
        box.add_class(name)
    return box


def spoken() -> widgets.HTML:
    """A line whose words are spoken when they change."""
    return widgets.HTML().add_class("labkit-said")
