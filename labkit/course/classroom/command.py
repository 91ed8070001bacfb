"""`labkit class FOLDER`: the overview of a class, on the terminal, as CSV, as JSON and as a picture."""

from __future__ import annotations

from pathlib import Path

from labkit.course.classroom.reading import ClassError, collect
from labkit.course.classroom.tally import overview
from labkit.course.classroom.telling import as_csv, as_json, table
from labkit.learn.finding import because, every, orders, quizzes
from labkit.learn.showing import told
from labkit.words import say


def command(
    folder: str, csv: str | None = None, json: bool = False, picture: str | None = None, width: int = 100
) -> tuple[int, str, str]:
    """Look at a folder; returns the exit status, what to print, and what to say of what went wrong.

    0: all was read; 1: not all; 2: nothing could be said, or a file not be written.
    """
    try:
        collected = collect(Path(folder))
    except ClassError as error:
        return 2, "", f"labkit class: {error}"
    except OSError as error:
        return 2, "", say("labkit class: {folder} cannot be read: {why}", folder=folder, why=error.strerror)
    seen = overview(collected.people, because=_because, task=_titles())
    try:
        if file := csv:
            Path(csv).write_text(as_csv(collected), encoding="utf-8")
        if file := picture:
            from labkit.course.classroom.picture import save

            save(seen, Path(picture))
    except (OSError, ValueError) as error:
        return 2, "", say("labkit class: {file} cannot be written: {why}", file=file, why=error)
    said = as_json(seen, collected) if json else table(seen, collected, width)
    return (1 if collected.problems else 0), said, ""


def _because(id: str, choice: str) -> str:
    return told(next((reason for label, reason in because(id).items() if str(label) == choice), ""))


def _titles():
    known = {
        **{id: (say("exercise"), told(each.title)) for id, each in every().items()},
        **{id: (say("in order"), told(each.title)) for id, each in orders().items()},
        **{id: (say("quiz"), told(each.title)) for id, each in quizzes().items()},
    }
    return lambda id: known.get(id, (say("task"), ""))
