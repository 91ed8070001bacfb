"""The Nagle explorer on the page: what the browser asks, and the thread that runs it."""

from __future__ import annotations

import contextvars
import threading

import anywidget
import traitlets

from labkit.notebook.widgets.files import script, style
from labkit.panels.nagle.plan import BOUNDS, PATTERNS
from labkit.running.tracebacks import named


class NagleWidget(anywidget.AnyWidget):
    """The panel's view.  The page sends {kind: set | run, name, value}; all else is in the traits."""

    _esm = script(__file__, "form", "result", "nagle")
    _css = style(__file__, "nagle")
    bounds = traitlets.Dict().tag(sync=True)
    patterns = traitlets.Dict().tag(sync=True)
    plan = traitlets.Dict().tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    running = traitlets.Bool(False).tag(sync=True)
    refused = traitlets.Unicode().tag(sync=True)
    shown = traitlets.Dict().tag(sync=True)

    def __init__(self, panel):
        super().__init__(
            bounds={name: [low, high] for name, (low, high, _, _) in BOUNDS.items()},
            patterns=dict(PATTERNS),
            plan=panel.plan._asdict(),
            text=panel.plan.text,
            shown=panel.shown(),
        )
        self._panel = panel
        self.on_msg(self._message)

    def _message(self, _, content: dict, buffers) -> None:
        panel = self._panel
        if content["kind"] == "set":
            try:
                panel.set(**{content["name"]: content["value"]})
                self.refused = ""
            except (TypeError, ValueError) as error:
                self.refused = str(error)
            with self.hold_sync():
                self.plan, self.text = panel.plan._asdict(), panel.plan.text
            self.send({"kind": "set"})  # also where the old value stands again, and no trait has changed
        elif content["kind"] == "run" and not self.running:
            self.running, self.refused = True, ""
            # In this message's context: what the run makes belongs to no cell.
            context = contextvars.copy_context()
            threading.Thread(target=context.run, args=(self._run,), name="labkit-nagle", daemon=True).start()

    def _run(self) -> None:
        panel, refused = self._panel, ""
        try:
            panel.run()
        except Exception as error:
            refused = named(error)
        if self.comm is None:  # closed meanwhile, with its cell
            return
        with self.hold_sync():
            self.shown, self.refused, self.running = panel.shown(), refused, False
