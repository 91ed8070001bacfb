"""Repairs, congestion windows, and lines that others use, too.  matplotlib is imported when one is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from labkit.drawing import style
from labkit.plots import look
from labkit.words import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from labkit.lessons.loss.repairs import Repair
    from labkit.sockets.samples import Samples

WIDTH = 7.4  # inches
NO_THRESHOLD = 2**31 - 1  # what Linux has for ssthresh before the first loss


def waits(repairs: Mapping[str, Repair]) -> Figure:
    """Draw how long each loss took until it was sent again, and again.

    repairs   {what was lost: its Repair}, one at least
    Returns the matplotlib Figure.  Raises ValueError without repairs.
    """
    if not repairs:
        raise ValueError(say("give one repair at least: {{'the third': repair(trace)}}"))
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(WIDTH, 0.9 + 0.45 * len(repairs)), layout="constrained")
    for row, each in enumerate(repairs.values()):
        for place, (start, end) in enumerate(zip((0.0, *each.waits_ms), each.waits_ms, strict=False)):
            timer = place > 0 or not each.duplicates  # of a lost repetition no duplicate tells
            axes.plot(
                [start, end],
                [row, row],
                color=look.series_colour(timer),
                linestyle=look.series_dashes(timer),
                linewidth=2.5,
                label=say("until the timer ran out") if timer else say("until duplicate ACKs told"),
            )
        axes.plot(
            each.waits_ms,
            [row] * len(each.waits_ms),
            "o",
            color=style.RETRANSMISSION,
            label=say("sent again"),
        )
        gone = (0.0, *each.waits_ms[:-1])
        axes.plot(
            gone,
            [row] * len(gone),
            "x",
            color=style.LOST,
            markersize=9,
            markeredgewidth=2,
            label=say("lost"),
            clip_on=False,
            zorder=5,
        )
    axes.set(
        xlabel=say("since the lost copy left (ms)"),
        yticks=range(len(repairs)),
        yticklabels=list(repairs),
        xlim=(0, None),
        ylim=(len(repairs) - 0.5, -0.5),
    )
    look.bare(axes, rows=True)
    axes.tick_params(axis="y", pad=10)  # the first cross reaches over the axis
    told = look.once([axes])
    look.legend(
        axes, told.values(), told.keys(), loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0
    )
    return look.shown_once(figure)


def window(samples: Samples) -> Figure:
    """Draw a sender's congestion window over time, and the threshold of slow start once there is one.

    samples   of the sender's socket, one at least
    Returns the matplotlib Figure.  Raises ValueError without samples.
    """
    if not len(samples):
        raise ValueError(say("there are no samples: draw those of `with sock.sample() as samples:`"))
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(WIDTH, 2.8), layout="constrained")
    axes.plot(
        samples.ms,
        samples.values("snd_cwnd"),
        drawstyle="steps-post",
        color=style.colour_of(0),
        linewidth=2,
        label=say("congestion window"),
    )
    known = [
        (ms, value)
        for ms, value in zip(samples.ms, samples.values("snd_ssthresh"), strict=False)
        if value < NO_THRESHOLD
    ]
    if known:
        axes.plot(
            [ms for ms, _ in known],
            [value for _, value in known],
            drawstyle="steps-post",
            color=look.series_colour(0),
            linestyle=look.series_dashes(1),
            label=say("ssthresh"),
        )
    axes.set(xlabel=say("time (ms)"), ylabel=say("segments"), ylim=(0, None), xlim=(0, None))
    look.bare(axes)
    look.legend_beside(axes)
    return look.shown_once(figure)


def bars(values: Mapping[str, float], x: str) -> Figure:
    """Draw a bar for each value, with its name at the left.

    values   one at least; x   what they are, with the unit
    Returns the matplotlib Figure.  Raises ValueError without values.
    """
    if not values:
        raise ValueError(say("give one value at least"))
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(WIDTH * 0.75, 0.8 + 0.4 * len(values)), layout="constrained")
    axes.barh(range(len(values)), list(values.values()), height=0.55, color=look.series_colour(0))
    axes.set(xlabel=x, yticks=range(len(values)), yticklabels=list(values), xlim=(0, None))
    axes.invert_yaxis()
    look.bare(axes, rows=True)
    return look.shown_once(figure)
