"""`labkit variants`, as a teacher types it, and the table by which a course is handed out and graded."""

from __future__ import annotations

import csv
import io
from itertools import pairwise

import nbformat
import pytest

from labkit.__main__ import main
from labkit.course.variants.command import lay_out, seeds
from labkit.course.variants.table import FILE, hand_out, seed_of
from labkit.learn.finding import find
from labkit.learn.varying import handed
from labkit.learn.varying.drawing import drawn
from labkit.learn.varying.handed import SeedError
from labkit.mysteries.sheets import SheetError, parse
from tools import course

IDS = ("typed-decoder", "send-message", "line-lengths", "ask-again")


@pytest.fixture
def students(tmp_path):
    path = tmp_path / "students.csv"
    path.write_bytes("\ufeffName;Group\r\nJosé;1\r\nBob;2\r\nAda;2\r\n".encode())
    return path


@pytest.fixture
def table(students, tmp_path):
    path = tmp_path / "given" / FILE
    path.parent.mkdir()
    assert main(["variants", "--seeds", str(students), "--course", "net26", "--out", str(path)]) == 0
    return path


def rows(text, comma=","):
    return list(csv.DictReader(io.StringIO(text), delimiter=comma))


def test_a_teacher_sees_who_has_what(students, table, capsys):
    assert main(["variants", "--seeds", str(students), "--course", "net26", "--out", str(table)]) == 0
    assert capsys.readouterr().out == f"3 students, a variant each: {table}\n"
    found = rows(table.read_text(encoding="utf-8"), ";")
    assert [list(row)[:3] for row in found] == [["Name", "Group", "seed"]] * 3
    for row in found:
        for id in IDS:
            assert row[id] == drawn(find(id), int(row["seed"])).yours
    for one, other in pairwise(found):
        assert all(one[id] != other[id] for id in IDS), "neighbours have others"


def test_the_same_word_gives_the_same_and_who_comes_later_changes_nobody_elses():
    assert seeds(5, "net26") == seeds(9, "net26")[:5] != seeds(5, "net27")
    assert seeds(1, "net26")[0] == 281_466
    few, more = (rows(lay_out(parse(text, "x.csv"))) for text in ("name\na\nb\n", "name\na\nb\nc\n"))
    assert more[:2] == few and all(int(row["seed"]) > 0 for row in more)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--seeds", "no.csv"], "no.csv cannot be read: No such file"),
        (["--seeds", "students.csv", "--out", "students.csv"], "is what was read; write to another file"),
        (["--seeds", "twice.csv"], "line 3: ADA is there already, in line 2"),
        (
            ["--seeds", "seeds.csv"],
            "seeds.csv has a column Seed already; hand in the table of students alone",
        ),
        (["--seeds", "students.csv", "--column", "who"], "no column is called who"),
        (
            ["--seeds", "graded.csv"],
            "graded.csv has a column Graded as already; hand in the table of students alone",
        ),
    ],
)
def test_what_cannot_be_done_is_said_and_ends_with_status_2(words, said, students, monkeypatch, capsys):
    monkeypatch.chdir(students.parent)
    (students.parent / "twice.csv").write_text("name\nada\nADA\n")
    (students.parent / "seeds.csv").write_text("name,Seed\nada,1\n")
    (students.parent / "graded.csv").write_text("name,Graded as\nada,ada01\n")
    assert main(["variants", *words]) == 2
    told = capsys.readouterr()
    assert said in told.err and told.err.startswith("labkit variants: ") and told.out == ""


def test_a_student_is_graded_by_the_table_of_the_course(table, tmp_path):
    place = table.parent
    own = {row["Name"]: int(row["seed"]) for row in rows(table.read_text(encoding="utf-8"), ";")}
    assert {name: seed_of(place, name) for name in own} == own
    assert seed_of(place, "bob") == own["Bob"]
    assert seed_of(tmp_path, "bob") == 0, "a course without a table has the lessons' own"
    with pytest.raises(SeedError, match=r"dan is not in .*variants\.csv.* add them at the end .* grade then"):
        seed_of(place, "dan")


@pytest.mark.parametrize(
    ("columns", "chosen"), [("name,login", "login"), ("name,login", "LOGIN"), ("Group,username", "username")]
)
def test_the_column_that_was_chosen_is_known_to_all_who_read_the_table(tmp_path, columns, chosen):
    """By their logins, two of one name are two."""
    (tmp_path / "students.csv").write_text(f"{columns}\nAda,ada01\nAda,ada02\nBen,ben01\n")
    words = ["variants", "--seeds", str(tmp_path / "students.csv"), "--column", chosen]
    assert main([*words, "--out", str(tmp_path / FILE)]) == 0
    own = {row[chosen.lower()]: int(row["seed"]) for row in rows((tmp_path / FILE).read_text())}
    assert list(own) == ["ada01", "ada02", "ben01"] and len(set(own.values())) == 3
    assert course.main([str(tmp_path / "course"), "framing", "--variants", str(tmp_path / FILE)]) == 0
    assert {name: seed_of(tmp_path / "course", name) for name in own} == own
    handed_out = handed.read(tmp_path / "course" / "source" / "framing")
    assert handed_out == {handed.known_as(name): seed for name, seed in own.items()}


def test_two_of_one_name_are_told_by_the_first_command(tmp_path, capsys):
    (tmp_path / "students.csv").write_text("name,login\nAda,ada01\nAda,ada02\n")
    assert main(["variants", "--seeds", str(tmp_path / "students.csv"), "--out", str(tmp_path / FILE)]) == 2
    assert "line 3: Ada is there already, in line 2" in capsys.readouterr().err
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name\nada\n", "no column is called seed"),
        (
            "username,seed\nada,1\n",
            "--column 'username'; lay the course out with what `labkit variants` writes then",
        ),
        ("name,seed\nada,x\n", "line 2: the seed is a number (got 'x')"),
        ("name,seed\nada,1\nAda,2\n", "line 3: Ada is there already"),
    ],
)
def test_a_table_that_cannot_be_used_is_told_before_anything_is_graded(tmp_path, text, said):
    (tmp_path / FILE).write_text(text)
    with pytest.raises(SheetError) as told:
        seed_of(tmp_path, "ada")
    assert said in str(told.value)
    with pytest.raises(SheetError):
        hand_out(tmp_path / FILE)


def test_a_course_hands_out_what_the_table_comes_to_and_keeps_the_table(table, tmp_path, capsys):
    folder = tmp_path / "course"
    for words in (["--variants", str(table)], []):  # laid out again, it has its table
        assert course.main([str(folder), "framing", "handshake", *words]) == 0
        assert (folder / FILE).read_bytes() == table.read_bytes()
        text = (folder / "source" / "framing" / handed.FILE).read_text(encoding="utf-8")
        assert text == hand_out(table) and "Bob" not in text and "José" not in text
        assert not (folder / "source" / "handshake" / handed.FILE).exists(), "nothing there varies"
    notebook = nbformat.read(next((folder / "source" / "framing").glob("*.ipynb")), as_version=4)
    (cell,) = [cell for cell in notebook.cells if cell.source.startswith('variant("typed-decoder")')]
    assert not cell.metadata.nbgrader.locked, "who has no hub writes a number into it"


def test_a_course_is_not_laid_out_with_a_table_that_cannot_be_used(students, tmp_path, capsys):
    assert course.main([str(tmp_path / "course"), "framing", "--variants", str(students)]) == 2
    assert "no column is called seed" in capsys.readouterr().err
    assert not (tmp_path / "course").exists()
