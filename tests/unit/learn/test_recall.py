"""Predictions asked again: which are due on a day, what is asked, and what comes of the answer."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from labkit.learn import predict, progress, recall, reveal
from labkit.learn.predicting import predict as predicting
from labkit.learn.progressing.due import WAITS, answered, begin, due
from labkit.learn.progressing.journal import journal

DAY = date(2026, 3, 1)
NEXT = DAY + timedelta(days=1)
ASKED = {"question": "How many?", "choices": ["1", "2"], "found": "2"}
QUIET = "No old question today. What you predict in a lesson is asked here again, some days later.\n"


def entry(right: bool, day: date = DAY) -> dict:
    return {"right": right, **begin(right, day), "asked": ASKED}


# ---- Which are due ----


def test_a_wrong_guess_comes_back_the_next_day_and_a_right_one_later():
    made = {"wrong": entry(False), "right": entry(True)}
    assert due(made, DAY) == []
    assert due(made, NEXT) == ["wrong"]
    assert due(made, DAY + timedelta(days=3)) == ["wrong", "right"]


def test_three_a_day_those_first_that_have_waited_longest():
    made = {f"q{number}": entry(False, DAY + timedelta(days=number)) for number in range(5)}
    day = DAY + timedelta(days=10)
    assert due(made, day) == ["q0", "q1", "q2"]
    made["q0"].update(answered(made["q0"], True, day))
    assert due(made, day) == ["q1", "q2"], "one of the three is done"
    for name in ("q1", "q2"):
        made[name].update(answered(made[name], False, day))
    assert due(made, day) == []
    assert due(made, day + timedelta(days=1)) == ["q3", "q4", "q1"]


def test_each_right_answer_makes_the_wait_longer_and_a_wrong_one_begins_anew():
    kept, day, waits = entry(False), DAY, []
    for _ in range(6):
        day = date.fromisoformat(kept["due"])
        kept.update(answered(kept, True, day))
        waits.append((date.fromisoformat(kept["due"]) - day).days)
    assert waits == [*WAITS[1:], WAITS[-1], WAITS[-1]]
    kept.update(answered(kept, False, day))
    assert kept["due"] == (day + timedelta(days=WAITS[0])).isoformat()
    assert kept["again"], "that it was right once is not forgotten"


@pytest.mark.parametrize("odd", [{"right": True}, {"right": True, "due": 3}, {**entry(False), "asked": {}}])
def test_what_cannot_be_asked_is_never_due(odd):
    assert due({"odd": odd}, NEXT) == []


# ---- What is asked ----


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A progress file; one prediction of the start page in it, made wrong by the lesson's own cells."""
    monkeypatch.setenv("LABKIT_PROGRESS", str(tmp_path / "progress.json"))
    monkeypatch.setattr(predicting, "_asked", {})

    class Day(date):
        @classmethod
        def today(cls):
            return DAY

    monkeypatch.setattr(predicting, "date", Day)
    predict("segments-to-connect", "How many segments?", [1, 2, 3, 4], answer="b")
    reveal("segments-to-connect", 3)
    return journal()


def test_nothing_is_asked_on_the_same_day(kept, capsys):
    capsys.readouterr()
    recall(today=DAY)
    assert capsys.readouterr().out == QUIET


def test_nothing_is_asked_where_no_progress_is_kept(monkeypatch, capsys):
    monkeypatch.setenv("LABKIT_PROGRESS", "off")
    recall()
    recall("a b c")
    assert capsys.readouterr().out == QUIET * 2


def test_the_next_day_it_is_asked_and_the_answer_explained(kept, capsys):
    capsys.readouterr()
    recall(today=NEXT)
    text = capsys.readouterr().out
    assert text.startswith("Do you still know?\n1. How many segments?\n") and '(in code: recall("a"))' in text
    letter = next(line.strip()[0] for line in text.splitlines() if line.endswith(") 3"))
    recall(letter, today=NEXT)
    told = capsys.readouterr().out
    assert "Do you still know?: 1 of 1 right" in told and f"✓ {letter}) 3: A call" in told
    assert "The client is sure after two." in told, "and each wrong choice"
    recall(today=NEXT)
    assert capsys.readouterr().out == QUIET


def test_progress_shows_the_second_chance(kept, capsys):
    recall(["3"], today=NEXT)
    capsys.readouterr()
    progress()
    assert "0 of 1 right, 1 more at a second chance" in capsys.readouterr().out


def test_a_second_wrong_answer_comes_back_the_day_after(kept, capsys):
    recall(["2"], today=NEXT)
    assert "✗" in capsys.readouterr().out
    assert kept.read()["predictions"]["segments-to-connect"]["due"] == "2026-03-03"
    progress()
    assert "second chance" not in capsys.readouterr().out


def test_an_answer_that_cannot_be_taken_changes_nothing(kept, capsys):
    before = kept.read()
    recall("a b c", today=NEXT)
    recall("-", today=NEXT)
    assert "Not taken: there are 1 questions" in capsys.readouterr().out
    assert kept.read() == before


def test_the_days_answers_do_not_depend_on_the_run(kept, capsys):
    capsys.readouterr()
    recall(today=NEXT)
    first = capsys.readouterr().out
    recall(today=NEXT)
    assert capsys.readouterr().out == first
