"""Who took the server for the real one, and how much it does.  matplotlib is imported when it is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from labkit.drawing import style
from labkit.plots import look
from labkit.words import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from labkit.lessons.capstone.clients import Seen

WIDTH = 7.4  # inches
SERVERS = YOURS, REAL = "yours", "redis-server"
MARKS = {True: "✓", False: "✗", None: "–"}


def plot_proof(
    clients: Mapping[str, Seen], depths: Sequence[int], rates: Mapping[str, Sequence[float]]
) -> Figure:
    """Draw what became of each client as a list, and the rates of servers over requests under way.

    clients   by name: whether it was content (None: it is not here), and what is told of it
    rates     by server: requests a second at these depths
    Returns the matplotlib Figure.
    """
    import matplotlib.pyplot as plt

    figure, (listed, ax) = plt.subplots(
        2,
        1,
        figsize=(WIDTH, 3.0 + 0.22 * len(clients)),
        layout="constrained",
        height_ratios=(len(clients), 10),
    )
    green, red = style.PLOT_COLOURS[2], style.PLOT_COLOURS[1]
    colours = {True: green, False: red, None: style.PLOT_INK}
    listed.set(xlim=(0, 1), ylim=(len(clients) - 0.5, -0.5))
    listed.axis("off")
    for row, (name, seen) in enumerate(clients.items()):
        listed.text(0.0, row, MARKS[seen.good], color=colours[seen.good], va="center", weight="bold")
        listed.text(0.03, row, name, va="center", color=style.PLOT_INK)
        listed.text(0.24, row, seen.told, va="center", color=style.PLOT_INK)
    for name, values in rates.items():
        number = SERVERS.index(name)  # a server has one colour, whether the other is there or not
        drawn = dict(color=look.series_colour(number), linestyle=look.series_dashes(number))
        ax.plot(depths, values, label=name, linewidth=2, marker="o", markersize=4, **drawn)
    ax.set_xscale("log", base=2)
    ax.set_yscale("log")
    ax.set_xticks(list(depths), [str(depth) for depth in depths])
    ax.minorticks_off()
    ax.set(xlabel=say("requests under way on one connection"), ylabel=say("requests a second"))
    look.bare(ax)
    if rates:
        look.legend(ax, loc="upper left")
    return look.shown_once(figure)
