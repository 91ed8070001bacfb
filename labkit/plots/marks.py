"""Lines to hold measurements against, and their words above the axes: no two of them touch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from labkit.drawing import style
from labkit.plots import look

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ABOVE_PT = 3
"""How far above the axes the lowest words stand."""
_TITLE_PT = 20
"""And the title, where all words stand in one row."""
_GAP_EM, _ROW_EM = 1.5, 1.35
"""Between words of one row, and from one row to the next, in sizes of their font."""


def mark(ax: Axes, marks: Mapping[str, float]) -> None:
    """Draw a line from bottom to top at each number, and its words above it."""
    for x in marks.values():
        ax.axvline(x, **look.MARK)
    for words, x in marks.items():
        ax.annotate(
            words,
            (x, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, _ABOVE_PT),
            textcoords="offset points",
            ha="center",
            fontsize="small",
            color=style.PLOT_INK,
        )


def head(figure: Figure, titles: Mapping[Axes, str]) -> None:
    """Give each of the axes its title, all in one line, above the words of its marks.

    Words that would come too near to those at their left stand a row higher.  How wide they are is known only where the
    axes have their places, so this comes last.
    """
    for ax, title in titles.items():
        ax.set_title(title, fontsize="medium", pad=_TITLE_PT)
    figure.draw_without_rendering()
    highest = 0.0
    for ax in titles:
        if not ax.texts:
            continue
        size = float(ax.texts[0].get_fontsize())  # points
        words = sorted(ax.texts, key=lambda text: text.get_window_extent().x0)
        widths = [text.get_window_extent().intervalx for text in words]
        for text, row in zip(words, rows(widths, _GAP_EM * size * figure.dpi / 72), strict=True):
            up = row * _ROW_EM * size
            text.set_position((0, _ABOVE_PT + up))
            highest = max(highest, up)
    for ax, title in titles.items():
        ax.set_title(title, fontsize="medium", pad=_TITLE_PT + highest)


def rows(widths: Iterable[Sequence[float]], gap: float) -> list[int]:
    """For each (left, right), from left to right, the lowest row, from 0, where it keeps the gap from what is there."""
    ends: list[float] = []
    found = []
    for left, right in widths:
        row = next((row for row, end in enumerate(ends) if left - end >= gap), len(ends))
        ends[row:] = [right, *ends[row + 1 :]]
        found.append(row)
    return found
