"""A course that is laid out again: it forgets nothing, and what is the teacher's stays as it is."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest

from labkit.course.grading import laid
from labkit.course.grading.laid import FILE, WORTH, Laid, LaidError
from tools import course, settings

CONFIG = settings.CONFIG.name


def lay(folder: Path, *words: str) -> None:
    assert course.main([str(folder), "sockets", *words]) == 0


def points(folder: Path) -> dict[str, float]:
    """What the cells that ask give, by their kind."""
    (path,) = folder.glob("source/sockets/*.ipynb")
    marks = [cell.metadata.get("nbgrader", {}) for cell in nbformat.read(path, as_version=4).cells]
    kinds = {each["grade_id"].partition("-")[0]: each["points"] for each in marks if each.get("grade")}
    return {kind: kinds.get(kind, 0) for kind in WORTH}


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "variants.csv"
    path.write_text("name,seed\nada,1\n")
    return path


def test_it_keeps_its_id_its_points_and_the_teachers_settings(tmp_path, table, capsys):
    folder = tmp_path / "course"
    lay(folder, "--course", "net26", "--quizzes", "2", "--predictions", "0.2")
    with (folder / CONFIG).open("a", encoding="utf-8") as file:
        file.write("c.ConfinedExecute.most_seconds = 900\n")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    lay(folder, "--variants", str(table))
    assert points(folder) == {"quiz": 2.0, "order": 1.0, "predict": 0.2}
    assert "course net26; points: quiz 2, order 1, predict 0.2" in capsys.readouterr().out
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert after == {**before, folder / "variants.csv": table.read_bytes()}


def test_a_student_keeps_the_seed_of_what_was_handed_out(tmp_path, table, capsys):
    folder = tmp_path / "course"
    lay(folder, "--variants", str(table))
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    table.write_text("name,seed\nAda,2\nbea,3\n")
    assert course.main([str(folder), "--variants", str(table)]) == 2
    said = capsys.readouterr().err
    assert f"another seed than {folder / 'variants.csv'} for Ada: " in said and "Traceback" not in said
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    table.write_text("name,seed\nbea,2\nADA,1\n")  # in another order, and one more
    lay(folder, "--variants", str(table))
    (folder / "variants.csv").unlink()
    table.write_text("name,seed\nada,2\nbea,3\n")
    lay(folder, "--variants", str(table))


def test_what_an_option_says_is_another_and_all_else_is_not(tmp_path):
    lay(tmp_path, "--course", "net26", "--quizzes", "2")
    lay(tmp_path, "--orders", "3")
    assert points(tmp_path) == {"quiz": 2.0, "order": 3.0, "predict": 0}
    lay(tmp_path, "--course", "net27", "--quizzes", "0")
    assert points(tmp_path) == {"quiz": 0, "order": 3.0, "predict": 0}
    assert laid.read(tmp_path).course == "net27"


def test_a_notebook_that_the_teacher_changed_stays_until_it_is_removed(tmp_path, table, capsys):
    lay(tmp_path)
    (path,) = tmp_path.glob("source/sockets/*.ipynb")
    ours = path.read_bytes()
    mine = ours + b"\n"
    path.write_bytes(mine)
    for words in (["--variants", str(table)], ["--quizzes", "2"]):
        lay(tmp_path, *words)
        assert path.read_bytes() == mine
        assert f"{path} was changed since it was laid, so it stays as it is" in capsys.readouterr().err
    path.unlink()
    lay(tmp_path, "--quizzes", "1")
    assert path.read_bytes() == ours and capsys.readouterr().err == ""


# ---- Courses that an earlier labkit laid out ----

EARLIER = Path(__file__).with_name("earlier_nbgrader_config.py.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["net26", "labkit"])
def test_settings_that_nobody_changed_are_replaced_and_the_id_is_kept(tmp_path, name, capsys):
    (tmp_path / CONFIG).write_text(f"{EARLIER}\nc.CourseDirectory.course_id = {name!r}\n", encoding="utf-8")
    lay(tmp_path)
    assert (tmp_path / CONFIG).read_bytes() == settings.CONFIG.read_bytes()
    assert laid.read(tmp_path).course == name and capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "text",
    [
        f"{EARLIER}\nc.CourseDirectory.course_id = 'net26'\nc.ConfinedExecute.most_seconds = 900\n",
        f"{EARLIER.replace('60', '90')}\nc.CourseDirectory.course_id = 'net26'\n",
        "c = get_config()\nc.CourseDirectory.course_id = 'net26'\n",
    ],
    ids=["a line more", "another number", "all of it"],
)
def test_settings_that_were_changed_stay_and_it_is_said_what_to_do(tmp_path, text, capsys):
    (tmp_path / CONFIG).write_text(text, encoding="utf-8")
    lay(tmp_path)
    assert (tmp_path / CONFIG).read_text(encoding="utf-8") == text
    assert "put your lines at the end of the new one" in capsys.readouterr().err
    shutil.move(tmp_path / CONFIG, tmp_path / "mine.py")  # as it says
    lay(tmp_path)
    assert (tmp_path / CONFIG).read_bytes() == settings.CONFIG.read_bytes()
    assert laid.read(tmp_path).course == "net26" and capsys.readouterr().err == ""


# ---- The file ----


def test_what_is_written_is_read(tmp_path):
    for name in ("net26", 'Ada\'s "net" \\ 2026/7 — \x7f\n'):
        said = Laid(name, {"quiz": 2.5, "order": 0.0, "predict": 1e-05}, {"source/a/01_a.ipynb": "0" * 64})
        laid.write(tmp_path, said)
        assert laid.read(tmp_path) == said


@pytest.mark.parametrize(
    "text",
    ["", "course = ", "course = 7\n[worth]\n[written]", 'course = "x"\nworth = 1', b"\xff".decode("latin-1")],
)
def test_a_file_that_cannot_be_read_ends_it_before_anything_is_written(tmp_path, text, capsys):
    (tmp_path / FILE).write_text(text, encoding="latin-1")
    with pytest.raises(
        LaidError, match=r"course\.toml, which says .* cannot be read \(.*\); mend it, or remove it"
    ):
        laid.read(tmp_path)
    assert course.main([str(tmp_path), "sockets"]) == 2
    assert "cannot be read" in capsys.readouterr().err and [path.name for path in tmp_path.iterdir()] == [
        FILE
    ]
