"""Where what is a teacher's lies while nbgrader grades: the course, its gradebook, the exchange, as they are set."""

from __future__ import annotations

import os
from typing import Any

_STEPS = ("source", "source_with_tests", "release", "submitted", "autograded", "feedback", "solution")
_NAME = "\0"  # in place of a student's and an assignment's name, as no path holds it
_MEMORY = ":memory:"


def course_of(step: Any) -> Any:
    """nbgrader's CourseDirectory: that of the converter which runs this step of its own."""
    above = step.parent
    while not hasattr(above, "coursedir"):
        above = above.parent
    return above.coursedir


def private_to(course: Any, exchange: str) -> tuple[str, ...]:
    """The folders of a CourseDirectory in which students' code has no business: `root`, those in which the steps of
    grading lie, where others hand in, and the gradebook's, which may be on another disk (`db_url`)."""
    steps = [
        course.format_path(getattr(course, f"{step}_directory"), _NAME, _NAME).partition(_NAME)[0]
        for step in _STEPS
    ]
    gradebook = _file_of(course.db_url)
    files = [os.path.join(course.root, gradebook)] if gradebook else []
    return (course.root, exchange, *dict.fromkeys(map(os.path.dirname, (*steps, *files))))


def _file_of(url: str) -> str:
    """The file of an SQLite database, as SQLAlchemy writes it: `sqlite:///` and a path; "" for any other database."""
    kind, _, rest = url.partition("://")
    path = rest.partition("/")[2].partition("?")[0]
    return path if kind.partition("+")[0] == "sqlite" and path != _MEMORY else ""
