"""Lessons of others, by the entry-point group: found behind ours, and what is wrong with them told, not thrown."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap

import added_lessons
import pytest

from labkit.course.copies import lay
from labkit.course.editions import editions
from labkit.learn import added, catalogue, progress
from labkit.learn.added import GROUP, BrokenLessons
from labkit.learn.finding import because, find, find_quiz, right_answer
from labkit.learn.troubles import troubles


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """installed(files, points): packages that lie in a folder of sys.path, with what they say of themselves there."""
    known = set(sys.modules)

    def install(files=added_lessons.FILES, points='"Week three" = week_three'):
        folder = added_lessons.write(tmp_path / "site", files)
        said = {"METADATA": "Name: week-three\nVersion: 1\n", "entry_points.txt": f"[{GROUP}]\n{points}\n"}
        added_lessons.write(folder / "week_three-1.dist-info", said)
        monkeypatch.syspath_prepend(str(folder))
        added.shelves.cache_clear()
        return folder

    yield install
    added.shelves.cache_clear()
    for name in set(sys.modules) - known:
        if name.startswith(("week_", "labkit.lessons.")):
            del sys.modules[name]


def test_nothing_is_added_where_nobody_did():
    assert added.shelves() == ((), ())
    assert troubles() == []


def test_a_lesson_comes_behind_ours_with_all_that_is_in_it(installed):
    before = catalogue.names()
    installed()
    assert catalogue.names() == (*before, "dns")
    assert catalogue.stem("dns") == f"{len(before)}_dns"
    assert catalogue.title("dns") == "Names"
    assert catalogue.titled("see lesson:dns") == "see “Names”"
    assert find("w3-double").title == "Double it"
    assert find_quiz("w3-exit").title == "Check yourself"
    assert because("w3-asks")["the server"] == "It only answers."
    assert right_answer("w3-asks") == "the client"
    assert troubles() == []


def test_what_the_repository_writes_of_its_lessons_knows_nothing_of_it(installed):
    """README's table and the start page are ours: a package that a developer has installed does not change them."""
    installed()
    assert "dns" not in {name for part in catalogue.parts() for name in part.lessons}


def test_its_notebook_is_laid_like_ours_and_never_over_work(installed, tmp_path):
    folder = installed()
    lay(editions(), tmp_path / "mine")
    laid = tmp_path / "mine" / f"{catalogue.stem('dns')}.ipynb"
    assert json.loads(laid.read_text())["cells"][0]["source"] == "# Names"
    laid.write_text(laid.read_text().replace("2 * number", "number + number"))
    source = folder / "week_three/dns/dns.ipynb"
    source.write_text(source.read_text().replace("# Names", "# Names and numbers"))
    assert "holds your work" in lay(editions(), tmp_path / "mine")[0]
    assert "number + number" in laid.read_text()
    assert "# Names and numbers" in laid.with_suffix(".new.ipynb").read_text()


def test_exercises_need_no_notebook(installed):
    files = {name: text for name, text in added_lessons.FILES.items() if not name.endswith(".ipynb")}
    installed(files)
    assert "dns" not in {edition.name for edition in editions()}
    assert find("w3-double").title == "Double it"
    from labkit.course.command import listing

    assert f"{len(catalogue.ours())}  dns        Names (no notebook)" in listing().splitlines()


@pytest.mark.parametrize(
    ("changed", "points", "said"),
    [
        (
            {},
            "a = week_four",
            "The lessons of 'a' (week_four) cannot be found: there is no module 'week_four'",
        ),
        (
            {"week_three/__init__.py": "import nothing_of_that_name"},
            "a = week_three.lessons",
            "The lessons of 'a' (week_three.lessons) cannot be found: No module named 'nothing_of_that_name'",
        ),
        (
            {"week_five.py": ""},
            "a = week_five",
            "week_five is a module, and no folder with a folder for each",
        ),
        ({"week_three/loss/__init__.py": ""}, "a = week_three", "'loss' of week_three is not taken"),
        (
            {"week_three/dns/__init__.py": added_lessons.CARD.replace('"dns"', '"names"')},
            "a = week_three",
            "names 'names'; write the folder's name: Card('dns', …)",
        ),
        (
            {"week_three/dns/__init__.py": "1 / 0"},
            "a = week_three",
            "week_three.dns has no card: division by zero",
        ),
        (
            {"week_three/dns/quiz.py": added_lessons.QUIZ.replace("w3-exit", "loss-exit")},
            "a = week_three",
            "'loss-exit' of the lesson dns is taken: lesson loss has that id",
        ),
        (
            {"week_three/dns/other.py": "nonsense"},
            "a = week_three",
            "other of the lesson dns cannot be read: name 'nonsense'",
        ),
    ],
)
def test_what_is_wrong_is_told_and_ours_are_there_all_the_same(installed, changed, points, said):
    installed({**added_lessons.FILES, **changed}, points)
    (line, *more) = [line for line in troubles() if said in line]
    assert not more, line
    assert find("recv-exactly").id == "recv-exactly"
    assert because("gap-ack")
    from labkit.course.command import listing

    assert said in listing()


def test_who_looks_for_what_a_broken_package_may_have_is_told(installed, capsys):
    installed({}, "gone = week_four")
    for look in (find, find_quiz, because):
        with pytest.raises(BrokenLessons, match="'gone'"):
            look("w3-double")
    progress()
    assert "The lessons of 'gone' (week_four) cannot be found" in capsys.readouterr().out


def test_no_metadata_is_read_before_a_lesson_is_asked_for():
    code = """
    import sys, labkit, labkit.learn
    from labkit import check, ladder
    print("importlib.metadata" in sys.modules)
    """
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "False\n"
