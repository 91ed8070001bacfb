"""`nagle_explorer()`: write as you like, and see what the kernel makes of it, beside the run before."""

from __future__ import annotations

import threading
from typing import Any

from labkit.drawing.page import html_of
from labkit.drawing.shapes import Picture, Words
from labkit.drawing.svg import svg_of
from labkit.notebook.cell import replace_earlier
from labkit.panels.base import Panel
from labkit.panels.nagle.plan import Plan, checked, compared
from labkit.panels.nagle.run import Lab, NagleRun
from labkit.panels.nagle.sequence import picture


class NagleExplorer(Panel):
    """A client that writes in one of several ways, a server that answers, and a cable between them.

    Made by `nagle_explorer`.  `runs` are the last two runs, the newest first.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.runs: list[NagleRun] = []
        self._lock = threading.Lock()
        self._lab: Lab | None = None
        self._closed = False
        replace_earlier(self)

    @property
    def text(self) -> str:
        return f"Nagle explorer: what a run does\n{self.plan.text}"

    def set(self, **parameters: Any) -> None:
        """Change parameters of the next run; raises TypeError and ValueError, and then the old ones stay."""
        self.plan = checked(**{**self.plan._asdict(), **parameters})

    def run(self) -> NagleRun:
        """Do it: a network of its own is made, and closed afterwards; takes less than 3 s.

        Raises NeedsHosts in the modes loopback and recorded, RuntimeError while another run goes on or when the
        panel is closed meanwhile.
        """
        with self._lock:
            if self._closed:
                raise RuntimeError("this explorer is closed: run its cell again")
            if self._lab is not None:
                raise RuntimeError("a run is going on; wait until it has ended")
            self._lab = Lab(self.plan)
        try:
            result = self._lab.run()
        finally:
            self._lab = None
        self.runs = [result, *self.runs[:1]]
        return result

    def close(self) -> None:
        """End what goes on, with its network."""
        self._closed = True
        if (lab := self._lab) is not None:
            lab.close()
        if "widget" in self.__dict__:
            self.widget.close()

    def shown(self) -> dict[str, Any]:
        """What the page shows of the last two runs: the figures compared, and their pictures on the same scales."""
        if not self.runs:
            return {}
        now = self.runs[0]
        before = self.runs[1] if len(self.runs) > 1 else None
        until = max(run.sequence.end_ms for run in self.runs)
        most = max(run.sequence.written[-1][1] for run in self.runs)
        return {
            "rows": compared(now.figures, before.figures if before else None),
            "changes": now.plan.changes(before.plan) if before else [],
            "runs": [
                {
                    "text": run.plan.text,
                    "sequence": svg_of(picture(run.sequence, until, most), standalone=False),
                    "ladder": svg_of(run.ladder._picture, standalone=False),
                    "words": run.ladder.text,
                }
                for run in self.runs
            ],
        }

    def _html(self) -> str:
        lines = self.text.splitlines()
        shapes = [Words(8, 22, ((lines[0], "title"),), "title")]
        shapes += [Words(8, 24 + 20 * n, ((line, "plain"),), "label") for n, line in enumerate(lines[1:], 1)]
        y = 30 + 20 * len(lines)
        advice = "In JupyterLab, with its cell run, this is a panel: choose how to write, press Run, compare two runs."
        shapes.append(Words(8, y, ((advice, "quiet"),), "quiet"))
        still = Picture(820, y + 12, tuple(shapes), (), 0, lines[0], " ".join(lines[1:]))
        return html_of(svg_of(still, standalone=False), svg_of(still), "labkit-nagle", lines[0])

    def _widget(self) -> Any:
        from labkit.panels.nagle.widget import NagleWidget

        return NagleWidget(self)


def nagle_explorer(**parameters: Any) -> NagleExplorer:
    """Explore Nagle's algorithm, delayed ACKs and the cures: choose how a client writes, run it, compare two runs.

    pattern        "header, payload" (4 bytes, then the writes), "one write" (all joined), "many small",
                   "request, answer" (each write waits for the answer to the one before)
    size           bytes in a write, 1 to 2000
    writes         how many, 1 to 8
    gap_ms         from one write to the next, 0 to 100 ms
    nodelay        TCP_NODELAY on the client
    cork           TCP_CORK around each message
    quickack       TCP_QUICKACK on the server, before each recv
    round_trip_ms  0 to 100 ms

    Nothing is made and nothing is sent before Run is pressed, or `.run()` called.  The measured writes go over a
    connection that has answered three questions before.  Raises TypeError and ValueError for other parameters.
    """
    return NagleExplorer(checked(**parameters))
