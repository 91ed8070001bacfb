"""What the panels' views have in common: the page's messages reach them also while a cell runs."""

from __future__ import annotations

import anywidget


class PanelWidget(anywidget.AnyWidget):
    """A panel's view.

    JupyterLab (4.4 and later) addresses what the page says to a subshell of the kernel, a thread of its own, so that
    it is heard while a cell runs; with other front ends it waits for the cell's end.
    """

    def open(self) -> None:
        super().open()
        # ipykernel 7.4 does not go by the address: it delivers to the shell under whose message the view was last
        # used (ipykernel.comm.BaseComm), which may be that of the cell that runs.  Without this it does.
        self.comm._reply_subshell_for = None
