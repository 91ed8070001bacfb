"""nbgrader's exchange from end to end with a small class; `make bench BENCH_ARGS=exchange` does it with thirty."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from bench.classroom import run
from bench.classroom.students import marks

pytestmark = [
    pytest.mark.skipif(not run.PYTHON.exists(), reason="nbgrader is not installed: make grading"),
    pytest.mark.walls,
]


def cut(path) -> None:
    """Leave of a lesson what gives points, and what that needs."""
    notebook = nbformat.read(path, as_version=4)
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    kept = [
        cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id", "predict")[:7] != "predict"
    ]
    imports = nbformat.v4.new_code_cell("from socket import *\n\nfrom labkit import check, hint, order, quiz")
    notebook.cells = [notebook.cells[0], first, imports, *kept]
    nbformat.write(notebook, path)


def orphans() -> set[str]:
    """Folders of kernels that graded, whose grader has ended."""
    found = {path: int(path.name.split("-")[2]) for path in Path("/tmp").glob("labkit-graded-*")}
    ended = [path for path, grader in found.items() if not Path(f"/proc/{grader}").exists()]
    # One that has ended since it was looked for has removed its own before.
    return {path.name for path in ended if path.exists()}


def test_a_class_hands_in_and_each_has_the_marks_that_are_due(tmp_path, monkeypatch):
    before = orphans()
    everybody = run.classroom
    few = ("s02-mouse", "s04-partly", "s17-gradebook", "s19-fakes", "s11-exits")
    monkeypatch.setattr(run, "classroom", lambda *given: {name: everybody(*given)[name] for name in few})
    (told,) = run.exchange(tmp_path, 28, ["handshake"], cut=cut, cell_seconds=30)
    assert list(told.failed) == [] and list(told.wrong) == []
    feedback = list((tmp_path / "homes").glob("*/handshake/feedback/*/*.html"))
    assert len(feedback) == len(few)
    assert orphans() <= before, "something is left of a kernel"


def test_marks_in_part_are_due_for_some_wrong_answers():
    assert 0 < max(marks("handshake", "kind").values()) < 1
