"""Each student's exercise is their own where it is graded: a neighbour's notebook earns nothing for it."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from exercises import answers

from bench.classroom import run
from bench.classroom.students import Student
from labkit.course.variants.table import FILE, seeds_in
from labkit.learn.finding import find
from labkit.learn.varying import handed
from labkit.learn.varying.drawing import draw
from labkit.mysteries.sheets import read

pytestmark = [
    pytest.mark.skipif(not run.PYTHON.exists(), reason="nbgrader is not installed: make grading"),
    pytest.mark.walls,
]

ID, SAME = "typed-decoder", "recv-exactly"  # what varies, and what is the same for all
CLASS = ("ada", "ben", "copies", "claims", "public", "empty")


def cut(path: Path) -> None:
    """Leave of a lesson its two exercises."""
    notebook = nbformat.read(path, as_version=4)
    names = {prefix + id for id in (ID, SAME) for prefix in ("", "check-")}
    kept = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") in names]
    imports = nbformat.v4.new_code_cell("from labkit import check, hint, variant")
    notebook.cells = [notebook.cells[0], imports, *kept]
    nbformat.write(notebook, path)


def solved(seed: int) -> str:
    """The cell of whoever has solved the variant of this seed."""
    variants = find(ID).variants
    convention = variants.conventions[draw(ID, len(variants.conventions), seed)]
    return f'variant("{ID}")\n\n{answers("framing", ID).source(convention)}'


def handed_in(typed: str | None, first: str = "", files: dict[str, str] | None = None) -> dict:
    text = (Path(__file__).parents[2] / "lessons/framing/answers/recv_exactly.py").read_text(encoding="utf-8")
    cells = {SAME: text.partition("\n\ndef exactly_as_given")[0]} | ({ID: typed} if typed else {})
    return {"cells": cells if typed else {}, "first": first, "files": files or {}}


def everybody(seeds: dict[str, int]) -> dict[str, Student]:
    """Two honest students, one who copies all of the first's, one who claims to be her besides, one who has the public
    solution, and one who did nothing."""
    ada = seeds["ada"]
    claims = handed.written(dict.fromkeys(seeds, ada))
    work = {
        "ada": (handed_in(solved(ada)), 1.0, 1.0),
        "ben": (handed_in(solved(seeds["ben"])), 1.0, 1.0),
        "copies": (handed_in(solved(ada)), 0.0, 1.0),
        "claims": (
            handed_in(
                solved(ada).replace(f'"{ID}")', f'"{ID}", {ada})'),
                f"import os\nos.environ['LABKIT_SEED'] = '{ada}'\nos.environ['JUPYTERHUB_USER'] = 'ada'",
                {handed.FILE: claims, FILE: f"name,seed\nclaims,{ada}\n"},
            ),
            0.0,
            1.0,
        ),
        "public": (handed_in(solved(0)), 0.0, 1.0),
        "empty": (handed_in(None), 0.0, 0.0),
    }
    return {
        name: Student({"framing": given}, {"framing": {f"check-{ID}": own, f"check-{SAME}": same}})
        for name, (given, own, same) in work.items()
    }


@pytest.fixture
def table(tmp_path):
    from labkit.__main__ import main

    (tmp_path / "students.csv").write_text("\n".join(["name", *CLASS]), encoding="utf-8")
    path = tmp_path / "given.csv"
    assert main(["variants", "--seeds", str(tmp_path / "students.csv"), "--out", str(path)]) == 0
    return path


def told_in(notebook: Path) -> str:
    cells = nbformat.read(notebook, as_version=4).cells
    return "".join(output.get("text", "") for cell in cells for output in cell.get("outputs", ()))


def test_a_copied_notebook_earns_nothing_for_what_varies_and_ones_own_earns_all(tmp_path, table, monkeypatch):
    """Whatever the copy claims, and wherever the gradebook is; and who is not in the table is not graded by another's
    exercise."""
    seeds = seeds_in(read(str(table)))
    students = everybody(seeds)
    students["stranger"] = Student(
        students["ada"].work, {"framing": dict.fromkeys(students["ada"].due["framing"], "by hand")}
    )
    monkeypatch.setattr(run, "classroom", lambda *given: students)
    (tmp_path / "disk").mkdir()
    where = {"variants": table, "gradebook": tmp_path / "disk" / "grades.db"}
    once, twice = run.exchange(tmp_path, len(students), ["framing"], cut=cut, times=2, **where)
    assert [*once.wrong, *twice.wrong] == [] and once.marks == twice.marks
    for (failed,) in (once.failed, twice.failed):
        assert failed.startswith("autograde: ") and "stranger is not in" in failed
        assert "add them at the end of your table" in failed

    course = tmp_path / "course"
    fetched = tmp_path / "homes" / "ben" / "framing" / handed.FILE
    assert json.loads(fetched.read_text(encoding="utf-8"))["seeds"][handed.known_as("ben")] == seeds["ben"]
    variants = find(ID).variants
    for name in ("copies", "claims", "public"):
        (notebook,) = (course / "autograded" / name / "framing").glob("*.ipynb")
        own = variants.exercise(draw(ID, len(variants.conventions), seeds[name])).yours
        assert f"  Yours: {own}.\n" in told_in(notebook), "the story says which convention was expected"
    (notebook,) = (course / "autograded" / "ben" / "framing").glob("*.ipynb")
    assert f"{ID}, yours (number {seeds['ben']}): " in told_in(notebook)
