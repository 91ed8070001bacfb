"""How long a lesson's cells are, counted in this one place: of the learner's edition, in lines that are not blank.

The figures are of all code cells, as a lesson has them: programs, experiments, questions, exercises and their checks.
Beside them stands the same of `shown` cells alone, whose input a learner reads: not folded, and neither an exercise nor
its check.  Exercises are counted by the stub that the learner gets, not by the solution.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import NamedTuple

from nbformat import NotebookNode

from tools import folding

MOST_CELLS = 30
MEDIAN_LINES = 4


class Lengths(NamedTuple):
    """What one lesson has: numbers of cells, and medians of lines a cell (0 where there are no cells)."""

    cells: int
    median: float
    shown: int
    median_shown: float


def lengths(edition: NotebookNode) -> Lengths:
    """The figures of a learner's edition."""
    code = [cell for cell in edition.cells if cell.cell_type == "code"]
    shown = [cell for cell in code if not folding.is_folded(cell) and "nbgrader" not in cell.metadata]
    return Lengths(len(code), _median(code), len(shown), _median(shown))


def _median(cells: Sequence[NotebookNode]) -> float:
    sources = [folding.without_label(cell.source) for cell in cells]
    lines = [sum(1 for line in source.splitlines() if line.strip()) for source in sources]
    return statistics.median(lines) if lines else 0
