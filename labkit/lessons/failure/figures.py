"""How soon a heartbeat notices, and when a crowd comes back.  matplotlib is imported when one is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from labkit.drawing import style
from labkit.plots import look
from labkit.words import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 7.4  # inches
BIN_S = 0.05


def plot_beats(noticed: Mapping[float, float], misses: int) -> Figure:
    """Draw how long after the cut each connection was given up, over its interval; between two lines it should lie.

    noticed   {interval in s: seconds from the cut}
    misses    silences in a row after which it is given up
    Returns the matplotlib Figure.
    """
    import matplotlib.pyplot as plt

    longest = max(noticed) * 1.1
    figure, ax = plt.subplots(figsize=(WIDTH, 2.8), layout="constrained")
    for times in (misses - 1, misses):
        ax.plot([0, longest], [0, longest * times], **look.MARK)
        label = say("{n} intervals", n=times)
        ax.text(longest * 1.01, longest * times, label, va="center", color=style.PLOT_INK)
    ax.plot(
        list(noticed), list(noticed.values()), "o", color=look.series_colour(0), markersize=8, clip_on=False
    )
    ax.set(
        xlabel=say("interval of the heartbeat (s)"),
        ylabel=say("given up after (s)"),
        xlim=(0, longest),
        ylim=(0, None),
    )
    look.bare(ax)
    return look.shown_once(figure)


def plot_comebacks(calls: Mapping[str, tuple[Sequence[float], Sequence[float]]], back_s: float) -> Figure:
    """Draw how many calls there were in each twentieth of a second: computed, a line, and on the wire, bars.

    calls    {name of a panel: (moments as computed, moments on the wire)}, in s
    back_s   when the server was back
    Returns the matplotlib Figure.
    """
    import matplotlib.pyplot as plt

    end = max(max(moments) for both in calls.values() for moments in both) + BIN_S
    edges = [number * BIN_S for number in range(round(end / BIN_S) + 2)]
    figure, panels = plt.subplots(
        len(calls),
        1,
        figsize=(WIDTH, 1.9 * len(calls)),
        layout="constrained",
        sharex=True,
        sharey=True,
        squeeze=False,
    )
    most = 0.0
    for (name, (computed, wire)), ax in zip(calls.items(), panels[:, 0], strict=True):
        bars, *_ = ax.hist(wire, edges, color=look.series_colour(0), alpha=0.55, label=say("on the wire"))
        drawn: dict[str, Any] = dict(color=style.PLOT_INK, histtype="step", linewidth=1.3)
        line, *_ = ax.hist(computed, edges, label=say("computed"), **drawn)
        most = max(most, *bars, *line)
        ax.axvline(back_s, **look.MARK)
        ax.set_title(name, loc="left", fontsize="medium", color=style.PLOT_INK)
        ax.set(ylabel=say("calls in 50 ms"), xlim=(0, edges[-1]))
        look.bare(ax)
    top = panels[0, 0]
    top.set_ylim(0, most * 1.3)
    top.text(back_s, most * 1.15, say("  the server is back"), va="center", color=style.PLOT_INK)
    look.legend(top, loc="upper right")
    panels[-1, 0].set_xlabel(say("seconds since the server went away"))
    return look.shown_once(figure)
