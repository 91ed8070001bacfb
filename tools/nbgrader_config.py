# nbgrader's settings for a course made of this lab's lessons (CONTRIBUTING.md, "Hand out and grade").
from pathlib import Path

import nbgrader
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.preprocessors import ClearSolutions, Execute, SaveAutoGrades

from labkit.course import feedback
from labkit.course.grading.executing import ConfinedExecute
from labkit.course.grading.saving import ClearAnswers, SaveAllGrades

c = get_config()  # noqa: F821  (nbgrader reads this file)

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
