"""nbgrader, as the lab's environment for grading has it, and what it wrote into a gradebook."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from bench.classroom.run import PYTHON
from labkit.course.nbval import kernel

_GRADES = """
select handed_in.student_id, cell.name, grade.auto_score, worth.max_score, grade.needs_manual_grade
from grade
join submitted_notebook as notebook on notebook.id = grade.notebook_id
join submitted_assignment as handed_in on handed_in.id = notebook.assignment_id
join base_cell as cell on cell.id = grade.cell_id
join grade_cells as worth on worth.id = grade.cell_id
"""


class Grade(NamedTuple):
    """The points of a cell, the most there are for it, and whether a person must look at it."""

    points: float | None
    most: float
    by_hand: bool


def done(command: Sequence[str | Path], cwd: Path) -> subprocess.CompletedProcess:
    """A program of that environment, once it has ended."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**kernel.surroundings(), "PATH": f"{PYTHON.parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def grades(course: Path) -> dict[str, dict[str, Grade]]:
    """What stands in the gradebook of a course of one assignment, by students and cells.

    Read as what it is, a database: nbgrader takes a second to load, and would be asked for nothing else.
    """
    found: dict[str, dict[str, Grade]] = {}
    with closing(sqlite3.connect(f"{(course / 'gradebook.db').as_uri()}?mode=ro", uri=True)) as book:
        for student, cell, points, most, by_hand in book.execute(_GRADES):
            found.setdefault(student, {})[cell] = Grade(points, most, bool(by_hand))
    return found
