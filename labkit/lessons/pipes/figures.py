"""The picture that compares channels: how long a small message takes, and how much a second carries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from labkit.drawing.style import PLOT_COLOURS
from labkit.plots import look
from labkit.words import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def compare(results: Mapping[str, Mapping[str, tuple[Sequence[float], Mapping[int, float]]]]) -> Figure:
    """Draw what was measured of every channel: a row of two panels for each of the circumstances.

    results  {circumstances: {channel: (microseconds of each message, {bytes a write: MB/s})}}, each time the same
             channels in the same order

    On the left which share of the messages was back within a time, on the right how much a second carries by the
    size of a write; all scales but that of shares are logarithmic.  Messages of more than 1 ms are beyond the edge.
    Returns the matplotlib Figure.  Raises ValueError when there is nothing to draw.
    """
    import matplotlib.pyplot as plt

    if not results or not all(results.values()):
        raise ValueError(
            say("there is nothing to draw: results should be {{circumstances: {{channel: (times, rates)}}}}")
        )
    figure, axes = plt.subplots(
        len(results),
        2,
        figsize=(9, 0.6 + 2.5 * len(results)),
        sharex="col",
        sharey="col",
        squeeze=False,
        layout="constrained",
    )
    for (left, right), (title, measured) in zip(axes, results.items(), strict=True):
        for number, (name, (times, rates)) in enumerate(measured.items()):
            colour, dashes = PLOT_COLOURS[number % len(PLOT_COLOURS)], look.series_dashes(number)
            left.ecdf(times, color=colour, linestyle=dashes, linewidth=1.8, label=name)
            right.plot(
                list(rates), list(rates.values()), color=colour, linestyle=dashes, linewidth=1.8, marker="o"
            )
        left.set(
            xscale="log",
            xlim=(1, 1000),
            ylim=look.SHARES,
            ylabel=say("share of messages"),
            title=say("{circumstances}: there and back", circumstances=title),
        )
        right.set(
            xscale="log",
            yscale="log",
            ylabel="MB/s",
            title=say("{circumstances}: one way", circumstances=title),
        )
        sizes = sorted({size for _, rates in measured.values() for size in rates})
        right.set_xticks(sizes, [f"{size:,}" for size in sizes])
        right.minorticks_off()
        for ax in (left, right):
            look.bare(ax)
    look.legend(axes[0][0], loc="center right", fontsize="small")
    axes[-1][0].set_xlabel(say("microseconds"))
    axes[-1][1].set_xlabel(say("bytes in each write"))
    return look.shown_once(figure)
