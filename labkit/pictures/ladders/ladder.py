"""`ladder(trace)`: the sequence diagram as a value."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from labkit.drawing.drawn import Drawn
from labkit.pictures.ladders.readable import readable
from labkit.pictures.ladders.story import Story

if TYPE_CHECKING:
    from labkit.drawing.shapes import Picture
    from labkit.network.host import Host
    from labkit.traces.choosing import Chosen
    from labkit.traces.trace import Trace


class Ladder(Drawn):
    """A sequence diagram: text for a terminal and for comparing, SVG for a page, PNG for the rest.

    In a notebook it shows itself.  Its `repr` is the text form, which says the same on every run of the same
    conversation: it holds no times.  Made by `ladder`.
    """

    kind, means = "ladder", "sequence diagram"

    def __init__(
        self, story: Story, title: str = "", fold: bool | None = None, width: float | None = None
    ) -> None:
        self._story, self._title, self._fold, self._width = story, title, fold, width

    @cached_property
    def text(self) -> str:
        """The diagram as lines of text, in an order that does not depend on chance, without times."""
        from labkit.pictures.ladders.text import text_of

        return text_of(self._story, self._fold, self._title)

    @cached_property
    def _picture(self) -> Picture:
        from labkit.pictures.ladders.layout import picture

        return picture(self._story, self._title, self._fold, self._width)


def ladder(
    trace: Trace,
    *,
    hosts: Iterable[str | Host] | None = None,
    flow: Chosen = None,
    frames: Iterable[int] | None = None,
    calls: bool = True,
    states: bool = True,
    fold: bool | None = None,
    width: float | None = None,
    title: str = "",
) -> Ladder:
    """Draw a trace as a sequence diagram: time runs down, an arrow from departure to arrival for each frame.

    hosts   names of the hosts to draw, from left to right (default: all of the trace, each router between the segments
            of the network that it joins)
    flow    draw only this connection (a Flow of `trace.flows()`, its number, or one of its segments)
    frames  draw only the frames with these numbers: range(101, 201), or what `trace.select(...)` gives
    calls   draw the socket calls at the margins
    states  draw the TCP states along the hosts' lines
    fold    True: runs of alike segments become one arrow ("14 segments, 20 kB"); None: when there are many
    width   pixels between the first and the last host's lines
    title   a line above it

    What is too much to be read is left out, and the picture says what, and how to ask for it: of more than 12 hosts
    (40 that were asked for) all but those between which most frames went, and what comes after 60 arrows, runs folded.

    Raises ValueError for a host, a flow or frames that the trace does not have, TypeError for what is not a trace.
    """
    if not hasattr(trace, "frames") or not hasattr(trace, "hosts"):
        raise TypeError(
            f"ladder draws a trace (got {type(trace).__name__}); write: with net.capture() as trace: ..."
        )
    if width is not None and not (isinstance(width, (int, float)) and 120 <= width <= 4000):
        raise ValueError(f"width is a number of pixels from 120 to 4000 (got {width!r})")
    story, fold = readable(trace, hosts, flow, frames, calls, states, fold)
    return Ladder(story, title or "", fold, width)
