"""nbgrader's feedback in the lab's words: each check under its exercise's title, its story in full lines.

`labkit.course.grading.settings` names what is here.  The page is nbgrader's own with two things changed.
"""

from __future__ import annotations

from pathlib import Path

from labkit.learn.finding import UnknownExercise, find
from labkit.learn.showing import told

TEMPLATES = str(Path(__file__).parent)
# nbconvert's template, and its file: `index.html.j2` is nbgrader's.  The folder is called as nbgrader's own, which its
# formgrader names whatever the configuration says.
NAME, FILE = "feedback", "lesson.html.j2"
_CHECK = "check-"


def title_of(grade_id: str) -> str:
    """What the cell of that grade_id checks: "Receive exactly so many bytes"; of another cell, its grade_id."""
    try:
        return told(find(grade_id.removeprefix(_CHECK)).title)
    except UnknownExercise:
        return grade_id
