"""`live_plot(net, sample, draw, words)`: a plot of what is going on, drawn anew while it goes on."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from labkit.notebook.cell import replace_earlier
from labkit.notebook.kernel import WIDGET_VIEW, in_notebook, view_of
from labkit.panels.base import Panel

if TYPE_CHECKING:
    from labkit.network.network import Network

SPAN = 60.0
"""Seconds that are kept."""

Sampled = Sequence[tuple[float, Any]]


class LivePlot(Panel):
    """What `live_plot` gives.  In a notebook a thread looks every half second; it ends with the network, with the
    kernel, with `close()`, or when the cell runs again."""

    def __init__(
        self,
        net: Network,
        sample: Callable[[], Any],
        draw: Callable[[Sampled], bytes],
        words: Callable[[Any], str],
    ) -> None:
        self.core = net.hosts[0].core
        self._sample, self._draw, self._words = sample, draw, words
        self._begun = time.monotonic()
        self._samples: deque[tuple[float, Any]] = deque()
        self._lock = threading.Lock()
        self.look()
        replace_earlier(self)

    @property
    def text(self) -> str:
        self.look()
        return self.said()

    def said(self) -> str:
        """What the last sample says."""
        with self._lock:
            sample = self._samples[-1][1]
        return self._words(sample)

    @property
    def samples(self) -> list[tuple[float, Any]]:
        """The last minute: (seconds since it was made, what was sampled then), the oldest first."""
        with self._lock:
            return list(self._samples)

    def look(self) -> None:
        """Take a sample, and keep it."""
        with self._lock:
            now = time.monotonic() - self._begun
            self._samples.append((now, self._sample()))
            while self._samples[0][0] < now - SPAN:
                self._samples.popleft()

    def png(self) -> bytes:
        """The picture, as it is now."""
        return self._draw(self.samples)

    def close(self) -> None:
        """Look no more."""
        if "widget" in self.__dict__:
            self.widget.end()

    def _widget(self) -> Any:
        from labkit.panels.live.widget import LiveWidget

        return LiveWidget(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        # A PNG, and no HTML: times are in it, and what is compared has none.
        bundle: dict[str, Any] = {"text/plain": self.text, "image/png": self.png()}
        if in_notebook():
            bundle[WIDGET_VIEW] = view_of(self.widget)
        return bundle


def live_plot(
    net: Network,
    sample: Callable[[], Any],
    draw: Callable[[Sampled], bytes],
    words: Callable[[Any], str],
) -> LivePlot:
    """Show a plot, and words below it, that follow what goes on while other cells run.

    net     a Network, with whose end the looking ends
    sample  sample() gives what is to be seen now; it is called in a thread
    draw    draw(samples) gives a PNG of the last minute's samples: (seconds, sample) each, the oldest first
    words   words(sample) says it in words: what is compared, and what a screen reader reads; where they stay the same,
            nothing is drawn

    Raises TypeError for what is no network.
    """
    if not hasattr(net, "hosts"):
        raise TypeError(
            f"live_plot looks as long as a Network is open (got {net!r}); write live_plot(net, …)"
        )
    return LivePlot(net, sample, draw, words)
