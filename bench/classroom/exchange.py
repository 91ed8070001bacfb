"""nbgrader's exchange from end to end for thirty students and all lessons: are all marks due, twice, and how long?"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.classroom import run
from bench.figures import Figure, Note
from tools import texts

FIRST = "handshake"  # all hand it in; the others each kind of honest student


def measure() -> Iterator[Figure | Note]:
    """So many students as LABKIT_STUDENTS says (30), graded as often as LABKIT_TIMES says (twice)."""
    if not run.PYTHON.exists():
        yield Note("nbgrader is not installed: make grading")
        return
    count = int(os.environ.get("LABKIT_STUDENTS", "30"))
    times = int(os.environ.get("LABKIT_TIMES", "2"))
    asked = os.environ.get("LABKIT_LESSONS", "")
    others = [
        name for name in map(texts.name_of, texts.chosen(asked.split(",") if asked else ())) if name != FIRST
    ]
    more = [name for name in others if name not in ("start", "glossary")]
    with tempfile.TemporaryDirectory(prefix="labkit-class-") as folder:
        told = run.exchange(Path(folder), count, [FIRST], more, cell_seconds=30, times=times)
    once = told[0]
    who = f"{count} students"
    for step, seconds in once.seconds.items():
        yield Figure(step, who, (seconds,), "s")
    yield Figure("notebooks graded", who, (float(len(once.graded)),))
    yield Figure("the slowest of them", who, (max(once.graded.values()),), "s")
    yield Figure(
        "marks", who, (float(sum(len(each) for one in once.marks.values() for each in one.values())),)
    )
    yield Figure("marks that are not due", who, (float(len(once.wrong)),), at_most=0)
    for twice in told[1:]:
        yield Figure("marks that differ the second time", who, (float(_differ(once, twice)),), at_most=0)
    failed = [step for each in told for step in each.failed]
    yield Figure("steps that failed", who, (float(len(failed)),), at_most=0)
    for line in [*once.wrong, *failed][:10]:
        yield Note(line[:500])
    yield Note(
        f"All hand in {FIRST}; each other lesson is handed in by each kind of honest student (right, by mouse,"
        " partly, wrong, with nothing done); a half of the class is hostile (bench/classroom)."
    )


def _differ(once: run.Told, twice: run.Told) -> int:
    first, second = (
        {
            (lesson, name, cell): mark
            for lesson, people in told.marks.items()
            for name, cells in people.items()
            for cell, mark in cells.items()
        }
        for told in (once, twice)
    )
    return sum(first.get(key) != second.get(key) for key in {*first, *second})
