"""What the learning loop's forms share with the panels, and what ipywidgets' own controls lack in a form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import anywidget
import ipywidgets
import traitlets

from labkit.notebook.widgets.files import script, style


def _references(fields: Sequence[ipywidgets.Widget], _: Any) -> list[str]:
    """The fields as anywidget refers to them on the wire (https://anywidget.dev, `anywidget.WidgetTrait`)."""
    return [f"anywidget:{field.model_id}" for field in fields]


class FormHelper(anywidget.AnyWidget):
    """Put into a box with the class `labkit-form`, it does for the controls in there what ipywidgets cannot.

    - They keep their arrow keys and letters, which JupyterLab takes wherever the focus is in a notebook's output, to
      move between cells and to cut them (https://lumino.readthedocs.io, CommandRegistry).  Shift+Enter and Esc lead
      out of them into the notebook.
    - Enter in a field presses the button with the class `labkit-answer`; once `done` is set, after a press, the focus
      goes to the cell's next form that is open, or to the next cell.
    - The groups of radio buttons have names, in their order, and lines with the class `labkit-said` are spoken
      politely when their words change.
    - A button finds each of *fields* (a control, and which of its traits the learner changes) as the learner sees
      it.  ipywidgets holds a choice back while an earlier one is under way, and sends it after the button's message:
      a prediction of 2 was committed as 1.  The helper's messages go the buttons' way, so it is no `PanelWidget`.
    """

    _esm = script(__file__, "form")
    _css = style(__file__, "form")
    groups = traitlets.List(traitlets.Unicode()).tag(sync=True)
    fields = traitlets.List(traitlets.Instance(ipywidgets.Widget)).tag(sync=True, to_json=_references)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    done = traitlets.Bool().tag(sync=True)

    def __init__(
        self, groups: Sequence[str] = (), fields: Sequence[tuple[ipywidgets.Widget, str]] = ()
    ) -> None:
        super().__init__(
            groups=list(groups),
            fields=[field for field, _ in fields],
            names=[name for _, name in fields],
        )
        self.on_msg(self._seen)

    def _seen(self, _: Any, content: dict[str, Any], buffers: Any) -> None:
        """Take over what the fields show; the page sends it before a button's own message."""
        for field, name, value in zip(self.fields, self.names, content["values"], strict=True):
            try:
                setattr(field, name, value)
            except traitlets.TraitError:
                pass  # a list that has changed since: what the kernel knows of it stands
