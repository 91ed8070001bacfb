"""Show what is done, lesson by lesson."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from labkit.learn import added, catalogue
from labkit.learn.finding import Lesson, lessons
from labkit.learn.progressing.journal import JournalError, journal
from labkit.learn.showing import show, told
from labkit.words import say


class Row(NamedTuple):
    """One line of the overview; `done` is None where nothing is to be done."""

    lesson: str
    kind: str
    title: str
    state: str
    done: bool | None

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """What stands in its columns."""
        return self.lesson, self.kind, self.title, self.state


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
        print(say("Your progress cannot be shown: {error}.", error=error))
        return

    found = lessons()
    rows = [row for lesson in found for row in _rows(lesson, content)]
    tasks = [row.done for row in rows if row.done is not None]
    head = say("Solved: {done} of {all}", done=sum(tasks), all=len(tasks))
    widths = [max([len(row.cells[column]) for row in rows], default=0) for column in range(3)]
    lines = [head]
    for row in rows:
        cells = (text.ljust(width) for text, width in zip(row.cells[:3], widths, strict=True))
        lines.append(f"  {'  '.join(cells)}  {row.state}")
    tail = [
        say(
            "{module} of the lesson {lesson} cannot be read: {error}",
            module=module,
            lesson=lesson.name,
            error=error,
        )
        for lesson in found
        for module, error in lesson.broken.items()
    ]
    tail += map(str, added.shelves()[1])
    if "recovered" in content:
        template = "Your progress file was damaged; it is kept as {path}, and a new one begins."
        tail.append(say(template, path=content["recovered"]))
    columns = (say("Lesson"), say("Kind"), say("Title"), say("State"))
    left = 'style="text-align:left"'  # JupyterLab would put words to the right, as if they were numbers
    header = "".join(f'<th scope="col" {left}>{column}</th>' for column in columns)
    body = "".join(
        "<tr>"
        + "".join(f"<td {left}>{cell}</td>" for cell in (*map(html.escape, row.cells[:3]), _marked(row)))
        + "</tr>"
        for row in rows
    )
    show(
        "\n".join([*lines, *tail]),
        f"<table><caption {left}>{head}</caption><thead><tr>{header}</tr></thead><tbody>{body}</tbody></table>"
        + "".join(f"<p>{html.escape(line)}</p>" for line in tail),
    )


def _rows(lesson: Lesson, content: dict[str, Any]) -> Iterator[Row]:
    number = f"{catalogue.number(lesson.name):02}"
    for part, kind, tasks in (
        ("exercises", say("exercise"), lesson.exercises),
        ("orders", say("in order"), lesson.orders),
        ("quizzes", say("quiz"), lesson.quizzes),
    ):
        for task in tasks:
            entry = content[part].get(task.id, {})
            done = bool(entry.get("solved"))
            state = _state(entry, len(getattr(task, "questions", ())))
            yield Row(number, kind, told(task.title), state, done)
    made = [entry for name, entry in content["predictions"].items() if name in lesson.because]
    if made:
        right = sum(bool(entry.get("right")) for entry in made)
        state = say("{right} of {all} right", right=right, all=len(made))
        again = sum(bool(entry.get("again")) and not entry.get("right") for entry in made)
        if again:
            state = say("{state}, {again} more at a second chance", state=state, again=again)
        yield Row(number, say("predictions"), "", state, None)


def _state(entry: dict[str, Any], questions: int) -> str:
    if entry.get("solved"):
        return say("✓ solved")
    if not entry.get("tries"):
        return say("○ open")
    if not questions:
        return say("✗ begun")
    return say("✗ {right} of {all} right", right=entry.get("right", 0), all=questions)


def _marked(row: Row) -> str:
    """The state as HTML; the mark that a task's begins with stays beside the first word, which it belongs to."""
    state = html.escape(row.state)
    return state if row.done is None else state.replace(" ", "\u00a0", 1)
