"""Make a class, let nbgrader run its exchange, and hold the marks against what is due."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from bench.classroom.students import Student, classroom
from tools import course as courses

PYTHON = Path(sys.prefix) / "grading" / "bin" / "python"
_ALL_COUNT = {"quiz": 1.0, "order": 1.0, "predict": 0.1}


class Told(NamedTuple):
    """What came of it: seconds by step, marks, what failed, seconds of each grading, and marks that are not due."""

    seconds: Mapping[str, float]
    marks: Mapping[str, Mapping[str, Mapping[str, Any]]]
    failed: Sequence[str]
    graded: Mapping[str, float]
    wrong: Sequence[str]


def exchange(
    folder: Path,
    count: int,
    lessons: list[str],
    more: list[str] | None = None,
    *,
    cut: Callable[[Path], None] | None = None,
    cell_seconds: int = 20,
    notebook_seconds: int = 120,
    times: int = 1,
    variants: Path | None = None,
    gradebook: Path | None = None,
) -> list[Told]:
    """Hand out, hand in, grade and give feedback, to so many students; grade as often as *times* says.

    *cut* may change each notebook of the source before it is handed out; *variants* is a table of who has which variant
    of an exercise; *gradebook* is the database, where it does not lie in the course.  Whatever hostile code does, it
    finds a server of ours on the machine's own network, and a file of the teacher's: both must stay as they were.
    """
    course = folder / "course"
    laid = courses.lay(course, sorted({*lessons, *(more or ())}), _ALL_COUNT, table=variants).assignments
    with (course / "nbgrader_config.py").open("a") as file:
        file.write(f"c.ExecutePreprocessor.timeout = {cell_seconds}\n")
        file.write(f"c.ConfinedExecute.most_seconds = {notebook_seconds}\n")
    for path in course.glob("source/*/*.ipynb") if cut else ():
        assert cut is not None
        cut(path)
    precious = course / "precious.txt"
    precious.write_text("the teacher's")
    (folder / "exchange").mkdir(mode=0o777)
    (folder / "exchange").chmod(0o777)
    with _listening() as port:
        students = classroom(count, course, lessons, more or [], port)
        told = []
        for time in range(times):
            plan = {
                "course": str(course),
                "exchange": str(folder / "exchange"),
                "gradebook": str(gradebook or course / "gradebook.db"),
                "homes": str(folder / "homes"),
                "assignments": laid,
                "students": {name: student.work for name, student in students.items()},
                "begin": time == 0,
                "feedback": time == 0,
            }
            told.append(_run(folder, plan, students))
    assert precious.read_text() == "the teacher's"
    return told


def _run(folder: Path, plan: dict[str, Any], students: Mapping[str, Student]) -> Told:
    path = folder / "plan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    done = subprocess.run(
        [str(PYTHON), str(Path(__file__).with_name("exchanged.py")), str(path)],
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "LABKIT_PROGRESS": "off",
            "PATH": f"{PYTHON.parent}{os.pathsep}{os.environ['PATH']}",
        },
        check=False,
    )
    if done.returncode:
        raise RuntimeError(
            f"the exchange ended with {done.returncode}:\n{done.stdout[-3000:]}\n{done.stderr[-5000:]}"
        )
    said = json.loads(done.stdout.splitlines()[-1])
    return Told(**said, wrong=list(differences(students, said["marks"])))


def differences(students: Mapping[str, Student], marks: Mapping[str, Any]) -> Iterator[str]:
    """Where a mark is not what is due, or is missing."""
    for name, student in students.items():
        for lesson, due in student.due.items():
            given = marks.get(lesson, {}).get(name, {})
            for cell in sorted({*due, *given}):
                if due.get(cell) != given.get(cell):
                    yield f"{name} {lesson} {cell}: due {due.get(cell)}, given {given.get(cell)}"


@contextmanager
def _listening() -> Iterator[int]:
    """A server of the teacher's on the machine's own loopback."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]
