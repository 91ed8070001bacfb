"""The socket table on the page."""

from __future__ import annotations

from typing import Any

import traitlets

from labkit.notebook.widgets.explaining import ExplainingWidget
from labkit.notebook.widgets.files import script, style
from labkit.panels.sockets.looking import Looking

_KEPT = 12  # lines of the log


class SocketsWidget(ExplainingWidget):
    """The panel's view.  The page sends {kind: "pause" | "ladder", …}; what it shows comes from the panel's thread."""

    _esm = script(__file__, "row", "table", "log", "ladder", "sockets")
    _css = style(__file__, "sockets")

    hosts: traitlets.List[Any] = traitlets.List().tag(sync=True)
    log: traitlets.List[Any] = traitlets.List().tag(sync=True)  # [number, words], the newest last
    ladder = traitlets.Dict().tag(sync=True)
    ended = traitlets.Unicode().tag(sync=True)

    def __init__(self, panel, hosts, owner, tables, trace):
        self._panel = (
            panel  # the widget is in ipywidgets' register: so a cell that runs again finds the panel
        )
        self._looking = Looking(hosts, owner, tables, trace, self._show)
        self._said = 0
        super().__init__(hosts=self._looking.hosts())
        self.on_msg(self._asked)
        self._looking.thread.start()

    def end(self) -> None:
        """Look no more; the view goes."""
        self._looking.end()
        self.close()

    @property
    def thread(self):
        """The thread that looks."""
        return self._looking.thread

    def _asked(self, _, content: dict, buffers) -> None:
        if content["kind"] == "pause":
            self._looking.pause(content["on"])
        elif content["kind"] == "ladder":
            rows = [row for host in self.hosts for row in host["rows"]]
            self._looking.open(content["row"] if content["row"] is None else _row(rows, content["row"]))

    def _show(self, news: dict) -> None:
        if self.comm is None:  # closed
            return
        with self.hold_sync():
            for line in news.pop("log", ()):
                self._said += 1
                self.log = [*self.log[1 - _KEPT :], [self._said, line]]
            for name, value in news.items():
                setattr(self, name, value)


def _row(rows, asked: dict) -> dict:
    """The row that the page means, as far as it is still there: a closed socket's ladder may be asked for, too."""
    return next((row for row in rows if row["key"] == asked["key"]), asked)
