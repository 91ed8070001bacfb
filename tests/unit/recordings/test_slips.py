"""Cells that the player cannot look through: the learner sees the error, and the next cells are shown all the same."""

from __future__ import annotations

import pytest
from recorded_samples import LESSON, ON, OPEN


@pytest.mark.parametrize(
    ("slip", "told"),
    [
        ("def handle(reader):\n    data = await reader.read(100)", "'await' outside async function"),
        ("class A:\n    return 1", "'return' outside function"),
        ("def f():\n    break", "'break' outside loop"),
        ("def f():\n    nonlocal trace", "no binding for nonlocal 'trace' found"),
        ("def f():\n    print(trace)\n    global trace", "name 'trace' is used prior to global declaration"),
    ],
)
def test_a_slip_that_only_the_compiler_finds_is_the_learners_and_ends_no_recordings(book, slip, told, capsys):
    notebook = book(*LESSON)
    with pytest.raises(SyntaxError, match=told):
        notebook.run(slip)
    assert notebook.player in notebook.shell.ast_transformers
    assert len(notebook.run(OPEN.source)) == 2
    assert "labkit could not see" not in capsys.readouterr().err


def test_what_runs_before_such_a_slip_is_marked(book):
    notebook = book(*LESSON)
    notebook.run(OPEN.source)
    notebook.shell.run_cell("got = trace[0]\ndef f():\n    break")
    assert notebook["got"] == 4
    assert notebook.texts() == [f"Runs here, with recorded values: `trace` ({ON})."]
    assert notebook.run("got") == [f"Runs here, with recorded values: `got` ({ON})."]


def test_a_default_that_awaits_is_no_slip(book):
    notebook = book(*LESSON)
    notebook.run("async def one():\n    return 1\n\ndef f(n=await one()):\n    return n\n\ngot = f()")
    assert notebook["got"] == 1 and notebook.player in notebook.shell.ast_transformers


def test_a_stub_in_a_class_is_not_asked(book):
    notebook = book(*LESSON)
    notebook.run(OPEN.source)
    notebook.run("class Server:\n    listener = sock")
    assert notebook.run("Server()") == []
    assert notebook.player in notebook.shell.ast_transformers


def test_a_fault_of_the_players_own_is_told_and_ends_no_recordings(book, capsys, monkeypatch):
    notebook = book(*LESSON)
    with monkeypatch.context() as patch:
        patch.setattr("labkit.recordings.names.uses", lambda *_: 1 / 0)
        notebook.run("x = 5")
    assert notebook["x"] == 5
    assert "could not see whether this cell needs a recording (ZeroDivisionError" in capsys.readouterr().err
    assert len(notebook.run(OPEN.source)) == 2


def test_a_player_that_the_shell_lost_can_be_ended(book):
    notebook = book(*LESSON)
    notebook.shell.ast_transformers.clear()
    notebook.player.end()
    notebook.player.begin()  # the fixture ends it


def test_a_reference_whose_object_is_gone_stops_no_marks(book, capsys):
    notebook = book(*LESSON)
    notebook.run(OPEN.source)
    notebook.run("import weakref\ngone = weakref.proxy(set())")
    with pytest.raises(ReferenceError):
        notebook.run("first = trace[0]\ngone.add(first)")
    assert "Error in callback" not in capsys.readouterr().out
    assert notebook.run("first") == [f"Runs here, with recorded values: `first` ({ON})."]
