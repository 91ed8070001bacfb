"""What the forms have in common: a title, one look, their own keys, and words that a screen reader speaks."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from .showing import rich

WIDE = {"width": "auto", "max_width": "44em"}
BUTTON = {"width": "8em"}

# A long choice takes the lines it needs, its button beside the first; in a list's own font an indentation would be
# too narrow to see.
_LOOK = """
.labkit-form .widget-radio-box { height: auto; }
.labkit-form .widget-radio-box label {
  display: flex; flex-direction: row-reverse; justify-content: flex-end; align-items: flex-start;
  height: auto; line-height: 1.4; margin-bottom: 0.3em; white-space: normal;
}
.labkit-form .widget-radio-box input { flex: none; margin: 0 0.5em 0 0.2em; }
.labkit-form pre { white-space: pre-wrap; word-break: normal; }
.labkit-form select { font-family: var(--jp-code-font-family, monospace); }
"""

# JupyterLab takes the arrow keys, and letters such as x and d, wherever the focus is in a notebook's output, to
# move between cells and to cut them.  So a list could not be walked through, nor a radio button be chosen, by
# keyboard.  Lumino, which serves the shortcuts, leaves alone an element that has this attribute
# (https://lumino.readthedocs.io, CommandRegistry), and ipywidgets cannot set one: the form's style sheet does, when
# it is loaded.  It must stand on the very element that has the focus, and lists are drawn anew at any time.
_KEYS = (
    "this.closest('.labkit-form').addEventListener('focusin', event => "
    "event.target.setAttribute('data-lm-suppress-shortcuts', 'true'))"
)


def form(title: str, *parts: Any) -> widgets.Box:
    """The parts below each other, under a title."""
    head = widgets.HTML(f"<strong>{rich(title)}</strong>")
    style = widgets.HTML(f'<style onload="{_KEYS}">{_LOOK}</style>', layout={"display": "none"})
    return widgets.VBox([head, *parts, style], layout={"margin": "0.3em 0"}).add_class("labkit-form")


def status(text: str) -> str:
    """Words that a screen reader speaks when they appear."""
    return f'<span role="alert">{rich(text)}</span>'
