"""Where ports come from: IANA's ranges, and what a host has given out.  matplotlib is imported when one is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from labkit.drawing import style
from labkit.plots import look
from labkit.words import look_up, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RANGES = ((0, 1023, "system"), (1024, 49151, "user, or registered"), (49152, 65535, "dynamic"))
"""RFC 6335 section 6: first and last port, and the name of the range."""


def port_ranges(ports: Sequence[int], low: int, high: int, host: int = 0) -> Figure:
    """Draw ports that a host has given out below IANA's three ranges, and above the host's own range.

    ports       port numbers, a line for each
    low, high   the host's setting, net.ipv4.ip_local_port_range
    host        its place in the order of hosts, from 0, which gives the lines their colour
    Returns the matplotlib Figure.  Raises ValueError for what is no port.
    """
    wrong = [port for port in (*ports, low, high) if not 0 <= port <= 65535]
    if wrong or low > high:
        raise ValueError(
            say(
                "ports are numbers from 0 to 65535, low before high (got {given})", given=wrong or (low, high)
            )
        )
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(8.2, 2.0), layout="constrained")
    for number, (first, last, name) in enumerate(RANGES):
        shade = style.PLOT_INK, 0.08 if number == 1 else 0.2
        axes.barh(2, last - first + 1, 0.8, first, color=shade, edgecolor=style.PLOT_INK, linewidth=0.8)
        place: tuple[float, float]
        if number == 0:
            place, anchor = (first, 2.72), "left"
        else:
            place, anchor = ((first + last) / 2, 2), "center"
        axes.text(
            place[0],
            place[1],
            f"{look_up(name)} {first}-{last}",
            ha=anchor,
            va="center",
            fontsize=9,
            color=style.PLOT_INK,
        )
    axes.eventplot(list(ports), lineoffsets=1, linelengths=0.7, linewidths=0.8, colors=style.colour_of(host))
    axes.plot([low, low, high, high], [0.45, 0.3, 0.3, 0.45], color=style.PLOT_INK, linewidth=1)
    axes.text(
        (low + high) / 2,
        0.18,
        say("this host's range {low}-{high}", low=low, high=high),
        ha="center",
        va="top",
        fontsize=9,
    )
    axes.set(
        xlim=(0, 65536),
        ylim=(-0.3, 3.0),
        xticks=[0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000],
        yticks=[1, 2],
        yticklabels=[say("given out"), say("IANA")],
        xlabel=say("port number"),
    )
    look.bare(axes, rows=True)
    return look.shown_once(figure)
