"""What this lesson draws: the ladder of techniques, what compression saves, and what a batch makes others wait.

matplotlib is imported when one is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from labkit.drawing import style
from labkit.plots import look
from labkit.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from labkit.lessons.fast.broker import Brokered
    from labkit.lessons.fast.cost import Climbed
    from labkit.lessons.fast.waiting import Waits

WIDTH = 7.4  # inches


def plot_climb(climbed: Climbed) -> Figure:
    """Draw each step's rate, with its spread, and beside it processor time and calls, for each message.

    Returns the matplotlib Figure.
    """
    import matplotlib.pyplot as plt

    rows, costs = range(len(climbed)), list(climbed.values())
    # Of two sizes only: where uvloop is installed there is a row more, and a figure's text is its size.
    height = 2.6 if len(climbed) <= 6 else 3.9
    figure, (rates, works, calls) = plt.subplots(
        1, 3, figsize=(WIDTH, height), sharey=True, layout="constrained"
    )
    colour = look.series_colour(0)
    rates.hlines(rows, [min(cost.rates) for cost in costs], [max(cost.rates) for cost in costs], color=colour)
    rates.plot([cost.rate for cost in costs], rows, "o", color=colour)
    works.plot([cost.cpu_us for cost in costs], rows, "D", color=look.series_colour(1))
    for number, (label, of) in enumerate(((say("to send"), "sends"), (say("to receive"), "receives"))):
        seen = [(getattr(cost, of), row) for cost, row in zip(costs, rows, strict=True) if getattr(cost, of)]
        calls.plot(*zip(*seen, strict=True), "o^"[number], color=look.series_colour(number + 2), label=label)
    for ax, label in zip(
        (rates, works, calls),
        (say("messages a second"), say("processor time (µs a message)"), say("calls a message")),
        strict=True,
    ):
        ax.set_xscale("log")
        ax.set_xlabel(label, fontsize="small")
        _decades(ax)
        ax.hlines(rows, *ax.get_xlim(), color=style.PLOT_INK, linewidth=0.4, linestyle=(0, (1, 4)), zorder=0)
        look.bare(ax, rows=True)
    rates.set_yticks(rows, list(climbed))
    rates.invert_yaxis()
    look.legend(
        calls, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, fontsize="small", handletextpad=0.1
    )
    return look.shown_once(figure)


def _decades(ax: Axes) -> None:
    """Limits that are powers of ten, around all that is drawn."""
    from matplotlib.ticker import LogLocator, NullFormatter

    low, high = ax.dataLim.intervalx
    ax.set_xlim(10 ** math.floor(math.log10(low) - 0.05), 10 ** math.ceil(math.log10(high) + 0.05))
    ax.xaxis.set_major_locator(LogLocator(numticks=5))
    ax.xaxis.set_minor_formatter(NullFormatter())


def plot_clients(found: Brokered) -> Figure:
    """Draw each client's rate, with its spread, and its processor time; the title says what is recorded.

    Returns the matplotlib Figure.
    """
    import matplotlib.pyplot as plt

    rows, costs = range(len(found.costs)), list(found.costs.values())
    figure, (rates, works) = plt.subplots(1, 2, figsize=(WIDTH, 2.5), sharey=True, layout="constrained")
    colour = look.series_colour(0)
    rates.hlines(rows, [min(cost.rates) for cost in costs], [max(cost.rates) for cost in costs], color=colour)
    rates.plot([cost.rate for cost in costs], rows, "o", color=colour)
    works.barh(rows, [cost.cpu_us for cost in costs], height=0.35, color=look.series_colour(1))
    rates.set(xlabel=say("messages a second, there and back"), xscale="log")
    works.set(xlabel=say("processor time (µs a message)"), xlim=(0, None))
    rates.set_yticks(rows, list(found.costs))
    rates.set_ylim(len(costs) - 0.5, -0.5)
    _decades(rates)
    for ax in (rates, works):
        look.bare(ax, rows=True)
    if found.recorded:
        words = say(
            "Nothing of yours was run: that takes nats-server and nats-py, on a host.\n"
            "These are figures of an earlier run, on\n{on}.",
            on=found.recorded,
        )
        figure.suptitle(words, fontweight="bold")
    return look.shown_once(figure)


def plot_shipped(shipped: Mapping[str, Mapping[Any, tuple[float, float]]]) -> Figure:
    """Draw how long bodies took as they were and compressed, over the links: a panel for each kind of body.

    shipped   {kind: {Mbit/s, or a name: (seconds as it is, seconds compressed)}}
    Returns the matplotlib Figure.
    """
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(
        1, len(shipped), figsize=(WIDTH, 2.8), sharey=True, squeeze=False, layout="constrained"
    )
    for ax, (kind, found) in zip(panels[0], shipped.items(), strict=True):
        places: list[float] = []
        pairs: list[tuple[float, float]] = []
        for place, (rate, pair) in enumerate(found.items()):
            if isinstance(rate, str):  # no line leads from the cables to what is none
                places.append(math.nan)
                pairs.append((math.nan, math.nan))
            places.append(place)
            pairs.append(pair)
        for number, label in enumerate((say("as it is"), say("compressed"))):
            drawn = dict(color=look.series_colour(number), linestyle=look.series_dashes(number))
            times = [pair[number] * 1000 for pair in pairs]
            ax.plot(places, times, marker="os"[number], label=label, **drawn)
        names = [
            each.replace(" ", "\n") if isinstance(each, str) else say("{n:g}\nMbit/s", n=each)
            for each in found
        ]
        ax.set_xticks(range(len(found)), names)
        ax.set(yscale="log", xlim=(-0.3, len(found) - 0.7))
        ax.set_title(kind, fontsize="medium")
        look.bare(ax)
    panels[0][0].set_ylabel(say("until all is there (ms)"))
    look.legend(panels[0][0], loc="lower left", bbox_to_anchor=(0, 1.1), ncols=2)  # above, where no line is
    return look.shown_once(figure)


def plot_waits(found: Mapping[str, Waits]) -> Figure:
    """Draw how long each message waited, in their order: a panel for each way of batching.

    Returns the matplotlib Figure.
    """
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(
        1, len(found), figsize=(WIDTH, 2.4), sharey=True, squeeze=False, layout="constrained"
    )
    for number, (ax, (name, waits)) in enumerate(zip(panels[0], found.items(), strict=True)):
        times: Sequence[float] = [each * 1000 for each in waits.seconds]
        ax.plot(range(len(times)), times, ".", markersize=3, color=look.series_colour(number))
        ax.set(xlabel=say("message"), ylim=(0, None))
        ax.set_title(name, fontsize="medium")
        look.bare(ax)
    panels[0][0].set_ylabel(say("waited (ms)"))
    return look.shown_once(figure)
