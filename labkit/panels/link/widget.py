"""The link panel on the page: what the browser asks, and the thread that looks at the wire."""

from __future__ import annotations

import threading
import weakref
from typing import Any

import anywidget
import traitlets

from labkit.notebook.widgets.files import script, style
from labkit.panels.link.knobs import facts
from labkit.panels.link.meter import moves, shown
from labkit.running.tracebacks import named

_BUSY, _STILL, _UNSEEN = 0.2, 0.5, 1.0
"""Seconds between two looks: with traffic in the last seconds, without, and while nobody sees the panel."""


class LinkWidget(anywidget.AnyWidget):
    """The panel's view.  `facts` are told once; the conditions are as the panel shows them.

    The page sends messages {kind: hello | seen | set | cut | send | stop, n: its number}, each
    answered by {kind: done, n, refused: words}, and gets {kind: sample} and {kind: history} for its plots.
    """

    _esm = script(
        __file__,
        "numbers",
        "talk",
        "knob",
        "cable",
        "sending",
        "measures",
        "drawing",
        "table",
        "plots",
        "link",
    )
    _css = style(__file__, "link")
    facts = traitlets.Dict().tag(sync=True)
    hosts = traitlets.List(traitlets.Unicode()).tag(sync=True)
    conditions: traitlets.List[Any] = traitlets.List().tag(sync=True)
    sending = traitlets.Dict().tag(sync=True)
    ended = traitlets.Unicode().tag(sync=True)

    def __init__(self, panel):
        super().__init__(
            facts=facts(),
            hosts=list(panel.cables),
            conditions=list(map(shown, panel.conditions)),
            sending={"on": False, "words": ""},
        )
        self._panel = panel
        self._changing = (
            threading.RLock()
        )  # the page's messages and the looking thread change the same things
        self._seen: set = set()  # the views that somebody sees
        self._asked = False  # has the page said anything yet?
        self._wake = threading.Event()
        self.on_msg(self._message)
        looking = threading.Thread(
            target=_look_on, args=(weakref.ref(self), self._wake), name="labkit-link-panel", daemon=True
        )
        looking.start()

    def end(self) -> None:
        """Look no more; the view goes."""
        self._finish("")
        self.close()

    def _finish(self, words: str) -> None:
        with self._changing:
            self._panel = None
            if self.comm is not None:
                self.ended = words
                if self.sending["on"]:
                    self.sending = {"on": False, "words": ""}
        self._wake.set()

    # -- what the page says -------------------------------------------------------------------------------

    def _message(self, _, content: dict, buffers) -> None:
        refused, panel = "", self._panel
        self._asked = True
        if panel is not None:
            try:
                self._do(panel, content)
            except (TypeError, ValueError, OSError, RuntimeError) as error:
                refused = str(error)
            self._show(panel)
        self.send({"kind": "done", "n": content.get("n"), "refused": refused})

    def _do(self, panel, content: dict) -> None:
        kind, host = content["kind"], content.get("host")
        if kind == "set":
            panel.set(host, content["name"], content["value"])
        elif kind == "cut":
            panel.cut(host, content["value"])
        elif kind == "send":
            panel.send_something(content["seconds"])
            self._wake.set()
        elif kind == "stop" and panel.transfer is not None:
            panel.transfer.stop()
        elif kind in ("hello", "seen"):
            (self._seen.add if content["on"] else self._seen.discard)(content["view"])
            if kind == "hello":
                self.send({"kind": "history", "samples": panel.meter.samples})
            self._wake.set()

    # -- what the thread does -----------------------------------------------------------------------------

    def _look(self) -> float | None:
        """Look once; returns the seconds until the next look, None when there is nothing more to see."""
        panel = self._panel
        if panel is None:
            return None
        try:
            if panel.core.closed:
                raise RuntimeError("This network is closed: make a new one, then run this cell again.")
            was_still = panel.meter.still
            sample = panel.look()
            self._show(panel)
        except RuntimeError as error:
            if self._panel is not None:
                self._finish(str(error))
            return None
        seen = self._seen or not self._asked
        if sample is not None and seen and (moves(sample) or not was_still):
            self.send({"kind": "sample", "sample": sample})
        if not seen:
            return _UNSEEN
        return _STILL if panel.meter.still else _BUSY

    def _show(self, panel) -> None:
        """Tell the page what has changed, wherever it was changed."""
        with self._changing:
            if self._panel is None:
                return
            conditions = list(map(shown, panel.conditions))
            if conditions != self.conditions:
                self.conditions = conditions
            transfer = panel.transfer
            if transfer is not None:
                sending = {"on": not transfer.done, "words": transfer.words()}
                if sending != self.sending:
                    self.sending = sending


def _look_on(widget: weakref.ref, wake: threading.Event) -> None:
    pause: float | None = 0.0
    while pause is not None:
        wake.wait(pause)
        wake.clear()
        here: Any = widget()
        if here is None:
            return
        try:
            pause = here._look()
        except Exception as error:
            here._finish(f"The panel stopped looking: {named(error)}")
            return
        del here
