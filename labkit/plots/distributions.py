"""Plots of distributions, every measurement shown: strips and cumulative distributions, in small multiples.

A measurement is a row of a table, such as {"client": "one write", "round trip": 10, "ms": [10.2, 10.3]}: words
and numbers that say what was measured, and lists of what was found.  matplotlib is imported when the first is
drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from labkit.drawing import style
from labkit.plots import look
from labkit.plots.marks import head, mark

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_STRIP = 0.72
"""How much of the distance between two rows their strips take up, all series together."""


def strips(
    table: Iterable[Mapping[str, Any]],
    value: str,
    *,
    row: str,
    column: str,
    series: str,
    beside: str | None = None,
    marks: Mapping[Any, Mapping[str, float]] | None = None,
) -> Figure:
    """Draw every measurement as a dot: a strip for each row of words, a panel for each column.

    table   the measurements: mappings with the names below as keys
    value   which list of numbers is drawn to the right; write the unit into the name
    row     what tells one strip from the next below it
    column  what tells one panel from the next; panels have scales of their own, from 0
    series  what is told by colour, and by full and open dots
    beside  another list of numbers, drawn for all columns together in a panel of its own at the right
    marks   {column: {words: number}}: lines to hold the measurements against

    Within a strip the first measurement stands on top and the last at the bottom, so that what changes with
    time is seen.  Returns the matplotlib Figure.  Raises ValueError for an empty table, KeyError for a name
    that is not in it.
    """
    import matplotlib.pyplot as plt

    table = _checked(table, value, row, column, series, *([beside] if beside else []))
    rows, columns, kinds = (_different(table, name) for name in (row, column, series))
    wide = len(columns) + bool(beside)
    figure, axes = plt.subplots(
        1,
        wide,
        figsize=(2.2 * wide + 1.6, 0.4 * len(rows) + 1.6),
        sharey=True,
        squeeze=False,
        layout="constrained",
        width_ratios=[1.0] * len(columns) + [0.62] * bool(beside),
    )
    titles = {ax: f"{column}: {place}" for ax, place in zip(axes[0], columns, strict=False)}
    for ax, place in zip(titles, columns, strict=True):
        here = [each for each in table if each[column] == place]
        _dots(ax, here, value, row, rows, series, kinds)
        mark(ax, (marks or {}).get(place, {}))
        ax.set(xlabel=value)
        _scale(ax, [number for each in here for number in each[value]], (marks or {}).get(place, {}))
    if beside:
        ax = axes[0][-1]
        titles[ax] = f"every {column}"
        _dots(ax, table, beside, row, rows, series, kinds)
        ax.set(xlabel=beside)
        most = max((number for each in table for number in each[beside]), default=0)
        ax.set_xlim(0, most + 0.6)
        ax.set_xticks(range(1, int(most) + 1))
    for ax in axes[0]:
        ax.set_yticks(range(len(rows)), rows)
        ax.set_ylim(len(rows) - 0.45, -0.55)
        ax.grid(axis="y", color=style.PLOT_INK, alpha=0.3, linewidth=0.6, zorder=0)
        look.bare(ax, rows=True)
    told = look.once(axes[0])
    names = [f"{series}: {label}" for label in told]
    look.legend(figure, told.values(), names, loc="outside lower right", ncols=len(told))
    head(figure, titles)
    return look.shown_once(figure)


def ecdfs(
    table: Iterable[Mapping[str, Any]],
    value: str,
    *,
    column: str,
    series: str,
    marks: Mapping[Any, Mapping[str, float]] | None = None,
) -> Figure:
    """Draw empirical cumulative distributions: which share of the measurements is at most so large.

    table   the measurements: mappings with the names below as keys
    value   which list of numbers is drawn to the right; write the unit into the name
    column  what tells one panel from the next; panels have scales of their own, from 0
    series  what is told by colour and by dashes; measurements that share it are put together
    marks   {column: {words: number}}: lines to hold the measurements against

    Returns the matplotlib Figure.  Raises ValueError for an empty table, KeyError for a name that is not in it.
    """
    import matplotlib.pyplot as plt

    table = _checked(table, value, column, series)
    columns, kinds = _different(table, column), _different(table, series)
    figure, axes = plt.subplots(
        1,
        len(columns),
        figsize=(2.7 * len(columns) + 1.2, 3.1),
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    for ax, place in zip(axes[0], columns, strict=True):
        ends = []
        for number, kind in enumerate(kinds):
            found = [
                each
                for measured in table
                if (measured[column], measured[series]) == (place, kind)
                for each in measured[value]
            ]
            if found:
                ends.append(max(found))
                ax.ecdf(
                    found,
                    label=str(kind),
                    color=look.series_colour(number),
                    linestyle=look.series_dashes(number),
                    linewidth=max(1.2, 3.0 - 0.6 * number),  # one that covers another lets it be seen
                )
        mark(ax, (marks or {}).get(place, {}))
        ax.set(xlabel=value, ylim=look.SHARES)
        _scale(ax, ends, (marks or {}).get(place, {}))
        look.bare(ax)
    axes[0][0].set_ylabel("share at or below")
    told = look.once(axes[0])
    look.legend(figure, told.values(), told, loc="outside lower center", ncols=2)
    head(figure, {ax: f"{column}: {place}" for ax, place in zip(axes[0], columns, strict=True)})
    return look.shown_once(figure)


def _checked(table, value: str, *others: str) -> list[Mapping[str, Any]]:
    table, names = list(table), (value, *others)
    if not table:
        raise ValueError("there is nothing to draw: the table of measurements is empty")
    for each in table:
        for name in names:
            if name not in each:
                raise KeyError(f"{name!r} is not in a measurement; it has {', '.join(map(repr, each))}")
    if not any(len(each[value]) for each in table):
        raise ValueError(f"there is nothing to draw: no measurement has a number in {value!r}")
    return table


def _different(table, name: str) -> list[Any]:
    """The values of a name, each once, in order of their first."""
    return list(dict.fromkeys(each[name] for each in table))


def _dots(ax, table, value, row, rows, series, kinds) -> None:
    """Full dots for the first series, open ones for the others, each in its part of the strip."""
    share = _STRIP / len(kinds)
    for number, kind in enumerate(kinds):
        x, y = [], []
        for each in table:
            if each[series] == kind:
                found = each[value]
                top = rows.index(each[row]) - _STRIP / 2 + number * share
                x += found
                y += [top + share * (place + 0.5) / len(found) for place in range(len(found))]
        colour = look.series_colour(number)
        ax.plot(
            x,
            y,
            linestyle="none",
            marker="oDs^"[number % 4],
            markersize=4.0 - 0.6 * (number > 0),
            markerfacecolor="none" if number else colour,
            markeredgecolor=colour,
            markeredgewidth=1.0,
            label=str(kind),
            zorder=3,
        )


def _scale(ax, ends: Iterable[float], marks: Mapping[str, float]) -> None:
    """From 0 to beyond the largest measurement and the last mark."""
    ax.set_xlim(0, 1.08 * (max([0, *ends, *marks.values()]) or 1))
