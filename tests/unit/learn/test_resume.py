"""A lesson that is taken up again says how to go on; nothing else does."""

from __future__ import annotations

from datetime import date

import pytest

from labkit.learn.finding import lessons
from labkit.learn.progressing.journal import Journal, empty
from labkit.learn.progressing.resume import SESSION, done_in, lesson_of, welcome


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("my-lessons/05_framing.ipynb", "framing"),
        ("/home/who/05_framing.new.ipynb", "framing"),
        ("05_framing.new-2.ipynb", "framing"),
        ("01_framing.ipynb", "framing"),
        ("05_mine.ipynb", ""),
        ("05_framing.py", ""),
        ("23_detective.ipynb", "detective"),
        ("25_later.ipynb", ""),
        ("Untitled.ipynb", ""),
        ("", ""),
    ],
)
def test_a_lesson_is_known_by_its_file(path, name):
    assert lesson_of(path) == name


@pytest.fixture
def book(tmp_path, monkeypatch):
    path = tmp_path / "progress.json"
    monkeypatch.setenv("LABKIT_PROGRESS", str(path))
    monkeypatch.setenv(SESSION, "my-lessons/05_framing.ipynb")
    return Journal(path)


def test_who_comes_back_is_told_how_to_go_on(book, capsys):
    book.note_exercise("recv-exactly", solved=False, hints=0)
    welcome()
    assert "Run > Run All Above Selected Cell" in capsys.readouterr().out


@pytest.mark.parametrize("other", [None, "kind"], ids=["nothing yet", "of another lesson"])
def test_who_begins_is_told_nothing(book, capsys, other):
    if other:
        book.note_exercise(other, solved=True, hints=0)
    welcome()
    assert capsys.readouterr().out == ""


def test_the_start_page_is_no_lesson_to_go_on_with(book, capsys, monkeypatch):
    monkeypatch.setenv(SESSION, "my-lessons/00_start.ipynb")
    book.note_prediction("segments-to-connect", True, {}, date(2026, 3, 1))
    welcome()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", [SESSION, "LABKIT_PROGRESS"])
def test_where_notebooks_are_run_as_tests_nothing_is_told(book, capsys, monkeypatch, name):
    book.note_exercise("recv-exactly", solved=False, hints=0)
    monkeypatch.delenv(name)
    welcome()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("part", ["exercises", "orders", "quizzes", "because"])
def test_all_that_can_be_done_in_a_lesson_counts(part):
    for lesson in lessons():
        for each in getattr(lesson, part):
            name = getattr(each, "id", each)
            content = {**empty(), "predictions": {name: {"right": True}}}
            assert done_in(lesson.name, content), name
            assert not done_in(next(n for n in ("start", "ipc") if n != lesson.name), content), name
