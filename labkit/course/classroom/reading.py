"""Read what was collected: notebooks, and progress that was exported, whosever they are and whatever lies beside them.

`FOLDER/ada/05_framing.ipynb`, as nbgrader collects it (`submitted/ada/framing/05_framing.ipynb`), or a file each,
`FOLDER/ada.json`.  What cannot be read is told, and loses nothing of the others; what the hand-out had beside its
notebook says nothing of anybody.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from labkit.course.classroom.notebooks import Foreign, quiz_try, read
from labkit.course.classroom.record import Guess, Person, Try, joined, nobody
from labkit.course.classroom.values import as_text, legible, truth, values, whole
from labkit.learn.finding import UnknownExercise, find_quiz
from labkit.learn.progressing.journal import PARTS, VERSION
from labkit.learn.varying import handed
from labkit.words import say

MOST_BYTES = 50_000_000
_COLLECTED = "submitted"  # nbgrader's folder, in a course's
_LAID_OUT = ("source", "release", "nbgrader_config.py")  # of a course, before anything is collected


class ClassError(Exception):
    """Nothing can be said of a class; the message says why, and what to do."""


class Collected(NamedTuple):
    """Everybody, in the order of their names; how many files were read; and what was wrong with others, a line each."""

    people: tuple[Person, ...]
    files: int
    problems: tuple[str, ...]


def collect(folder: Path) -> Collected:
    """Read a folder.  Raises ClassError where it is none, or nothing in it is of a class."""
    if not folder.is_dir():
        raise ClassError(
            say("{folder} is no folder; name the one in which what was collected lies", folder=folder)
        )
    base = _collected(folder)
    people: dict[str, Person] = {}
    problems, files = [], 0
    for path in _files(base):
        name = legible(_owner(path.relative_to(base)))
        try:
            person = legible(_read(path, name))
        except (OSError, ValueError, Foreign, RecursionError) as error:
            problems.append(legible(f"{path.relative_to(base)}: {_why(error)}"))
            continue
        if person is None:
            continue
        people[name] = joined(people.get(name, nobody(name)), person)
        files += 1
    if not people:
        template = "{folder} holds no notebook of labkit's lessons and no exported progress{more}"
        raise ClassError(say(template, folder=base, more="".join(f"\n  {line}" for line in problems)))
    return Collected(tuple(people[name] for name in sorted(people)), files, tuple(problems))


def _collected(folder: Path) -> Path:
    """Where the people's folders lie.  Raises ClassError for a course of which nothing has come back."""
    base = folder / _COLLECTED
    if base.is_dir():
        return base
    if any((folder / each).exists() for each in _LAID_OUT):
        template = (
            "{folder} is a course, and nothing of it is collected yet: run `nbgrader collect`, or lay what came back"
            " into {base}"
        )
        raise ClassError(say(template, folder=folder, base=base))
    return folder


def _files(base: Path) -> Iterator[Path]:
    # Not `rglob`: before Python 3.11.4 that breaks off at a link whose target's name is too long for any file.
    for path in sorted(Path(folder, name) for folder, _, names in os.walk(base) for name in names):
        hidden = any(part.startswith(".") for part in path.relative_to(base).parts)
        if path.suffix in (".ipynb", ".json") and not hidden and _is_file(path):
            yield path


def _is_file(path: Path) -> bool:
    """Whether it is a file, or so odd that nobody can say: then reading it says why."""
    try:
        return path.is_file()
    except OSError:
        return True


def _owner(path: Path) -> str:
    """Whose a file is: the first folder's; of a file that lies in none, its name."""
    return path.parts[0] if len(path.parts) > 1 else path.stem


def _read(path: Path, name: str) -> Person | None:
    """What a file says of a person; None for one of the hand-out's own."""
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(say("it has more than {most} MB", most=MOST_BYTES // 1_000_000))
    content = json.loads(path.read_text(encoding="utf-8"))
    if path.suffix == ".ipynb":
        return read(content, path.stem, name)
    return None if handed.is_one(content) else progress(content, name)


def progress(content: Any, name: str) -> Person:
    """What progress that was exported says of a person.  Raises ValueError."""
    if not isinstance(content, dict) or "version" not in content:
        raise ValueError(say('it is JSON, but no progress: `progress(export="progress.json")` writes one'))
    if content["version"] != VERSION:
        raise ValueError(say("it is progress of another labkit (format {found})", found=content["version"]))
    parts = {part: content.get(part, {}) for part in PARTS}
    if not all(
        isinstance(part, dict) and all(isinstance(entry, dict) for entry in part.values())
        for part in parts.values()
    ):
        raise ValueError(say("it is progress, but damaged"))
    guesses = {
        id: Guess(
            as_text(entry.get("chosen")),
            truth(entry.get("right")),
            as_text(values(entry.get("asked")).get("question")),
        )
        for id, entry in parts["predictions"].items()
    }
    tries = {
        id: Try(whole(entry.get("tries")), bool(entry.get("solved")), whole(entry.get("hints")))
        for part in ("exercises", "orders")
        for id, entry in parts[part].items()
    }
    quizzes = {id: _quiz(id, entry) for id, entry in parts["quizzes"].items()}
    return Person(name, guesses, tries, quizzes, (), frozenset())


def _quiz(id: str, entry: dict[str, Any]) -> Try:
    tries, right = whole(entry.get("tries")), whole(entry.get("right"))
    try:
        return quiz_try(find_quiz(id), right, tries)
    except UnknownExercise:  # of another labkit
        return Try(tries, bool(entry.get("solved")), 0, right, 0)


def _why(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return say("it is no text")
    if isinstance(error, json.JSONDecodeError):
        return say(
            "it is no JSON, or only a part of it ({why}, line {line})", why=error.msg, line=error.lineno
        )
    return getattr(error, "strerror", None) or str(error)
