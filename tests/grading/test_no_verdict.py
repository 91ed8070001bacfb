"""Where a check cannot be made nobody gets a mark for it, neither all points nor none, and whoever grades is told."""

from __future__ import annotations

import subprocess
from pathlib import Path

import nbformat
import provoke
import pytest
from grader import done, grades

from bench.classroom import run
from bench.classroom.students import Student
from labkit.modes.mode import VARIABLE
from tools import course as courses

pytestmark = [
    pytest.mark.skipif(not run.PYTHON.exists(), reason="nbgrader is not installed: make grading"),
    pytest.mark.walls,
]

LESSON, ID = "silence", "connect-within"  # which needs a cable that delays, and is cut
ANSWERS = Path(__file__).parents[2] / "lessons" / LESSON / "answers" / "connect_within.py"

# The student's own code takes what the check needs: there is one check at a time.
BUSY = "from labkit.running.bounds import Guard\n\nheld = Guard()\nheld.__enter__()"


def cut(path: Path) -> None:
    """Leave of the lesson one exercise."""
    notebook = nbformat.read(path, as_version=4)
    names = (ID, f"check-{ID}")
    kept = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") in names]
    imports = nbformat.v4.new_code_cell("from labkit import check, hint")
    notebook.cells = [notebook.cells[0], imports, *kept]
    nbformat.write(notebook, path)


def solution() -> str:
    return ANSWERS.read_text(encoding="utf-8").partition("\n\n\ndef connect_without_a_timeout")[0]


def test_who_cannot_be_checked_fails_alone_and_the_log_says_why(tmp_path, monkeypatch):
    """In the mode that the machine has, whatever the shell says in which grading is started."""
    monkeypatch.setenv(VARIABLE, "recorded")
    work = {"right": "", "busy": BUSY}
    due = {"right": 1.0, "busy": "by hand"}
    students = {
        name: Student(
            {LESSON: {"cells": {ID: solution()}, "first": first, "files": {}}},
            {LESSON: {f"check-{ID}": due[name]}},
        )
        for name, first in work.items()
    }
    monkeypatch.setattr(run, "classroom", lambda *given: students)
    (told,) = run.exchange(tmp_path, len(students), [LESSON], cut=cut)
    assert list(told.wrong) == []
    (failed,) = told.failed
    assert failed.startswith("autograde: ") and "student 'busy'" in failed
    assert f"check-{ID} cannot be graded" in failed and "Another check is under way" in failed
    assert {path.parent.name for path in (tmp_path / "course" / "autograded").glob("*/*")} == {"right"}


def nbgrader(course: Path, *arguments: str, situations: tuple[str, ...] = ()) -> subprocess.CompletedProcess:
    command = [str(run.PYTHON), "-m", "nbgrader", *arguments]
    return done(provoke.command(command, *situations) if situations else command, course)


def test_where_no_hosts_are_nobody_is_graded_and_where_they_are_everybody(tmp_path):
    """Without walls, as in a container that holds nothing else."""
    if why := provoke.why_not("net limit zero"):
        pytest.skip(why)
    course = tmp_path / "course"
    courses.lay(course, [LESSON], {})
    (notebook,) = course.glob("source/*/*.ipynb")
    cut(notebook)
    with (course / "nbgrader_config.py").open("a") as file:
        file.write("c.ConfinedExecute.confine = False\n")
    made = nbgrader(course, "generate_assignment", LESSON, "--create")
    assert made.returncode == 0, made.stderr
    handed_in = nbformat.read(course / "release" / LESSON / notebook.name, as_version=4)
    for cell in handed_in.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == ID:
            cell.source = solution()
    for student in ("ada", "ben"):
        place = course / "submitted" / student / LESSON
        place.mkdir(parents=True)
        nbformat.write(handed_in, place / notebook.name)

    failed = nbgrader(course, "autograde", LESSON, situations=("net limit zero",))
    assert failed.returncode == 1, failed.stderr
    for student in ("ada", "ben"):
        assert f"error processing assignment '{LESSON}' for student '{student}'" in failed.stderr
    assert f"check-{ID} cannot be graded" in failed.stderr and "needs hosts of their own" in failed.stderr
    assert marks(course) == {"ada": "by hand", "ben": "by hand"}

    graded = nbgrader(course, "autograde", LESSON)
    assert graded.returncode == 0, graded.stderr
    assert marks(course) == {"ada": 1.0, "ben": 1.0}


def marks(course: Path) -> dict[str, object]:
    return {
        student: "by hand" if grade.by_hand else grade.points
        for student, cells in grades(course).items()
        for grade in cells.values()
    }
