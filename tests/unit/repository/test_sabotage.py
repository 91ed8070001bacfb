"""The sabotages fit the code and the lessons as they are: each text to be broken stands there, once."""

from __future__ import annotations

import shutil

import pytest

from sabotage import __main__ as command
from sabotage.catalogue import SABOTAGES, of_lessons, of_rooms
from sabotage.runner import ROOT, Outcome, Sabotage, SabotageError, apply, is_lesson, lesson_file


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=lambda sabotage: sabotage.name)
def test_it_can_be_carried_out(sabotage, tmp_path):
    lesson = is_lesson(sabotage.path)
    files = [sabotage.path, f"solutions/{sabotage.path}"] if lesson else [sabotage.path]
    for name in (lesson_file(file, ROOT) for file in files):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    apply(sabotage, tmp_path)
    for name in (lesson_file(file, ROOT) for file in files):
        assert (tmp_path / name).read_bytes() != (ROOT / name).read_bytes()


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=lambda sabotage: sabotage.name)
def test_its_suspects_exist(sabotage):
    assert sabotage.suspects
    assert all((ROOT / lesson_file(suspect, ROOT)).exists() for suspect in sabotage.suspects)


@pytest.mark.parametrize("lesson", of_lessons())
def test_a_lessons_break_that_lesson(lesson):
    for sabotage in of_lessons()[lesson]:
        assert sabotage.path == lesson or sabotage.path.startswith(f"labkit/lessons/{lesson}/")
        assert {lesson, f"solutions/{lesson}"} & set(sabotage.suspects)


@pytest.mark.parametrize("room", of_rooms())
def test_a_rooms_break_no_lesson(room):
    paths = [sabotage.path for sabotage in of_rooms()[room]]
    assert [path for path in paths if is_lesson(path) or path.startswith("labkit/lessons/")] == []


def test_names_are_used_once():
    assert len({sabotage.name for sabotage in SABOTAGES}) == len(SABOTAGES) >= 25


@pytest.mark.parametrize("suspect", ["nagle", "solutions/nagle", "tests/unit/wire/test_cable.py"])
def test_who_fails_with_nothing_broken_is_named_with_the_command_that_tells_why(suspect, monkeypatch, capsys):
    monkeypatch.setattr(command, "SABOTAGES", (Sabotage("one", "a thing", "nagle", "a", "b", (suspect,)),))
    monkeypatch.setattr(
        command, "run", lambda sabotage, suspects: [Outcome(*suspects, "caught", "Cell 3: x")]
    )
    monkeypatch.setattr("sys.argv", ["sabotage"])
    assert command.main() == 1
    tells = f"make test TESTS={lesson_file(suspect, ROOT)} tells all"
    assert capsys.readouterr().err == f"{suspect} fails although nothing is broken: Cell 3: x ({tells})\n"


def test_a_text_that_is_gone_is_told(tmp_path):
    (tmp_path / "module.py").write_text("a = 1\n")
    gone = Sabotage("gone", "nothing", "module.py", "b = 2", "b = 3", ("handshake",))
    with pytest.raises(SabotageError, match="holds 0 times"):
        apply(gone, tmp_path)
