"""How an error is told within a sentence; and none of labkit's own says its number twice."""

from __future__ import annotations

import ast
import errno
import os
from pathlib import Path

import pytest

import labkit
from labkit.background.failures import Failure, show
from labkit.running.tracebacks import named


class Mute(Exception):
    def __str__(self):
        raise RuntimeError("no words")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("no"), "ValueError: no"),
        (EOFError(), "EOFError"),
        (TimeoutError(""), "TimeoutError"),
        (ValueError(" \n"), "ValueError"),
        (Mute(), "Mute"),
        (KeyError("a"), "KeyError: 'a'"),
        (
            OSError(errno.ENOBUFS, os.strerror(errno.ENOBUFS)),
            "OSError: [Errno 105] No buffer space available",
        ),
    ],
)
def test_an_error_in_a_sentence(error, told):
    assert named(error) == told


def test_failures_without_words_are_shown(capsys):
    show([Failure("one", "", Mute()), Failure("two", "", EOFError()), Failure("three", "", EOFError())])
    told = capsys.readouterr().err
    assert "Mute: <exception str() failed>" in told and "and 1 more like it" in told
    assert "two failed: EOFError\n" in told  # no line of anybody's code to show: one line


def twice_told(source: str) -> list[int]:
    """The lines that make an OSError with a number out of an error's whole text, which has the number already."""
    found = []
    for handler in ast.walk(ast.parse(source)):
        if not isinstance(handler, ast.ExceptHandler) or handler.name is None:
            continue
        for call in ast.walk(handler):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and len(call.args) > 1):
                continue
            if not call.func.id.endswith("Error"):
                continue
            text = call.args[1]
            whole = isinstance(text, ast.Call) and isinstance(text.func, ast.Name) and text.func.id == "str"
            parts = text.values if isinstance(text, ast.JoinedStr) else []
            whole |= any(
                isinstance(part, ast.FormattedValue)
                and isinstance(part.value, ast.Name)
                and part.value.id == handler.name
                for part in parts
            )
            if whole:
                found.append(call.lineno)
    return found


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ("OSError(error.errno, str(error))", [4]),
        ("OSError(5, f'build: {error}')", [4]),
        ("PermissionError(1, error.strerror or str(error))", []),
        ("OSError(str(error))", []),
        ("OSError(error.errno, f'build: {error.strerror}')", []),
    ],
)
def test_a_number_that_is_told_twice_is_found(said, lines):
    assert twice_told(f"try:\n    pass\nexcept OSError as error:\n    raise {said}") == lines


def test_no_error_tells_its_number_twice():
    files = Path(labkit.__file__).parent.rglob("*.py")
    found = {str(path): lines for path in files if (lines := twice_told(path.read_text(encoding="utf-8")))}
    assert found == {}
