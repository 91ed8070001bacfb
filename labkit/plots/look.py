"""The look that all plots share: what stands around the data, and how one series is told from the next.

Axes and figures are given; nothing here loads matplotlib.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from labkit.drawing import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure
    from matplotlib.legend import Legend

AnyFigure = TypeVar("AnyFigure", bound="Figure | SubFigure")

SERIES = tuple(style.PLOT_COLOURS[place] for place in (3, 2, 4, 5))
"""Colours of series that are no hosts: none of those that the first two hosts have."""

DASHES = ("-", "--", "-.", ":", (0, (1, 1)), (0, (6, 1, 1, 1, 1, 1)))
"""So that a series is never told by its colour alone."""

MARK: dict[str, Any] = dict(color=style.PLOT_INK, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
"""A line to hold measurements against."""

BOUND: dict[str, Any] = dict(linewidth=1.2, linestyle=(0, (5, 2)))
"""A line that data cannot pass."""

SHARES = 0, 1.03
"""The limits of an axis of shares from 0 to 1, whose last step is to be seen."""


def series_colour(number: int) -> str:
    """The colour of the series with that place, from 0; after the fourth they repeat."""
    return SERIES[number % len(SERIES)]


def series_dashes(number: int) -> Any:
    """The dashes of the series with that place, from 0; after the sixth they repeat."""
    return DASHES[number % len(DASHES)]


def bare(ax: Axes, *, rows: bool = False) -> None:
    """Leave of the frame only what carries a scale; `rows`: what stands at the left are names, which need none."""
    ax.spines[["top", "right"]].set_visible(False)
    if rows:
        ax.spines["left"].set_visible(False)
        ax.tick_params(axis="y", length=0)


def legend(of: Axes | Figure, *told: Any, **where: Any) -> Legend:
    """A legend without a frame of its own; arguments as matplotlib's `legend` has them."""
    return of.legend(*told, frameon=False, **where)


def legend_beside(ax: Axes) -> Legend:
    """A legend to the right of the axes, where no data is."""
    return legend(ax, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0)


def once(axes: Iterable[Axes]) -> Mapping[str, Any]:
    """{label: its line}: every series of several panels, once."""
    found: dict[str, Any] = {}
    for ax in axes:
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True):
            found.setdefault(label, handle)
    return found


def shown_once(figure: AnyFigure) -> AnyFigure:
    """The figure, which a notebook shows once: as a cell's value, by plt.show(), or else at the cell's end.

    Of itself the inline backend shows a figure at the cell's end, whether the cell's value is that figure or not.
    """
    whole: Any = figure.figure or figure
    whole._repr_mimebundle_ = functools.partial(_shown, whole)
    return figure


def _shown(figure: Figure, include: Any = None, exclude: Any = None) -> dict[str, Any]:
    """Nothing to add to how figures are shown: it is being shown, and matplotlib needs not do it later."""
    sys.modules["matplotlib.pyplot"].close(figure)
    return {}
