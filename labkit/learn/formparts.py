"""What the forms have in common: a title, the panels' look, their own keys, and words that a screen reader speaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets

from ..panels.keys import Keys
from .showing import rich

WIDE = {"width": "auto", "max_width": "44em"}


def form(title: str, *parts: Any, groups: Sequence[str] = ()) -> widgets.Box:
    """The parts below each other, under a title; *groups*: what each group of radio buttons asks."""
    head = widgets.HTML(rich(title)).add_class("labkit-form-title")
    box = widgets.VBox([head, *parts, Keys([group.replace("`", "") for group in groups])])
    for name in ("labkit-form", "lk", "lkp"):
        box.add_class(name)
    return box


def spoken() -> widgets.HTML:
    """A line whose words are spoken when they change."""
    return widgets.HTML().add_class("labkit-said")
