"""The widget of the state machine: all it needs is sent once."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from labkit.notebook.widgets.files import script, style


class MachineWidget(anywidget.AnyWidget):
    """The drawing, the connections' steps, and what is said of each box."""

    _esm = script(__file__, "diagram", "card", "journey", "walk", "machine")
    _css = style(__file__, "machine")

    drawing = traitlets.Unicode().tag(sync=True)
    journeys: traitlets.List[Any] = traitlets.List().tag(sync=True)
    book = traitlets.Dict().tag(sync=True)
