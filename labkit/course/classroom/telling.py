"""The overview as a table on the terminal, and as CSV and JSON for other programs."""

from __future__ import annotations

import csv
import io
import json
import textwrap
from collections.abc import Iterator
from typing import Any

from labkit.course.classroom.reading import Collected
from labkit.course.classroom.tally import Belief, Overview, Task, Trouble
from labkit.words import say

MOST = 10  # lines of each table on the terminal; the rest is in CSV and JSON
COLUMNS = ("person", "kind", "id", "state", "tries", "hints", "right", "of", "chosen")


def table(overview: Overview, collected: Collected, width: int = 100) -> str:
    """What a teacher reads on the terminal."""
    head = say("{people} people, {files} files read", people=overview.people, files=collected.files)
    parts = [[head]]
    wrong = [each for each in overview.beliefs if each.wrong]
    parts.append(
        _part(say("Predictions that most got wrong"), [list(_belief(each, width)) for each in wrong])
    )
    stuck = [each for each in overview.tasks if each.solved < each.tried or each.most > 1 or each.hints]
    parts.append(_part(say("Where they were stuck"), [_task(each, width) for each in stuck]))
    parts.append(_part(say("Cells that failed"), [_trouble(each, width) for each in overview.troubles]))
    parts.append(_part(say("Not read"), [[f"  {line}"] for line in collected.problems], most=100))
    return "\n\n".join("\n".join(part) for part in parts if part)


def _part(head: str, entries: list[list[str]], most: int = MOST) -> list[str]:
    if not entries:
        return []
    rest = len(entries) - most
    more = [say("  and {rest} more (--csv and --json have all)", rest=rest)] if rest > 0 else []
    return [head, *(line for entry in entries[:most] for line in entry), *more]


def _belief(belief: Belief, width: int) -> Iterator[str]:
    yield from _row(f"{belief.wrong}/{belief.made}", f"{belief.id}  {belief.question}".rstrip(), width)
    if belief.chosen:
        chosen = say("{by} chose “{chosen}”", by=belief.by, chosen=belief.chosen)
        yield from _row("", f"{chosen}: {belief.because}" if belief.because else chosen, width)


def _task(task: Task, width: int) -> list[str]:
    said = say("{kind} {id}  {title}: {solved} of {tried} solved it", **_of(task))
    if task.most:
        said += say("; {tries:g} tries in the middle, {most} at most", tries=task.tries, most=task.most)
    if task.hints:
        said += say("; {hints} took a hint", hints=task.hints)
    return _row(f"{task.tried - task.solved}/{task.tried}", said, width)


def _of(task: Task) -> dict[str, Any]:
    return {key: value for key, value in task._asdict().items() if key not in ("tries", "most", "hints")}


def _trouble(trouble: Trouble, width: int) -> list[str]:
    where = f"{trouble.lesson}  " if trouble.lesson else ""
    return _row(str(trouble.people), f"{where}{trouble.cell}: {trouble.error}", width)


def _row(count: str, text: str, width: int) -> list[str]:
    """A count, and beside it a text that is wrapped."""
    lines = textwrap.wrap(text, max(40, width) - 9) or [""]
    return [f"  {count if not number else '':>5}  {line}" for number, line in enumerate(lines)]


def as_csv(collected: Collected) -> str:
    """Who did what: a line for each person and prediction, exercise, quiz or cell that failed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for person in collected.people:
        for id, guess in person.guesses.items():
            state = {True: "right", False: "wrong", None: "made"}[guess.right]
            writer.writerow(_safe(person.name, "prediction", id, state, "", "", "", "", guess.chosen))
        for kind, tries in (("exercise", person.tries), ("quiz", person.quizzes)):
            for id, each in tries.items():
                state = "solved" if each.solved else "tried"
                writer.writerow(
                    _safe(person.name, kind, id, state, each.tries or "", each.hints, each.right, each.of, "")
                )
        for lesson, cell, error in person.failures:
            writer.writerow(_safe(person.name, "failed cell", lesson, error, "", "", "", "", cell))
    return text.getvalue()


def _safe(*values: object) -> list[object]:
    """What a spreadsheet must not take for a formula begins with a quotation mark; learners write names and answers."""
    return [
        f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value
        for value in values
    ]


def as_json(overview: Overview, collected: Collected) -> str:
    """All of it: the overview, each person, and what could not be read."""
    told = {
        "people": overview.people,
        "predictions": [each._asdict() for each in overview.beliefs],
        "tasks": [each._asdict() for each in overview.tasks],
        "failed_cells": [each._asdict() for each in overview.troubles],
        "each": {
            person.name: {
                "predictions": {id: guess._asdict() for id, guess in person.guesses.items()},
                "exercises": {id: each._asdict() for id, each in person.tries.items()},
                "quizzes": {id: each._asdict() for id, each in person.quizzes.items()},
                "failed_cells": [each._asdict() for each in person.failures],
            }
            for person in collected.people
        },
        "not_read": list(collected.problems),
    }
    return json.dumps(told, indent=1, ensure_ascii=False)
