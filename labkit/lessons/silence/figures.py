"""When SYNs were sent, and which of them arrived.  matplotlib is imported when one is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from labkit.drawing import style
from labkit.plots import look
from labkit.words import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def tries(sent: Mapping[str, Sequence[float]], hosts: Sequence[int]) -> Figure:
    """Draw a line for each caller, with a mark for each SYN: × for those that were lost, ● for the last, which arrived.

    sent    by the caller's name: seconds after its first SYN, ascending, one number or more
    hosts   each caller's place in the order of hosts, from 0, which gives its marks their colour
    Returns the matplotlib Figure.  Raises ValueError for a caller that sent nothing, or has no place.
    """
    if not sent or not all(sent.values()) or len(hosts) != len(sent):
        template = "each caller sent one SYN at least, and has a place (got {sent} and {hosts})"
        raise ValueError(say(template, sent=dict(sent), hosts=list(hosts)))
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 0.7 + 0.5 * len(sent)), layout="constrained")
    for row, (host, seconds) in enumerate(zip(hosts, sent.values(), strict=True)):
        colour = style.colour_of(host)
        axes.plot(seconds[:-1], [row] * (len(seconds) - 1), "x", color=colour)
        axes.plot(seconds[-1], row, "o", color=colour)
    axes.set(
        xlabel=say("seconds after the first SYN   (× lost, ● arrived)"),
        ylim=(len(sent) - 0.4, -0.6),
        yticks=range(len(sent)),
        yticklabels=list(sent),
    )
    look.bare(axes, rows=True)
    return look.shown_once(figure)
