"""What this lesson draws: where a server bends, what two ways of asking find, and the dashboard.

matplotlib is imported when one is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from labkit.drawing import style
from labkit.plots import look
from labkit.plots.theme import PRINTED
from labkit.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from labkit.lessons.running.load import Load

WIDTH = 7.4  # inches


def plot_bend(loads: Mapping[int, Load], capacity: float) -> Figure:
    """Draw answers a second, and times, over the number of clients.

    loads      {number of clients: what they measured}
    capacity   answers a second that the server can give
    Returns the matplotlib Figure.
    """
    import matplotlib.pyplot as plt

    clients = list(loads)
    figure, (rates, times) = plt.subplots(1, 2, figsize=(WIDTH, 2.8), layout="constrained")
    rates.plot(
        clients, [load.rate for load in loads.values()], "o-", color=look.series_colour(0), linewidth=2
    )
    rates.axhline(capacity, color=style.PLOT_INK, **look.BOUND)
    rates.annotate(
        say("what it can do"),
        (clients[-1], capacity),
        (0, 3),
        textcoords="offset points",
        ha="right",
        va="bottom",
    )
    rates.set(ylabel=say("answers a second"), ylim=(0, capacity * 1.25))
    for number, (name, share) in enumerate({"p50": 0.5, "p99": 0.99}.items()):
        drawn = dict(color=look.series_colour(number + 1), linestyle=look.series_dashes(number))
        values = [load.percentile(share) * 1000 for load in loads.values()]
        times.plot(clients, values, marker="o", label=name, linewidth=2, **drawn)
    times.set(ylabel=say("time of an answer (ms)"), ylim=(0, None))
    for ax in (rates, times):
        ax.set(xlabel=say("clients"), xlim=(0, None))
        look.bare(ax)
    look.legend(times, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2)  # above it, where no line is
    return look.shown_once(figure)


def plot_asked(loads: Mapping[str, Load]) -> Figure:
    """Draw each answer's time, in the order in which they were asked for: a panel for each way of asking.

    Returns the matplotlib Figure.
    """
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(
        1, len(loads), figsize=(WIDTH, 2.6), sharey=True, squeeze=False, layout="constrained"
    )
    for number, (ax, (name, load)) in enumerate(zip(panels[0], loads.items(), strict=True)):
        times = [each * 1000 for each in load.times]
        ax.vlines(range(len(times)), 0, times, color=look.series_colour(number), linewidth=1.5)
        ax.set_title(name, fontsize="medium")
        ax.set(xlabel=say("question"), ylim=(0, None), xlim=(-2, len(times) + 1))
        look.bare(ax)
    panels[0][0].set_ylabel(say("time of its answer (ms)"))
    return look.shown_once(figure)


def dashboard_png(samples: Sequence[tuple[float, Any]]) -> bytes:
    """The dashboard's picture, as PNG: requests a second, and times, over the last minute.

    samples   (seconds, Numbers) each, the oldest first
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, 2.6), layout="constrained")
    FigureCanvasAgg(figure)
    draw_dashboard(figure, samples)
    target = BytesIO()
    figure.savefig(target, format="png", dpi=100, **PRINTED)
    return target.getvalue()


def _decades(ax: Axes, values: Sequence[Any]) -> None:
    """A logarithmic scale of whole decades, whose ends are written out: 1, 10, 100."""
    low = math.floor(math.log10(min(map(min, values))))
    high = max(low + 1, math.ceil(math.log10(max(map(max, values)))))
    ax.set(yscale="log", ylim=(10.0**low, 10.0**high))
    ax.yaxis.set_major_formatter("{x:g}")
    ax.yaxis.set_minor_formatter("")


def draw_dashboard(figure: Figure, samples: Sequence[tuple[float, Any]]) -> None:
    """Draw it into a figure: answers and errors a second; p50 and p99 of each spell between two samples."""
    rates, times = figure.subplots(1, 2)
    pairs = [(before, after) for before, after in pairwise(samples) if after[0] - before[0] > 0.05]
    seconds = [after[0] for _, after in pairs]
    for number, (name, of) in enumerate((("answered", "answered"), ("not answered", "errors"))):
        values = [
            (getattr(late, of) - getattr(early, of)) / (end - begin) for (begin, early), (end, late) in pairs
        ]
        drawn = dict(color=look.series_colour(number), linestyle=look.series_dashes(number))
        rates.plot(seconds, values, label=say(name), linewidth=2, drawstyle="steps-pre", **drawn)
    spells = [(end, late.latencies.since(early.latencies)) for (_, early), (end, late) in pairs]
    spells = [(end, spell) for end, spell in spells if spell.count]
    for number, (name, share) in enumerate({"p50": 0.5, "p99": 0.99}.items()):
        drawn = dict(color=look.series_colour(number + 2), linestyle="none", marker="oD"[number])
        values = [spell.percentile(share) * 1000 for _, spell in spells]
        times.plot([end for end, _ in spells], values, label=name, markersize=5, **drawn)
    rates.set(ylabel=say("requests a second"))
    times.set(ylabel=say("time of an answer (ms)"))
    if spells:
        _decades(times, [line.get_ydata() for line in times.get_lines()])
    for ax in (rates, times):
        first = samples[0][0]
        ax.set(xlabel=say("seconds"), xlim=(first, max(first + 10, samples[-1][0])))
        if ax is rates or not spells:
            ax.set_ylim(0, max(1.0, ax.get_ylim()[1]))
        look.bare(ax)
        look.legend(ax, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, labelcolor=style.PLOT_INK)
        # Here, and not by matplotlib's settings: they are all threads' and this is drawn in one of its own.
        ax.set_facecolor("none")
        ax.tick_params(which="both", colors=style.PLOT_INK)
        ax.spines[:].set_color(style.PLOT_INK)
        for label in (ax.xaxis.label, ax.yaxis.label):
            label.set_color(style.PLOT_INK)
