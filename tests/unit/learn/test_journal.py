"""The progress file: where it is, that damage and strangers do not hurt, that nothing is half written."""

from __future__ import annotations

import json
import multiprocessing
import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from exercises import answers, put

from labkit.learn import check, order, predict, progress, quiz, reveal
from labkit.learn.kit.exercise import Case, table
from labkit.learn.kit.parsons import Parsons
from labkit.learn.kit.quiz import Ask, Quiz
from labkit.learn.predicting import predict as predictions
from labkit.learn.progressing.journal import VERSION, Journal, JournalError, place

DAY = date(2026, 3, 1)
ASKED = {"question": "How many?", "choices": ["1", "2"], "found": "2"}
HOME = Path("/home/ada")

LISTEN = Parsons(
    "listen",
    "Listen",
    ("def port():", "    number = 80", "    number += 8000", "    return number"),
    "port",
    table((Case((), "port()", 8080),)),
    ("a", "b", "c"),
)
QUIZ = Quiz(
    "exit",
    "Check yourself",
    (
        Ask("Sure?", "yes", {"yes": "Indeed.", "no": "Why not?"}),
        Ask("And now?", "no", {"yes": "Ah.", "no": "Oh."}),
    ),
)


@pytest.fixture(autouse=True)
def nothing_asked(monkeypatch):
    monkeypatch.setattr(predictions, "_asked", {})


@pytest.mark.parametrize(
    ("environ", "platform", "path"),
    [
        ({}, "linux", "/home/ada/.local/share/labkit/progress.json"),
        ({"XDG_DATA_HOME": "/data"}, "linux", "/data/labkit/progress.json"),
        ({}, "darwin", "/home/ada/Library/Application Support/labkit/progress.json"),
        ({"LOCALAPPDATA": "/c/Local"}, "win32", "/c/Local/labkit/progress.json"),
        ({"LABKIT_PROGRESS": "/x/mine.json"}, "linux", "/x/mine.json"),
        ({"LABKIT_PROGRESS": "/x/mine.json", "CI": "true"}, "linux", "/x/mine.json"),
        ({"LABKIT_PROGRESS": "off"}, "linux", None),
        ({"CI": "true"}, "linux", None),
        ({"PYTEST_VERSION": "9"}, "linux", None),
        ({"PYTEST_CURRENT_TEST": "x"}, "linux", None),
        ({"NBGRADER_EXECUTION": "autograde"}, "linux", None),
    ],
)
def test_where_progress_is_kept(environ, platform, path):
    found = place(environ, platform, HOME)
    assert (None if found is None else found.as_posix()) == path


def test_solved_stays_solved(tmp_path):
    book = Journal(tmp_path / "deep" / "progress.json")
    book.note_exercise("kind", solved=False, hints=2)
    book.note_exercise("kind", solved=True, hints=0)
    when = book.read()["exercises"]["kind"]["solved"]
    book.note_exercise("kind", solved=False, hints=0)
    assert book.read()["exercises"] == {"kind": {"tries": 3, "hints": 2, "solved": when}}


def test_only_the_first_prediction_counts(tmp_path):
    book = Journal(tmp_path / "progress.json")
    book.note_prediction("which", False, ASKED, DAY)
    book.note_prediction("which", True, ASKED, DAY)
    entry = book.read()["predictions"]["which"]
    assert entry == {"right": False, "box": 0, "due": "2026-03-02", "asked": ASKED}


def test_a_prediction_of_an_older_labkit_stays_as_it_was_and_can_be_asked_from_now_on(tmp_path):
    path = tmp_path / "progress.json"
    path.write_text(json.dumps({"version": 1, "predictions": {"which": {"right": True}}}))
    Journal(path).note_prediction("which", False, ASKED, DAY)
    entry = Journal(path).read()["predictions"]["which"]
    assert entry == {"right": True, "box": 1, "due": "2026-03-04", "asked": ASKED}


def test_only_the_first_answer_of_a_day_counts(tmp_path):
    book = Journal(tmp_path / "progress.json")
    book.note_prediction("which", False, ASKED, DAY)
    later = DAY + timedelta(days=1)
    book.note_recalled("which", True, later)
    before = book.read()
    book.note_recalled("which", False, later)
    assert book.read() == before
    entry = before["predictions"]["which"]
    assert (entry["right"], entry["again"], entry["box"], entry["due"]) == (False, True, 1, "2026-03-05")


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"version": "x"}',
        b'{"version": 1, "exercises": []}',
        b'{"version": 1, "exercises": {"kind": 3}}',
    ],
)
def test_a_damaged_file_is_set_aside_and_work_goes_on(tmp_path, damage):
    path = tmp_path / "progress.json"
    path.write_bytes(damage)
    book = Journal(path)
    book.note_exercise("kind", solved=True, hints=0)
    assert book.read()["exercises"]["kind"]["solved"]
    assert (tmp_path / "progress.json.damaged").read_bytes() == damage


def test_a_newer_file_is_left_alone(tmp_path):
    path = tmp_path / "progress.json"
    text = json.dumps({"version": VERSION + 1, "other": "things"})
    path.write_text(text)
    with pytest.raises(JournalError, match="newer labkit"):
        Journal(path).note_exercise("kind", solved=True, hints=0)
    assert path.read_text() == text


def test_a_file_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match="LABKIT_PROGRESS"):
        Journal(tmp_path / "file" / "progress.json").note_prediction("which", True, ASKED, DAY)


def test_nothing_but_the_file_and_its_lock_is_left(tmp_path):
    Journal(tmp_path / "progress.json").note_prediction("which", True, ASKED, DAY)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["progress.json", "progress.json.lock"]


def _note_many(path: Path, first: int) -> None:
    book = Journal(path)
    for number in range(first, first + 20):
        book.note_prediction(str(number), True, ASKED, DAY)


def test_two_notebooks_at_once_lose_nothing(tmp_path):
    path = tmp_path / "progress.json"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_note_many, args=(path, start)) for start in (0, 20)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert len(Journal(path).read()["predictions"]) == 40


def test_progress_shows_what_is_solved_and_forgets_on_request(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LABKIT_PROGRESS", str(tmp_path / "progress.json"))
    put(monkeypatch, "handshake", "listen", EXERCISE=LISTEN)
    put(monkeypatch, "handshake", "quiz", QUIZZES=(QUIZ,))
    check("kind", answers("handshake", "kind").SOLUTION)
    order("listen", LISTEN.lines)
    quiz("exit", ["yes", ""])
    quiz("exit", ["", ""])
    predict("first-segment", "Which?", ["bind()", "listen()", "connect()", "accept()"], answer="c")
    reveal("first-segment", "connect()")
    capsys.readouterr()
    progress(export=str(tmp_path / "mine.json"))
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.split("\n")]
    assert lines[0].startswith("Solved: 2 of ")
    assert "02 exercise Name a segment by its flags ✓ solved" in lines
    assert "03 exercise Give up on a server that does not answer ○ open" in lines
    assert "02 in order Listen ✓ solved" in lines
    assert "02 quiz Check yourself ✗ 1 of 2 right" in lines
    assert "02 predictions 1 of 1 right" in lines
    assert json.loads((tmp_path / "mine.json").read_text())["exercises"]["kind"]["tries"] == 1
    progress(reset=True)
    assert capsys.readouterr().out.startswith("Solved: 0 of ")


def test_progress_tells_of_damage(tmp_path, monkeypatch, capsys):
    path = tmp_path / "progress.json"
    path.write_text("{")
    monkeypatch.setenv("LABKIT_PROGRESS", str(path))
    progress()
    assert f"kept as {path}.damaged" in capsys.readouterr().out


def test_a_check_whose_result_cannot_be_noted_still_tells_it(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LABKIT_PROGRESS", str(tmp_path / "file" / "progress.json"))
    check("kind", answers("handshake", "kind").SOLUTION)
    text = capsys.readouterr().out
    assert text.startswith("✓ kind") and "(Not noted: cannot keep your progress" in text


def test_the_environment_of_this_run_keeps_nothing():
    assert place(os.environ, "linux", HOME) is None
