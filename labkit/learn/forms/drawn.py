"""A form as a widget, where there is a notebook to show it and what draws it is installed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from labkit.notebook.kernel import in_notebook

DRAWN_BY = ("ipywidgets", "anywidget")


def form_of(module: str, function: str, asked: Any) -> Any:
    """What *function* of the *module* (its name in full) draws of what is *asked*; None where nothing can be drawn.

    Without ipywidgets or anywidget the text form, which says how to answer in code, is the whole form.
    """
    if not in_notebook():
        return None
    try:
        draw = getattr(import_module(module), function)
    except ModuleNotFoundError as error:
        if error.name not in DRAWN_BY:
            raise
        return None
    return draw(asked)
