"""The widget of the state machine: all it needs is sent once."""

from __future__ import annotations

import traitlets

from ..base import script, style
from ..widget import PanelWidget


class MachineWidget(PanelWidget):
    """The drawing, the connections' steps, and what is said of each state."""

    _esm, _css = script("machine"), style("machine")

    drawing = traitlets.Unicode().tag(sync=True)
    journeys = traitlets.List().tag(sync=True)
    book = traitlets.Dict().tag(sync=True)
