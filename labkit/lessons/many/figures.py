"""What connections cost, and what two writers make of one stream.  matplotlib is imported when one is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from labkit.drawing import style
from labkit.plots import look
from labkit.words import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from labkit.lessons.many.holding import Held

WIDTH = 7.4  # inches


def plot_held(found: Mapping[str, Held]) -> Figure:
    """Draw what `hold` found for each server, by its name: memory, and threads, over connections.

    Returns the matplotlib Figure.
    """
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(1, 2, figsize=(WIDTH, 2.8), layout="constrained")
    for ax, of, label in zip(
        panels,
        ("megabytes", "threads"),
        (say("resident memory gained (MB)"), say("threads")),
        strict=True,
    ):
        for number, (name, held) in enumerate(found.items()):
            drawn = dict(color=look.series_colour(number), linestyle=look.series_dashes(number))
            # Not clipped: also where it lies on the axis.
            ax.plot(held.connections, getattr(held, of), label=name, linewidth=2, clip_on=False, **drawn)
        ax.set(xlabel=say("connections held"), ylabel=label, xlim=(0, None), ylim=(0, None))
        look.bare(ax)
    look.legend(panels[0], loc="upper left")
    return look.shown_once(figure)


def plot_stream(stream: bytes, report: bytes, alarm: bytes) -> Figure:
    """Draw a stream into which two threads wrote: whose bytes are where, and what its reader takes for what.

    stream          all that came, with the alarm somewhere in it
    report, alarm   as they were sent, each behind its length
    Returns the matplotlib Figure.  Raises ValueError if the alarm is not in the stream.
    """
    import matplotlib.pyplot as plt

    at, end = stream.index(alarm) / 1000, len(report) / 1000
    blue, red = style.PLOT_COLOURS[:2]
    written, read = 0, 1  # rows, from the top
    figure, ax = plt.subplots(figsize=(WIDTH, 1.9), layout="constrained")
    ax.barh(written, len(stream) / 1000, height=0.5, color=blue)
    ax.barh(read, end, height=0.5, facecolor="none", edgecolor=style.PLOT_INK, linewidth=1.5)
    for row, x in ((written, at), (read, end)):
        ax.plot([x, x], [row - 0.36, row + 0.36], color=red, linewidth=2.5, zorder=4)
    ax.text(at, written - 0.42, say("the alarm"), ha="center", va="bottom", color=red)
    ax.text(end * 1.02, read, say("here it looks for\nthe next header"), va="center", color=red)
    for x, row, label, colour in (
        (at / 2, written, say("the report"), "white"),
        ((at + end) / 2, written, say("its rest"), "white"),
        (end / 2, read, say("first message"), style.PLOT_INK),
    ):
        ax.text(x, row, label, ha="center", va="center", color=colour)
    ax.set(xlabel=say("place in the stream (thousands of bytes)"), xlim=(0, end * 1.3), ylim=(1.5, -0.8))
    ax.set_yticks([written, read], [say("written"), say("as it is read")])
    look.bare(ax, rows=True)
    return look.shown_once(figure)
