"""Values over something else, mostly over time: a line for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from labkit.plots import look
from labkit.words import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 7.4  # inches


def curves(
    values: Mapping[str, tuple[Sequence[float], Sequence[float]]], y: str, x: str = "time (ms)"
) -> Figure:
    """Draw a line for each curve, told apart by colour and by dashes; both axes begin at 0.

    values   {a curve's name: (its x values, its y values)}, as many of one as of the other
    y, x     what they are, with units
    Returns the matplotlib Figure.  Raises ValueError where a curve has not as many of each.
    """
    for name, (across, up) in values.items():
        if len(across) != len(up):
            template = "{name!r} has {x} x values and {y} y values; give as many of each"
            raise ValueError(say(template, name=name, x=len(across), y=len(up)))
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(WIDTH, 2.8), layout="constrained")
    for number, (name, (across, up)) in enumerate(values.items()):
        drawn = dict(color=look.series_colour(number), linestyle=look.series_dashes(number))
        # Not clipped: also where it lies on the axis.
        axes.plot(across, up, label=name, linewidth=2, clip_on=False, **drawn)
    axes.set(xlabel=x, ylabel=y, ylim=(0, None), xlim=(0, None))
    look.bare(axes)
    look.legend_beside(axes)
    return look.shown_once(figure)
