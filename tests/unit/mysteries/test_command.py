"""`labkit mystery`, as a teacher types it."""

from __future__ import annotations

import pytest

from labkit.__main__ import main
from labkit.mysteries.drawing import draw


@pytest.fixture
def students(tmp_path):
    path = tmp_path / "students.csv"
    path.write_bytes("\ufeffName,Group\r\nJosé,1\r\nBob,2\r\n".encode())
    return path


def test_seeds_are_handed_out_and_verdicts_graded(students, tmp_path, capsys):
    seeds = tmp_path / "seeds.csv"
    assert (
        main(["mystery", "--seeds", str(students), "--level", "2", "--course", "w", "--out", str(seeds)]) == 0
    )
    assert capsys.readouterr().out == f"2 students, a seed each: {seeds}\n"
    head, *rows = seeds.read_text(encoding="utf-8").splitlines()
    assert head == "Name,Group,level,seed" and rows[0].startswith("José,1,2,")
    verdicts = tmp_path / "verdicts.csv"
    cases = [draw(int(row.split(",")[-1]), 2) for row in rows]
    lines = [f"{row},{case.kind},{case.where}" for row, case in zip(rows, cases, strict=True)]
    verdicts.write_text("\n".join([f"{head},kind,where", *lines]), encoding="utf-8")
    assert main(["mystery", "--grade", str(verdicts), "--handed", str(seeds)]) == 0
    told = capsys.readouterr()
    assert told.out.splitlines()[1].endswith(f",{cases[0].kind},{cases[0].where},2")
    assert told.err == "2 of 2 solved; 4 of 4 points\n"


def test_without_a_file_the_table_is_printed_and_level_one_is_meant(students, capsys):
    assert main(["mystery", "--seeds", str(students)]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("José,1,1,")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--seeds", "no.csv"], "no.csv cannot be read: No such file"),
        (["--seeds", "latin.csv"], "latin.csv is not in UTF-8"),
        (["--seeds", "students.csv", "--out", "students.csv"], "is what was read; write to another file"),
        (["--seeds", "students.csv", "--out", "no/such/folder.csv"], "cannot be written"),
        (["--seeds", "students.csv", "--handed", "students.csv"], "--handed is for --grade"),
        (["--grade", "students.csv", "--level", "1"], "--level and --course are for --seeds"),
        (["--grade", "students.csv"], "no column is called seed (there are: Name, Group)"),
    ],
)
def test_what_cannot_be_done_is_said_and_ends_with_status_2(words, said, students, monkeypatch, capsys):
    monkeypatch.chdir(students.parent)
    (students.parent / "latin.csv").write_bytes("name\nJosé\n".encode("latin-1"))
    before = students.read_bytes()
    assert main(["mystery", *words]) == 2
    told = capsys.readouterr()
    assert said in told.err and told.err.startswith("labkit mystery: ") and told.out == ""
    assert students.read_bytes() == before


@pytest.mark.parametrize("words", [[], ["--seeds", "a", "--grade", "b"], ["--seeds", "a", "--level", "4"]])
def test_what_is_not_asked_properly_ends_with_status_2(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["mystery", *words])
    assert ended.value.code == 2 and "usage: labkit mystery" in capsys.readouterr().err
