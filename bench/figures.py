"""Figures: samples, their median and spread, the limit that they are held to, and the table of them. Pure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Figure(NamedTuple):
    """One measured quantity of one contender, with every sample that was taken."""

    what: str
    who: str
    samples: tuple[float, ...]
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None

    @property
    def median(self) -> float:
        return statistics.median(self.samples)

    @property
    def within(self) -> bool | None:
        """Is the median within its limits? None where there is no limit."""
        if self.at_most is None and self.at_least is None:
            return None
        above = self.at_least is None or self.median >= self.at_least
        return above and (self.at_most is None or self.median <= self.at_most)


class Note(NamedTuple):
    """A line below the table: what was left out and why, or what else was seen."""

    text: str


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that at least `share` (0 to 1) of all samples do not exceed (nearest rank)."""
    if not samples:
        raise ValueError("percentile of no samples")
    if not 0 <= share <= 1:
        raise ValueError(f"share is from 0 to 1 (got {share!r})")
    return sorted(samples)[max(0, math.ceil(share * len(samples)) - 1)]


def binomial_interval(count: int, probability: float, level: float) -> tuple[int, int]:
    """The central interval that holds a Binomial(count, probability) number with at least `level`: (low, high)."""
    if not 0 < probability < 1 or not 0 < level < 1:
        raise ValueError(f"probability and level are between 0 and 1 (got {probability!r}, {level!r})")
    tail, sum_below = (1 - level) / 2, 0.0
    low = None
    for k in range(count + 1):
        sum_below += math.exp(
            math.lgamma(count + 1)
            - math.lgamma(k + 1)
            - math.lgamma(count - k + 1)
            + k * math.log(probability)
            + (count - k) * math.log1p(-probability)
        )
        if low is None and sum_below > tail:
            low = k
        if sum_below >= 1 - tail:
            return low, k
    return low or 0, count


def number(value: float) -> str:
    """Three significant digits, or all those before the point: 0.123, 17.5, 448,210."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    decimals = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:.{decimals}f}"


def limit(figure: Figure) -> str:
    """The limits in words, with a mark: `at most 0.35 ✓`."""
    words = [
        f"{word} {bound:,.12g}"
        for word, bound in (("at least", figure.at_least), ("at most", figure.at_most))
        if bound is not None
    ]
    if not words:
        return ""
    return ", ".join(words) + (" ✓" if figure.within else " ✗")


def table(figures: Iterable[Figure | Note]) -> str:
    """A Markdown table. The first contender of each quantity is ours; the others get the ratio to it."""
    rows = [("what", "who", "median", "smallest – largest", "ours ÷ this", "wanted")]
    notes, quantities = [], {}
    for figure in figures:
        if isinstance(figure, Note):
            notes.append(f"- {figure.text}")
        else:
            quantities.setdefault(figure.what, []).append(figure)
    for ours, figure in ((group[0], figure) for group in quantities.values() for figure in group):
        ratio = ""
        if ours is not figure and figure.median and not figure.who.startswith("labkit"):
            ratio = number(ours.median / figure.median)
        spread = f"{number(min(figure.samples))} – {number(max(figure.samples))}, n = {len(figure.samples)}"
        unit = f" {figure.unit}" if figure.unit else ""
        rows.append(
            (
                figure.what if ours is figure else "",
                figure.who,
                number(figure.median) + unit,
                spread if len(figure.samples) > 1 else "",
                ratio,
                limit(figure),
            )
        )
    return "\n".join(_aligned(rows) + (["", *notes] if notes else []))


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    return [lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]
