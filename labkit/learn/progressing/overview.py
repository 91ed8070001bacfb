"""Show what is done, lesson by lesson."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from labkit.learn.exercises import lessons
from labkit.learn.progressing.journal import JournalError, journal
from labkit.learn.showing import show


class Row(NamedTuple):
    """One line of the overview; `done` is None where nothing is to be done."""

    lesson: str
    kind: str
    title: str
    state: str
    done: bool | None


def progress(*, reset: bool = False, export: str | None = None) -> None:
    """Show which exercises, orders and quizzes are solved, and how many predictions were right.

    `reset=True` forgets everything first; *export* copies it to that file.
    """
    book = journal()
    try:
        if reset:
            book.reset()
        content = book.read()
        if export is not None:
            Path(export).write_text(json.dumps(content, indent=1, sort_keys=True), encoding="utf-8")
    except (JournalError, OSError) as error:
        print(f"Your progress cannot be shown: {error}.")
        return

    rows = [row for lesson in lessons() for row in _rows(lesson, content)]
    tasks = [row.done for row in rows if row.done is not None]
    head = f"Solved: {sum(tasks)} of {len(tasks)}"
    widths = [max([len(row[column]) for row in rows], default=0) for column in range(3)]
    lines = [head]
    for row in rows:
        cells = (text.ljust(width) for text, width in zip(row[:3], widths, strict=True))
        lines.append(f"  {'  '.join(cells)}  {row.state}")
    tail = []
    if "recovered" in content:
        tail = [
            f"Your progress file was damaged; it is kept as {content['recovered']}, and a new one begins."
        ]
    columns = ("Lesson", "Kind", "Title", "State")
    left = 'style="text-align:left"'  # JupyterLab would put words to the right, as if they were numbers
    header = "".join(f'<th scope="col" {left}>{column}</th>' for column in columns)
    body = "".join(
        "<tr>" + "".join(f"<td {left}>{_cell(text)}</td>" for text in row[: len(columns)]) + "</tr>"
        for row in rows
    )
    show(
        "\n".join([*lines, *tail]),
        f"<table><caption {left}>{head}</caption><thead><tr>{header}</tr></thead><tbody>{body}</tbody></table>"
        + "".join(f"<p>{html.escape(line)}</p>" for line in tail),
    )


def _rows(lesson: ModuleType, content: dict[str, Any]) -> Iterator[Row]:
    for part, kind in (("exercises", "exercise"), ("orders", "in order"), ("quizzes", "quiz")):
        for task in getattr(lesson, part.upper(), ()):
            entry = content[part].get(task.id, {})
            done = bool(entry.get("solved"))
            yield Row(lesson.LESSON, kind, task.title, _state(entry, getattr(task, "questions", ())), done)
    asked = getattr(lesson, "BECAUSE", {})
    made = [entry for name, entry in content["predictions"].items() if name in asked]
    if made:
        right = sum(bool(entry.get("right")) for entry in made)
        yield Row(lesson.LESSON, "predictions", "", f"{right} of {len(made)} right", None)


def _state(entry: dict[str, Any], questions: tuple[Any, ...]) -> str:
    if entry.get("solved"):
        return "✓ solved"
    if not entry.get("tries"):
        return "○ open"
    return f"✗ {entry.get('right', 0)} of {len(questions)} right" if questions else "✗ begun"


def _cell(text: str) -> str:
    """Escaped; a mark stays beside the first word that it belongs to."""
    return html.escape(text).replace(" ", "\u00a0", 1) if text[:1] in ("✓", "○", "✗") else html.escape(text)
