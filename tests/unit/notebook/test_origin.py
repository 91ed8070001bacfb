"""Which notebook and cell, or which program, the running code is in."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from labkit.notebook import origin as module
from labkit.notebook.origin import origin


def shell(**more):
    history = SimpleNamespace(input_hist_parsed=["", "import labkit", "Network()"])
    return SimpleNamespace(history_manager=history, execution_count=3, user_ns={}, **more)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (None, (None, None)),
        (shell(), (None, 2)),
        (shell(kernel=object()), ("chat.ipynb", 2)),
    ],
)
def test_of_a_notebook(monkeypatch, found, told):
    monkeypatch.setattr(module, "ipython", lambda: found)
    monkeypatch.setenv("JPY_SESSION_NAME", "/home/x/my-lessons/chat.ipynb")
    assert (origin()["notebook"], origin()["cell"]) == told


def test_of_a_notebook_that_no_front_end_names(monkeypatch):
    monkeypatch.setattr(module, "ipython", lambda: shell(kernel=object()))
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    assert origin()["notebook"] == ""


@pytest.mark.parametrize(
    ("argv", "program"),
    [
        (["/home/x/demo.py", "1"], "demo.py"),
        (["/usr/lib/pytest/__main__.py"], "pytest"),
        (["-c"], "python"),
        ([""], "python"),
        ([], "python"),
    ],
)
def test_of_a_program(monkeypatch, argv, program):
    monkeypatch.setattr(sys, "argv", argv)
    assert origin()["program"] == program
