"""What nbgrader must know of a lesson's cells: which the learner fills in, which check it, and for how many points.

nbgrader's metadata, schema 3.  An exercise is two cells: the first holds the solution between its marks, the
next is `check("its-id", ...)` alone.  The first can be changed by the learner, the second is restored from the
teacher's copy before it is graded.
"""

from __future__ import annotations

import re

from nbformat import NotebookNode

from labkit.learn.finding import UnknownExercise, find

SCHEMA = 3
BEGIN, END = "BEGIN SOLUTION", "END SOLUTION"
_CHECK = re.compile(r'^check\(\s*"([^"]+)"', re.MULTILINE)


class GradingError(ValueError):
    """Cells that nbgrader could not grade; says which and what to do."""


def mark(cells: list[NotebookNode]) -> None:
    """Write the metadata of exercise and check cells into *cells*, whose sources still hold the solutions' marks.

    Raises GradingError.
    """
    for cell, follower in zip(cells, [*cells[1:], None], strict=True):
        checked = _checked(cell)
        if BEGIN in cell.source:
            if checked:
                raise GradingError(
                    f"a solution and its check in one cell; put check({checked!r}, ...) into the next:\n{cell.source}"
                )
            name = _checked(follower) or f"solution-{cell.id}"
            # Words cannot be checked by a program: nbgrader has the teacher grade them by hand.
            by_hand = cell.cell_type == "markdown"
            _write(cell, name, solution=True, points=1 if by_hand else None)
        elif checked:
            try:
                exercise = find(checked)
            except UnknownExercise as error:
                raise GradingError(f"{error}, in the cell:\n{cell.source}") from error
            _write(cell, f"check-{checked}", solution=False, points=exercise.points)


def _checked(cell: NotebookNode | None) -> str:
    """The exercise that a cell checks; "" if none."""
    found = _CHECK.search(cell.source) if cell is not None and cell.cell_type == "code" else None
    return found.group(1) if found else ""


def _write(cell: NotebookNode, name: str, *, solution: bool, points: float | None) -> None:
    graded = {} if points is None else {"points": points}
    cell.metadata["nbgrader"] = {
        "schema_version": SCHEMA,
        "cell_type": cell.cell_type,
        "grade_id": name,
        "grade": points is not None,
        "solution": solution,
        "locked": not solution,
        "task": False,
        **graded,
    }
