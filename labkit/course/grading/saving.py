"""nbgrader's steps that take solutions out, and that save points, for cells that ask and count (`asked`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearSolutions, SaveAutoGrades

from labkit.course.grading.asked import counts, progress_in, share
from labkit.course.grading.mode import own_mode


class ClearAnswers(ClearSolutions):
    """Takes solutions out; a cell that asks has none and stays as it is."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: Any, cell_index: int
    ) -> tuple[NotebookNode, Any]:
        """Clear one cell."""
        if counts(cell):
            return cell, resources
        return super().preprocess_cell(cell, resources, cell_index)


class SaveAllGrades(SaveAutoGrades):
    """Saves points; those of cells that ask, too, so that no person need look at them."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Save the points of a notebook.  Raises NoMark before any is saved where one of them cannot be said."""
        sources = [cell.source for cell in nb.cells if cell.cell_type == "code"]
        progress = progress_in(Path(resources["metadata"]["path"]))
        asking = [cell.metadata.nbgrader.grade_id for cell in nb.cells if counts(cell)]
        with own_mode():
            self._shares = {name: share(name, sources, progress) for name in asking}
        return super().preprocess(nb, resources)

    def _add_score(self, cell: NotebookNode, resources: Any) -> None:
        super()._add_score(cell, resources)
        if counts(cell):
            name = cell.metadata.nbgrader.grade_id
            grade = self.gradebook.find_grade(name, self.notebook_id, self.assignment_id, self.student_id)
            grade.auto_score = round(float(cell.metadata.nbgrader.points) * self._shares[name], 2)
            grade.needs_manual_grade = grade.manual_score is not None
            self.gradebook.db.commit()
