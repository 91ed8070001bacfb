"""The sabotages fit the code and the lessons as they are: each text to be broken stands there, once."""

from __future__ import annotations

import shutil

import pytest
from scripts import tokens

from sabotage import __main__ as command
from sabotage.catalogue import SABOTAGES, of_lessons, of_rooms
from sabotage.runner import (
    ROOT,
    Outcome,
    Sabotage,
    SabotageError,
    apply,
    in_browser,
    is_lesson,
    lend_environment,
    lesson_file,
)


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


def test_each_has_suspects_and_they_exist():
    assert [sabotage.name for sabotage in SABOTAGES if not sabotage.suspects] == []
    gone = [
        (sabotage.name, suspect)
        for sabotage in SABOTAGES
        for suspect in sabotage.suspects
        if not (ROOT / lesson_file(suspect, ROOT)).exists()
    ]
    assert gone == []


def test_a_lessons_break_that_lesson():
    elsewhere = [
        (lesson, sabotage.name)
        for lesson, ours in of_lessons().items()
        for sabotage in ours
        if not (sabotage.path == lesson or sabotage.path.startswith(f"labkit/lessons/{lesson}/"))
        or not {lesson, f"solutions/{lesson}"} & set(sabotage.suspects)
    ]
    assert elsewhere == []


def test_a_rooms_break_no_lesson():
    of_lesson = [
        (room, sabotage.name)
        for room, ours in of_rooms().items()
        for sabotage in ours
        if is_lesson(sabotage.path) or sabotage.path.startswith("labkit/lessons/")
    ]
    assert of_lesson == []


def test_names_are_used_once():
    assert len({sabotage.name for sabotage in SABOTAGES}) == len(SABOTAGES) >= 25


SCRIPTS = [sabotage for sabotage in SABOTAGES if sabotage.path.endswith(".js")]
CLOSING = {")": "(", "]": "[", "}": "{"}


@pytest.mark.parametrize("sabotage", SCRIPTS, ids=lambda sabotage: sabotage.name)
def test_a_script_that_is_broken_can_still_be_read_and_only_browsers_are_suspected(sabotage):
    """The page would refuse a script that is none, and every test that opens it would fail: that proves nothing."""
    broken = (ROOT / sabotage.path).read_text(encoding="utf-8").replace(sabotage.old, sabotage.new)
    open_ = []
    for token in tokens(broken):
        if token.kind == "sign" and token.text in CLOSING.values():
            open_.append(token.text)
        elif token.kind == "sign" and token.text in CLOSING:
            assert open_.pop() == CLOSING[token.text]
    assert not open_
    assert all(map(in_browser, sabotage.suspects))


def told_by(monkeypatch, capsys, *suspects, why):
    """What the command says when nothing that it breaks is noticed, and how it ends."""
    monkeypatch.setattr(
        command, "SABOTAGES", [Sabotage(each, each, "x", "a", "b", (each,)) for each in suspects]
    )
    monkeypatch.setattr(command, "run", lambda sabotage, suspects: [Outcome(*suspects, "passed", "")])
    monkeypatch.setattr(command, "no_browser", lambda: why)
    monkeypatch.setattr("sys.argv", ["sabotage"])
    return command.main(), capsys.readouterr().out


def test_without_a_browser_what_needs_one_is_left_out_and_named(monkeypatch, capsys):
    monkeypatch.delenv("CI", raising=False)
    suspects = ("tests/browser/test_lab.py", "nagle")
    code, said = told_by(monkeypatch, capsys, *suspects, why="no Chromium: get one")
    assert said.startswith(
        "Left out, no Chromium: get one: tests/browser/test_lab.py\n\n1 lessons and tests pass"
    )
    assert code == 1 and said.endswith("Not caught, or not carried out: nagle\n")
    _, said = told_by(monkeypatch, capsys, *suspects, why="")
    assert "Left out" not in said and said.endswith("carried out: tests/browser/test_lab.py, nagle\n")


def test_where_ci_runs_nothing_is_left_out(monkeypatch, capsys):
    monkeypatch.setenv("CI", "true")
    _, said = told_by(monkeypatch, capsys, "tests/browser/test_lab.py", why="no Chromium: get one")
    assert said.endswith("carried out: tests/browser/test_lab.py\n")


def test_a_copy_is_lent_the_environment_as_if_it_were_its_own(tmp_path, monkeypatch):
    environment, copy = tmp_path / "environment", tmp_path / "copy"
    for folder in (environment / "bin", copy):
        folder.mkdir(parents=True)
    (environment / "bin" / "python").write_text("the interpreter")
    (environment / ".labkit").write_text(f"12345 67 {ROOT}\n3.11 /usr ok\n")
    monkeypatch.setattr("sys.prefix", str(environment))
    lend_environment(copy)
    assert (copy / ".venv/bin/python").read_text() == "the interpreter"
    assert (copy / ".venv/.labkit").read_text() == f"12345 67 {copy}\n3.11 /usr ok\n"
    assert (environment / ".labkit").read_text() == f"12345 67 {ROOT}\n3.11 /usr ok\n"


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
