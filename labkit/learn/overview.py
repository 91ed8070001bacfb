"""Show what is done, lesson by lesson."""

from __future__ import annotations

import html
import json
from pathlib import Path

from .exercises import lessons
from .journal import JournalError, journal
from .showing import show


def progress(*, reset: bool = False, export: str | None = None) -> None:
    """Show which exercises are solved.  `reset=True` forgets everything first; *export* copies it to that
    file."""
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

    rows: list[tuple[str, str, str]] = []
    for lesson in lessons():
        for exercise in lesson.EXERCISES:
            rows.append((lesson.LESSON, exercise.title, _state(content["exercises"].get(exercise.id, {}))))
    done = sum(state.startswith("✓") for *_, state in rows)
    head = f"Exercises solved: {done} of {len(rows)}"
    width = max([len(title) for _, title, _ in rows], default=0)
    lines = [head, *(f"  {lesson}  {title:<{width}}  {state}" for lesson, title, state in rows)]
    right = sum(bool(entry.get("right")) for entry in content["predictions"].values())
    if content["predictions"]:
        lines.append(f"Predictions right: {right} of {len(content['predictions'])}")
    if "recovered" in content:
        lines.append(
            f"Your progress file was damaged; it is kept as {content['recovered']}, and a new one begins."
        )
    body = "".join(
        f"<tr><td>{html.escape(lesson)}</td><td>{html.escape(title)}</td><td>{html.escape(state)}</td></tr>"
        for lesson, title, state in rows
    )
    tail = "".join(f"<p>{html.escape(line)}</p>" for line in lines[1 + len(rows) :])
    show(
        "\n".join(lines),
        f"<table><caption>{head}</caption><thead><tr><th scope='col'>Lesson</th><th scope='col'>Exercise</th>"
        f"<th scope='col'>State</th></tr></thead><tbody>{body}</tbody></table>{tail}",
    )


def _state(entry: dict[str, object]) -> str:
    if entry.get("solved"):
        return "✓ solved"
    return "✗ begun" if entry.get("tries") else "○ open"
