"""What the learning loop's forms share with the panels, and what ipywidgets' own controls lack in a form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import anywidget
import ipywidgets
import traitlets

from labkit.notebook.widgets.files import script, style


def _references(fields: Sequence[ipywidgets.Widget], _: Any) -> list[str]:
    """The fields by the names under which the page's widget manager knows them."""
    return [field.model_id for field in fields]


class FormHelper(anywidget.AnyWidget):
    """Put into a box with the class `labkit-form`, it does for the controls in there what ipywidgets cannot.

    - They keep their arrow keys and letters, which JupyterLab takes wherever the focus is in a notebook's output, to
      move between cells and to cut them (https://lumino.readthedocs.io, CommandRegistry).  Shift+Enter and Esc lead
      out of them into the notebook.
    - Lines of lists are dragged: `drag` is told from which list and place to which, counted from 0.
    - Enter in a field presses the button with the class `labkit-answer`; once `done` is set, after a press, the focus
      goes to the cell's next form that is open, or to the next cell.
    - The groups of radio buttons have names, in their order, and lines with the class `labkit-said` are spoken
      politely when their words change.
    - A press of one of *buttons*, in their order in the form, comes in one message with what the learner sees in
      each of *fields* (a control, and which of its traits the learner changes).  ipywidgets holds a choice back while
      an earlier one is under way, and sends it after the button's message: a prediction of 2 was committed as 1.
    """

    _esm = script(__file__, "drag", "form")
    _css = style(__file__, "form")
    groups = traitlets.List(traitlets.Unicode()).tag(sync=True)
    fields = traitlets.List(traitlets.Instance(ipywidgets.Widget)).tag(sync=True, to_json=_references)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    done = traitlets.Bool().tag(sync=True)

    def __init__(
        self,
        groups: Sequence[str] = (),
        fields: Sequence[tuple[ipywidgets.Widget, str]] = (),
        buttons: Sequence[ipywidgets.Button] = (),
        drag: Callable[[int, int, int, int], None] | None = None,
    ) -> None:
        super().__init__(
            groups=list(groups),
            fields=[field for field, _ in fields],
            names=[name for _, name in fields],
        )
        self._drag, self._buttons = drag, list(buttons)
        for number, button in enumerate(self._buttons):
            button.add_class(f"labkit-press-{number}")  # by which the page says which it was
        self.on_msg(self._heard)

    def _heard(self, _: Any, content: dict[str, Any], buffers: Any) -> None:
        """Take over what the fields show and press the button; or move a line."""
        if "drag" in content:
            if self._drag is not None:
                self._drag(*content["drag"])
            return
        for number, value in content["values"]:
            try:
                setattr(self.fields[number], self.names[number], value)
            except traitlets.TraitError:
                pass  # a list that has changed since: what the kernel knows of it stands
        button = self._buttons[content["press"]]
        try:
            if not button.disabled:  # by a press of which the page has not heard yet
                button.click()
        finally:
            self.send({"pressed": content["press"]})
