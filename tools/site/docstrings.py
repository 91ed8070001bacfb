"""Docstrings as Sphinx reads them: ours are plain text, with examples indented and arguments in columns."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

# What reStructuredText would take for markup of its own.
_MARKUP = re.compile(r"([*_|\\])")
_CODE = re.compile(r"`+([^`\n]+)`+")
# One row of what is told in columns, `delay_ms   one-way delay`, or by name, `seed: for the random splits`.
_COLUMNS = re.compile(r"(\S(?:.*?[^\s.?!:;])?) {2,}(\S.*)")
_NAMED = re.compile(r"([a-z]\w*(?:, [a-z]\w*)*): (\S.*)")


def processed(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Sphinx asks for each docstring: write it anew, in place."""
    lines[:] = list(restructured("\n".join(lines)))


def skipped(app: Any, what: str, name: str, obj: Any, skip: bool, options: Any) -> bool | None:
    """Sphinx asks for each member: leave out what nobody of ours has written."""
    said = inspect.getdoc(obj) or ""
    return True if said.startswith("Alias for field number") else None


def restructured(text: str) -> Iterator[str]:
    """The lines of a docstring as reStructuredText: paragraphs, lists of names, and examples as they stand."""
    for block in re.split(r"\n\s*\n", inspect.cleandoc(text)):
        lines = block.split("\n")
        for row in (_COLUMNS, _NAMED):
            if row.fullmatch(lines[0]) and (
                row is _COLUMNS or sum(bool(row.fullmatch(line)) for line in lines) > 1
            ):
                yield from _rows(lines, row)
                break
        else:
            end = next((n for n, line in enumerate(lines) if line.startswith(" ")), len(lines))
            if end:
                yield from (*map(_prose, lines[:end]), "")
            if lines[end:]:
                yield from ("::", "", *(f"    {line}" for line in lines[end:]), "")


def _rows(lines: list[str], row: re.Pattern[str]) -> Iterator[str]:
    """A list of names, each with what is said of it; a line that is no row goes on with the one before."""
    for line in lines:
        found = row.fullmatch(line)
        if found:
            yield f"``{found[1].strip('`')}``"
            yield f"    {_prose(found[2])}"
        else:
            yield f"    {_prose(line.strip())}"
    yield ""


def _prose(line: str) -> str:
    parts = _CODE.split(line)
    return "".join(
        f"``{part}``" if place % 2 else _MARKUP.sub(r"\\\1", part) for place, part in enumerate(parts)
    )
