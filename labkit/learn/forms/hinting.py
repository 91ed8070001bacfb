"""The Hint button of a form: at each press a little more, below what was told before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets

from labkit.learn.forms.parts import spoken
from labkit.learn.showing import rich, told
from labkit.words import say


def hint_button(more: Callable[[], str], tooltip: str) -> tuple[widgets.Button, widgets.HTML]:
    """A button, and where it shows what *more* gives at each press: HTML, all that was told so far."""
    button, said = widgets.Button(description=say("Hint"), tooltip=tooltip), spoken()

    def pressed(_: Any) -> None:
        said.value = more()

    button.on_click(pressed)
    return button, said


def fewer(questions: Mapping[str, tuple[str | None, Mapping[str, str]]]) -> tuple[Callable[[], str], int]:
    """What takes one wrong choice away at each call, with its reason, until each question has two left; and how often
    it can.

    *questions*: what stands before a choice, the right choice (of None nothing is taken away), and for each choice its
    reason.
    """
    lines = [
        say("{before}Not “{answer}”: {reason}", before=before, answer=told(choice), reason=told(reason))
        for before, (right, reasons) in questions.items()
        if right is not None
        for choice, reason in [each for each in reasons.items() if each[0] != right][
            : max(0, len(reasons) - 2)
        ]
    ]
    shown: list[str] = []

    def more() -> str:
        if len(shown) < len(lines):
            shown.append(lines[len(shown)])
            rest = ""
        else:
            rest = f"<p>{rich(say('There are no more hints: the rest is for you to choose.'))}</p>"
        return "".join(f"<p>{rich(line)}</p>" for line in shown) + rest

    return more, len(lines)
