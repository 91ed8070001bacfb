"""No line of an answer stands in what students get: the hand-out's cells, their outputs, and labkit's own files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from labkit.course.copies import fresh
from labkit.course.editions import editions
from tools import texts

SHORTEST = 12  # characters; what is shorter (`return None`) tells nothing, nor do lines that any program has
_ANYBODYS = re.compile(
    r"(except|finally|try|from|import|def|async def|class|return|else|with|raise) ?[\w. ()]*:?$"
)
_SOLVED = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)


def lines_of(text: str) -> set[str]:
    """The lines that could tell something, without what stands around them."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return {
        line for line in lines if len(line) >= SHORTEST and re.search("[A-Za-z]{2}", line) and line[0] != "#"
    }


@cache
def given() -> frozenset[str]:
    """The lines of all lessons' texts, without their solutions: what learners are to read."""
    return frozenset(
        line
        for source in texts.sources()
        for line in lines_of(_SOLVED.sub("", source.read_text(encoding="utf-8")))
    )


@cache
def answers() -> frozenset[str]:
    """The lines of all answers, and of the solutions in the texts, that no text gives away."""
    found: set[str] = set()
    for source in texts.sources():
        found |= lines_of("".join(_SOLVED.findall(source.read_text(encoding="utf-8"))))
        for path in (source.parent / "answers").glob("*.py"):
            solution = path.read_text(encoding="utf-8").partition("\nWRONG")[0]
            found |= lines_of(solution)
    return frozenset(line for line in found - given() if not _ANYBODYS.match(line))


def in_notebook(notebook: dict) -> Iterator[str]:
    """All text of a notebook: sources and outputs, of every kind."""
    for cell in notebook["cells"]:
        yield _text(cell["source"])
        for output in cell.get("outputs", ()):
            yield _text(output.get("text", ""))
            for content in output.get("data", {}).values():
                yield (
                    content
                    if isinstance(content, str)
                    else _text(content)
                    if isinstance(content, list)
                    else ""
                )


def _text(source: str | list) -> str:
    return source if isinstance(source, str) else "".join(map(str, source))


def told(text: str) -> set[str]:
    return answers() & lines_of(text)


@pytest.mark.parametrize("edition", editions(), ids=lambda edition: edition.name)
def test_no_answer_stands_in_the_hand_out(edition):
    kept = {line for text in in_notebook(edition.notebook) for line in told(text)}
    laid = {line for text in in_notebook(fresh(edition.notebook)) for line in told(text)}
    assert kept == set() and laid == set()
    assert told(json.dumps(edition.notebook["metadata"])) == set()


def test_an_answer_that_stands_there_is_found():
    line = sorted(answers(), key=len)[-1]
    notebook = {
        "cells": [
            {
                "source": ["x = 1\n", f"    {line}\n"],
                "outputs": [{"text": [line]}, {"data": {"a": line}, "text": ""}],
            }
        ]
    }
    assert [told(text) for text in in_notebook(notebook)] == [{line}, {line}, set(), {line}]
    assert len(answers()) > 500


def test_the_hand_out_holds_no_path_to_the_answers():
    names = re.compile(r"\blessons[./]\w+[./]answers\b|\bnotebooks/solutions\b|\bWRONG\b|BEGIN SOLUTION")
    for edition in editions():
        assert not names.search("\n".join(in_notebook(edition.notebook))), edition.name


def test_solved_cells_have_outputs_that_give_nothing_away():
    """A check that is green prints steps, which the learner's edition must not have."""
    for edition in editions():
        for cell in edition.notebook["cells"]:
            if cell.get("metadata", {}).get("nbgrader", {}).get("grade"):
                assert not any("✓" in text for text in in_notebook({"cells": [{**cell, "source": ""}]})), (
                    edition.name
                )


def test_there_is_one_place_for_answers():
    """A package of labkit's own holds none: nothing named so, and nothing that imports them."""
    package = Path(texts.ROOT) / "labkit"
    assert [
        path for path in package.rglob("*") if path.name in ("answers", "solutions") and path.is_dir()
    ] == []
