"""What only this lesson draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from labkit.plots import look
from labkit.words import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plot_memory(found: Mapping[str, float]) -> Figure:
    """Draw what `memory_kb` found: a bar for each way, the largest at the top.  Returns the matplotlib Figure."""
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(5.5, 2.2), layout="constrained")
    ways = sorted(found, key=found.__getitem__)
    bars = ax.barh(ways, [found[way] for way in ways], color=look.series_colour(0))
    ax.bar_label(bars, fmt="%.0f", padding=3)
    ax.set(xlabel=say("resident memory a connection (kB)"), xlim=(0, max(found.values()) * 1.12))
    look.bare(ax)
    return look.shown_once(figure)
