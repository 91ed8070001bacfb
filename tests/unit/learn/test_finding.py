"""Exercises, quizzes and explanations are found by looking; what is broken in one lesson spoils no other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import labkit.lessons
from labkit.learn import catalogue, finding, progress
from labkit.learn.finding import UnknownExercise, find, find_hinted, find_order, find_quiz

EXERCISE = """
from labkit.learn.kit.exercise import Case, Exercise, table

EXERCISE = Exercise({id!r}, {title!r}, table((Case((2,), "double(2)", 4),)), ("a", "b", "c"), place={place})
"""
ORDER = """
from labkit.learn.kit.exercise import Case, table
from labkit.learn.kit.parsons import Parsons

EXERCISE = Parsons("in-order", "Order", ("def f():", "    return 1"), "f", table((Case((), "f()", 1),)), ("a",) * 3)
"""
QUIZ = """
from labkit.learn.kit.quiz import Ask, Quiz

QUIZZES = (Quiz("trial-exit", "Check yourself", (Ask("Sure?", "yes", {"yes": "Indeed.", "no": "Why not?"}),)),)
"""


@pytest.fixture
def trial(tmp_path, monkeypatch):
    """Two lessons only: one of all kinds, in which something is broken, and one that is sound."""
    files = {
        "trial/__init__.py": "",
        "trial/zebra.py": EXERCISE.format(id="zebra", title="First", place=1),
        "trial/double_it.py": EXERCISE.format(id="double-it", title="Second", place=2),
        "trial/in_order.py": ORDER,
        "trial/quiz.py": "raise OSError('half a file')",
        "trial/predictions.py": "BECAUSE = {'who-begins': {'a': 'It calls.'}}",
        "trial/broken.py": "1 / 0",
        "trial/helping.py": "def help(): pass",
        "trial/figures.py": "raise RuntimeError('only what draws a figure loads this')",
        "whole/__init__.py": "",
        "whole/quiz.py": QUIZ,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(catalogue, "LESSONS", tmp_path)
    monkeypatch.setattr(catalogue, "names", lambda: ("trial", "whole"))
    monkeypatch.setattr(labkit.lessons, "__path__", [str(tmp_path)])
    for name in [name for name in sys.modules if name.startswith("labkit.lessons.")]:
        monkeypatch.delitem(sys.modules, name)
    yield tmp_path
    for name in [
        name for name in sys.modules if name.startswith(("labkit.lessons.trial", "labkit.lessons.whole"))
    ]:
        del sys.modules[name]


def test_each_is_found_by_its_id(trial):
    assert find("double-it").title == "Second"
    assert find_order("in-order").title == find_hinted("in-order").title == "Order"
    assert find_quiz("trial-exit").title == "Check yourself"
    assert finding.because("who-begins") == {"a": "It calls."}
    assert finding.because("nothing-asked") == {}


def test_a_lesson_lists_what_it_has_in_its_order(trial):
    lesson, whole = finding.lessons()
    assert [exercise.id for exercise in lesson.exercises] == ["zebra", "double-it"]
    assert [problem.id for problem in lesson.orders] == ["in-order"]
    assert lesson.quizzes == () and [quiz.id for quiz in whole.quizzes] == ["trial-exit"]
    assert {name: type(error) for name, error in lesson.broken.items()} == {
        "broken": ZeroDivisionError,
        "quiz": OSError,
    }
    assert whole.broken == {}


def test_what_is_asked_for_and_broken_says_so(trial):
    with pytest.raises(ZeroDivisionError):
        find("broken")
    with pytest.raises(OSError, match="half a file"):
        find_quiz("it may stand in the broken one")


def test_all_there_is_is_not_told_when_a_part_is_broken(trial):
    for all_ in (finding.every, finding.orders, finding.quizzes):
        with pytest.raises(ZeroDivisionError):
            all_()


def test_progress_tells_of_what_is_broken_and_of_all_else(trial, capsys):
    progress()
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == "Solved: 0 of 4"
    assert "00 exercise First ○ open" in lines and "01 quiz Check yourself ○ open" in lines
    assert "broken of the lesson trial cannot be read: division by zero" in lines


@pytest.mark.parametrize(
    ("looked_for", "by", "said"),
    [
        ("doubleit", find, "There is no exercise 'doubleit'; did you mean 'double-it'?"),
        ("xyz", find, "There is no exercise 'xyz'; there are: zebra, double-it"),
        ("in-order", find, "There is no exercise 'in-order'; there are: zebra, double-it"),
        ("zebra", find_order, "There is no problem to put in order 'zebra'; there are: in-order"),
        ("in-ordre", find_hinted, "There is no exercise 'in-ordre'; did you mean 'in-order'?"),
        ("helping", find, "There is no exercise 'helping'; there are: zebra, double-it"),
        ("figures", find, "There is no exercise 'figures'; there are: zebra, double-it"),
        ("trial-exitt", find_quiz, "There is no quiz 'trial-exitt'; did you mean 'trial-exit'?"),
        (3, find, "There is no exercise 3; there are: zebra, double-it"),
    ],
)
def test_an_unknown_name_is_told_what_there_is(trial, looked_for, by, said):
    (trial / "trial" / "broken.py").unlink()
    (trial / "trial" / "quiz.py").unlink()
    with pytest.raises(UnknownExercise) as raised:
        by(looked_for)
    assert str(raised.value) == said


def test_where_there_is_none_it_says_so(trial):
    for path in trial.glob("*/[!_]*.py"):
        path.unlink()
    with pytest.raises(UnknownExercise, match="There is no quiz 'exit'; there are: none"):
        find_quiz("exit")


def test_looking_loads_no_plots():
    program = (
        "import sys; from labkit.learn import finding; finding.every(), finding.quizzes();"
        "print(*{'matplotlib', 'numpy', 'scapy', 'IPython', 'ipywidgets'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []


def test_no_answer_lies_where_a_learner_can_import_it():
    """What `pip install` hands out is the package alone."""
    package = Path(labkit.__file__).parent
    for path in package.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "SOLUTION = " not in text and "WRONG = " not in text, path
