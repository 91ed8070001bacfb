"""What the learning loop's forms share with the panels: their look, and keys that reach them in JupyterLab."""

from __future__ import annotations

from collections.abc import Sequence

import anywidget
import traitlets

from .base import script, style


class Keys(anywidget.AnyWidget):
    """Put into a box with the class `labkit-form`, it gives the controls in there their own arrow keys and letters.

    JupyterLab takes these wherever the focus is in a notebook's output, to move between cells and to cut them
    (https://lumino.readthedocs.io, CommandRegistry).  It also says the names of the groups of radio buttons, in their
    order, and makes lines with the class `labkit-said` be spoken politely when their words change: ipywidgets can
    set none of these.
    """

    _esm = script("keys")
    _css = style("keys")
    groups = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, groups: Sequence[str] = ()) -> None:
        super().__init__(groups=list(groups))
