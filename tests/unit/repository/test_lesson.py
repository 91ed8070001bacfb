"""make lesson: two folders with an example of each part, or a refusal that says why."""

from __future__ import annotations

import importlib.util
import re

import pytest

from labkit.learn import catalogue
from labkit.learn.checking.check import examine
from tools import lesson, texts
from tools.lesson import CannotLayOut, lay_out

PLANNED, TITLE = "later", "Later"


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A tree with a catalogue, in which two lessons are planned, and no lessons."""
    (tmp_path / "labkit" / "learn").mkdir(parents=True)
    text = (texts.ROOT / lesson.CATALOGUE).read_text(encoding="utf-8")
    plan = f'PLANNED: dict[str, str] = {{\n    "{PLANNED}": "{TITLE}",\n    "other": "Another",\n}}\n'
    text, times = re.subn(r"^PLANNED.*= \{[^}]*\}\n", plan, text, flags=re.MULTILINE)
    assert times == 1
    (tmp_path / lesson.CATALOGUE).write_text(text, encoding="utf-8")
    monkeypatch.setitem(catalogue.PLANNED, PLANNED, TITLE)
    return tmp_path


def loaded(path):
    """The module in a file."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_lesson_has_its_parts_and_no_gap_is_left(root):
    written = lay_out("my_try", "Try it", root)
    assert sorted(str(path.relative_to(root)) for path in written) == [
        "labkit/lessons/my_try/__init__.py",
        "labkit/lessons/my_try/my_try_greet.py",
        "labkit/lessons/my_try/predictions.py",
        "labkit/lessons/my_try/quiz.py",
        "lessons/my_try/answers/my_try_greet.py",
        "lessons/my_try/sabotage.py",
        "lessons/my_try/text.md",
    ]
    for path in written:
        text = path.read_text()
        assert "$" not in text and "NAME" not in text
        if path.suffix == ".py":
            loaded(path)


def test_its_card_and_its_text_have_the_title_whatever_stands_in_it(root):
    title = 'Say "no": the \\ and the rest'
    lay_out("trial", title, root)
    assert loaded(root / "labkit/lessons/trial/__init__.py").CARD[:2] == ("trial", title)
    assert f"\n# {title}\n" in texts.source_of("trial", root).read_text()


def test_its_exercise_takes_the_solution_and_refuses_the_wrong_answers(root):
    lay_out("my_try", root=root)
    exercise = loaded(root / "labkit/lessons/my_try/my_try_greet.py").EXERCISE
    answers = loaded(root / "lessons/my_try/answers/my_try_greet.py")
    assert exercise.id == "my-try-greet"
    assert examine(exercise, answers.SOLUTION).status == "solved"
    assert len(answers.WRONG) >= 3
    for answer, words in answers.WRONG.values():
        verdict = examine(exercise, answer)
        assert verdict.status == "not yet" and words in str(verdict)


def test_its_sabotage_breaks_what_stands_once_in_its_text(root):
    lay_out("trial", root=root)
    for sabotage in loaded(root / "lessons/trial/sabotage.py").SABOTAGES:
        assert sabotage.path == "trial"
        assert texts.source_of("trial", root).read_text().count(sabotage.old) == 1


def test_a_planned_lesson_takes_its_title_out_of_the_plan(root):
    lay_out(PLANNED, root=root)
    assert loaded(root / f"labkit/lessons/{PLANNED}/__init__.py").CARD.title == TITLE
    left = loaded(root / lesson.CATALOGUE)
    assert left.PLANNED == {"other": "Another"}
    assert [list(part) for part in left.PARTS] == [list(part) for part in catalogue.PARTS]


def test_a_lesson_that_is_not_planned_leaves_the_catalogue_as_it_is(root):
    before = (root / lesson.CATALOGUE).read_bytes()
    lay_out("trial", root=root)
    assert (root / lesson.CATALOGUE).read_bytes() == before


@pytest.mark.parametrize("name", ["", "two words", "Trial", "1st", "trial-two", "class", "../trial", "_x"])
def test_what_is_no_name_is_refused(root, name):
    with pytest.raises(CannotLayOut, match="a lesson's name is a Python name in small letters"):
        lay_out(name, root=root)
    assert not (root / "lessons").exists()


@pytest.mark.parametrize("folder", ["lessons/trial", "labkit/lessons/trial"])
def test_a_lesson_that_is_there_is_refused_and_not_touched(root, folder):
    (root / folder).mkdir(parents=True)
    with pytest.raises(CannotLayOut, match=f"there is a lesson 'trial' already, in {folder}"):
        lay_out("trial", root=root)
    assert [path for path in (root / folder).parent.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(("name", "changes"), [(PLANNED, [lesson.CATALOGUE]), ("trial", [])])
def test_what_takes_a_lesson_back_names_all_that_it_changed(root, name, changes):
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    lay_out(name, root=root)
    told = lesson.taking_back(name)
    assert [str(path.relative_to(root)) for path in before if path.read_bytes() != before[path]] == changes
    assert all(f"git restore {path}" in told for path in changes) and told.count("git restore") == len(
        changes
    )
    assert all(f"{folder}/{name}" in told for folder in lesson.FOLDERS.values())


def test_the_command_says_what_it_refuses(capsys):
    assert lesson.main(["nagle"]) == 2
    assert "there is a lesson 'nagle' already" in capsys.readouterr().err
