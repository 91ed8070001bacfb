"""The live plot on the page, and the thread that draws it."""

from __future__ import annotations

import base64
import html
import threading
import weakref
from typing import Any

import ipywidgets

from labkit.running.tracebacks import named

LOOK_S = 0.5
"""Seconds between two looks: a drawing takes some tens of milliseconds, of a processor that the cell needs."""


class LiveWidget(ipywidgets.HTML):
    """An image whose words for screen readers stand below it, for everybody."""

    def __init__(self, panel: Any) -> None:
        png, words = panel.png(), panel.text
        super().__init__(value=_page(png, words, ""))
        self._png = png  # the last that was drawn
        self._seen = words, words  # at our own two looks before: what a cell saw in between is news here
        # The widget is in ipywidgets' register: so a cell that runs again finds the panel.
        self._panel = panel
        self._over = threading.Event()
        self.thread = threading.Thread(
            target=_look_on, args=(weakref.ref(self), self._over), name="labkit-live-plot", daemon=True
        )
        self.thread.start()

    def end(self) -> None:
        """Look no more; the view goes."""
        self._over.set()
        self.close()

    def look(self) -> bool:
        """Look once, and draw if something has changed; whether there is more to come."""
        panel = self._panel
        if panel.core.closed:
            self._say("The network is closed: this is what was seen last.")
            return False
        try:
            panel.look()
            words = panel.said()
            seen, self._seen = self._seen, (self._seen[1], words)
            if seen != (words, words):  # after a change it is drawn twice: a rate goes back to 0
                self._png = panel.png()
                self._say("")
        except Exception as error:
            self._say(f"The panel stopped looking: {named(error)}")
            return False
        return True

    def _say(self, remark: str) -> None:
        if self.comm is not None:  # not closed
            self.value = _page(self._png, self._panel.said(), remark)


def _page(png: bytes, words: str, remark: str) -> str:
    image = base64.b64encode(png).decode()
    return (
        '<figure class="lkp-live" style="margin:0"><img alt="A plot of the numbers below" style="max-width:100%"'
        f' src="data:image/png;base64,{image}"><figcaption>'
        f'<pre style="margin:0;white-space:pre;overflow-x:auto">{html.escape(words)}</pre>'
        f"{html.escape(remark)}</figcaption></figure>"
    )


def _look_on(widget: weakref.ref, over: threading.Event) -> None:
    while not over.wait(LOOK_S):
        here: Any = widget()
        if here is None or not here.look():
            return
        del here
