"""Docstrings as Sphinx reads them: ours are plain text, with examples indented and arguments in columns."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from typing import Any

# What reStructuredText would take for markup of its own.
_MARKUP = re.compile(r"([*_|\\])")
_CODE = re.compile(r"`+([^`\n]+)`+")
_COLUMNS = re.compile(r"\S {2,}\S")
_ENDS = re.compile(r"[.!?:]$")


def processed(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Sphinx asks for each docstring: write it anew, in place."""
    lines[:] = list(restructured("\n".join(lines)))


def skipped(app: Any, what: str, name: str, obj: Any, skip: bool, options: Any) -> bool | None:
    """Sphinx asks for each member: leave out what nobody of ours has written."""
    said = inspect.getdoc(obj) or ""
    return True if said.startswith("Alias for field number") else None


def restructured(text: str) -> Iterator[str]:
    """The lines of a docstring as reStructuredText: paragraphs, and what is indented or in columns as it stands."""
    for block in re.split(r"\n\s*\n", inspect.cleandoc(text)):
        lines = block.split("\n")
        while lines and not _stands(lines):  # a sentence, and right below it what is indented
            head = next(n for n in range(len(lines) + 1) if n == len(lines) or _stands(lines[n:]))
            yield from (*_prose(lines[:head]), "")
            lines = lines[head:]
        if lines:
            yield from ("::", "", *(f"    {line}" for line in lines), "")


def _stands(lines: Iterable[str]) -> bool:
    """Whether a block keeps its lines: it begins indented, or its first line is in columns."""
    first = next(iter(lines), "")
    return first.startswith(" ") or bool(_COLUMNS.search(_ENDS.sub("", first).replace(".  ", ". ")))


def _prose(lines: list[str]) -> Iterator[str]:
    for line in lines:
        parts = _CODE.split(line)
        yield "".join(f"``{part}``" if place % 2 else _MARKUP.sub(r"\\\1", part) for place, part in enumerate(parts))
