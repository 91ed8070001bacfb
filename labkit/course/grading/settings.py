"""What nbgrader must be told where a course of labkit's lessons is graded; its nbgrader_config.py asks for it.

That file is the teacher's.  What is here comes with labkit, so a course that was laid out long ago has it, too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbgrader
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.preprocessors import ClearSolutions, Execute, SaveAutoGrades

from labkit.course import feedback
from labkit.course.grading import laid
from labkit.course.grading.executing import ConfinedExecute
from labkit.course.grading.saving import ClearAnswers, SaveAllGrades


def settle(c: Any, folder: Path) -> None:
    """Set in *c*, nbgrader's configuration, what the course in this folder needs."""
    try:
        course = laid.read(folder)
    except laid.LaidError as error:
        # Of any other exception nbgrader by itself tells, and goes on without these settings: without walls.
        raise SystemExit(str(error)) from error
    if course:
        c.CourseDirectory.course_id = course.course
    # As in the lab's own hand-out: an exercise left open never stops the cells below it.
    c.ClearSolutions.code_stub = {"python": "...  # your code"}
    c.ClearSolutions.text_stub = "*Your answer.*"
    # A lesson that waits for TCP's timers takes some seconds; nbgrader's own limit of 30 s is for one cell.
    c.ExecutePreprocessor.timeout = 60
    # Students' code runs behind walls, a mark is given only for a verdict, and what is answered counts, too.
    ours = {Execute: ConfinedExecute, ClearSolutions: ClearAnswers, SaveAutoGrades: SaveAllGrades}
    for steps, config in (
        (Autograde.autograde_preprocessors, c.Autograde),
        (GenerateAssignment.preprocessors, c.GenerateAssignment),
    ):
        config[steps.name] = [ours.get(step, step) for step in steps.default()]
    # Feedback names each exercise, and cuts no line of a check's story.
    theirs = Path(nbgrader.__file__).parent / "server_extensions" / "formgrader" / "templates"
    c.HTMLExporter.extra_template_basedirs = [feedback.TEMPLATES, str(theirs)]
    c.HTMLExporter.template_name, c.HTMLExporter.template_file = feedback.NAME, feedback.FILE
    c.HTMLExporter.filters = {"exercise": feedback.title_of}
