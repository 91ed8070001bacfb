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

    stream   all that came, with the alarm somewhere in it; report, alarm   as they were sent, each behind 4 bytes of length
    Returns the matplotlib Figure.  Raises ValueError if the alarm is not in the stream.
    """
    import matplotlib.pyplot as plt

    at = stream.index(alarm)
    colours = style.PLOT_COLOURS
    figure, ax = plt.subplots(figsize=(WIDTH, 1.9), layout="constrained")
    rows = say("what was written"), say("what is read")
    ax.barh(rows[0], at / 1000, color=colours[0], height=0.5)
    ax.barh(
        rows[0],
        (len(stream) - at - len(alarm)) / 1000,
        left=(at + len(alarm)) / 1000,
        color=colours[0],
        height=0.5,
    )
    ax.barh(rows[1], len(report) / 1000, color=style.PLOT_INK, height=0.5, alpha=0.5)
    for row, x, colour in ((0, at, colours[1]), (1, len(report), colours[1])):
        ax.plot([x / 1000] * 2, [row - 0.36, row + 0.36], color=colour, linewidth=2.5, zorder=4)
    ax.annotate(say("the alarm"), (at / 1000, -0.4), ha="center", va="bottom", color=colours[1])
    ax.annotate(
        say("here it looks for\nthe next header"),
        (len(report) / 1000, 0.5),
        ha="right",
        va="center",
        color=colours[1],
    )
    ax.text(at / 2000, 0, say("report"), ha="center", va="center", color="white")
    ax.text((at + len(report)) / 2000, 0, say("report"), ha="center", va="center", color="white")
    ax.text(at / 2000, 1, say("first message"), ha="center", va="center", color=style.PLOT_INK)
    ax.set(xlabel=say("place in the stream (thousands of bytes)"), xlim=(0, None), ylim=(1.5, -0.75))
    look.bare(ax, rows=True)
    return look.shown_once(figure)
