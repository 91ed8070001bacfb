"""How many datagrams are lost where packets are lost, by their size.  matplotlib is imported when one is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from labkit.plots import look
from labkit.words import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HEADER, PART = 8, 1480
"""Bytes of UDP's header, and of its datagram in each full fragment on Ethernet (1,500 less IP's 20; RFC 791)."""


def packets(size: int) -> int:
    """How many packets carry a datagram of *size* bytes of data over Ethernet?"""
    return -(-(size + HEADER) // PART)


def expected(size: int, loss: float) -> float:
    """The share of such datagrams that do not arrive, where each packet is lost with the probability *loss*."""
    return 1 - (1 - loss) ** packets(size)


def plot_losses(measured: Mapping[int, float], loss: float) -> Figure:
    """Draw the share of datagrams that were lost over their size, and as a line what the loss of packets makes of it.

    measured   {bytes of data in a datagram: the share that did not arrive, 0 to 1}
    loss       the share of packets that are lost, 0 to 1

    Returns the matplotlib Figure.  Raises ValueError where nothing was measured, or a share is none.
    """
    if not measured or not all(0 <= share <= 1 for share in (*measured.values(), loss)):
        template = "measured and loss are shares from 0 to 1, and one at least (got {measured} and {loss})"
        raise ValueError(say(template, measured=dict(measured), loss=loss))
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(6, 2.8), layout="constrained")
    line = range(0, max(measured) + 1, 20)
    ax.plot(
        [size / 1000 for size in line],
        [expected(size, loss) for size in line],
        color=look.series_colour(1),
        linestyle=look.series_dashes(1),
        label=say("if every packet must arrive"),
    )
    sizes = [size / 1000 for size in measured]
    ax.plot(sizes, list(measured.values()), "o", color=look.series_colour(0), label=say("measured"))
    ax.axhline(loss, **look.MARK)
    ax.text(max(sizes), loss, say("packets"), ha="right", va="bottom", color=look.MARK["color"])
    ax.set(xlabel=say("data in a datagram (thousand bytes)"), ylabel=say("share lost"), ylim=look.SHARES)
    look.bare(ax)
    look.legend(ax, loc="upper left")
    return look.shown_once(figure)
