"""A learner's own copy of the lessons: laid without outputs, and never over work that was done.

Each lesson is a notebook `05_framing.ipynb`; its name after the number is what it is known by, so that a lesson that
is given another number stays the same lesson.  What was laid is noted in `.labkit-lessons.json` in the same folder.
For a lesson that lies there already:

- it is as it was laid and was never run: it is replaced, or moved to its new number, in silence;
- its cells are what would be laid now: it stays, with its outputs;
- anything else is work, its outputs too: it stays, and the new lesson comes beside it (`05_framing.new.ipynb`), with a
  line that says so.

Without the note (it was deleted, or the lessons came another way) nothing that differs is replaced.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from labkit.course.editions import CourseError, Edition
from labkit.words import say

NOTE = ".labkit-lessons.json"
_FORMAT = 1


class Lesson(NamedTuple):
    """A notebook that lies in the learner's folder: its cells' digest, and whether anything of it was run."""

    path: Path
    digest: str  # "" for a file that is no notebook (any more)
    ran: bool


def fresh(notebook: Mapping[str, Any], outputs: bool = False) -> dict[str, Any]:
    """The notebook without outputs, unless they are wanted, and without what was noted of how they were made."""
    cells = []
    for cell in notebook["cells"]:
        kept = dict(cell)
        if kept["cell_type"] == "code" and not outputs:
            kept.update(outputs=[], execution_count=None)
        if (
            kept["metadata"].get("nbgrader", {}).get("locked")
        ):  # a cell that checks: as nbgrader's own hand-out has it
            kept["metadata"] = {**kept["metadata"], "deletable": False, "editable": False}
        cells.append(kept)
    metadata = {
        key: value for key, value in notebook["metadata"].items() if key in ("kernelspec", "language_info")
    }
    return {**notebook, "metadata": metadata, "cells": cells}


def digest(notebook: Mapping[str, Any]) -> str:
    """What the cells say, and nothing of what they gave: JupyterLab may add metadata, and end lines its own way."""
    said = [[cell["cell_type"], _source(cell)] for cell in notebook["cells"]]
    # A notebook that is saved with an empty cell behind the last is no other notebook.
    while said and not said[-1][1]:
        said.pop()
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:16]


def _source(cell: Mapping[str, Any]) -> str:
    source = cell["source"]
    text = source if isinstance(source, str) else "".join(source)
    return "\n".join(line.rstrip() for line in text.strip("\n").split("\n")).strip()


def lay(editions: Iterable[Edition], folder: Path, outputs: bool = False) -> list[str]:
    """Lay the lessons into *folder*, which is made; returns what the learner should read, a line each.

    outputs   with what their cells gave where they were made, for who compares it (strict nbval)

    Raises CourseError where that cannot be done; what was there is there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        laid = _noted(folder)
        said = [line for edition in editions for line in _lay(edition, folder, laid, outputs)]
        _write(folder / NOTE, {"format": _FORMAT, "laid": laid})
    except (FileExistsError, NotADirectoryError) as error:
        raise CourseError(
            say("{folder} is a file, so no lessons can be laid into it; name another folder", folder=folder)
        ) from error
    except OSError as error:
        raise CourseError(
            say(
                "the lessons cannot be laid into {folder}: {name}: {why}; name a folder that you may write to",
                folder=folder,
                name=error.filename or folder,
                why=error.strerror or error,
            )
        ) from error
    return said


def _lay(edition: Edition, folder: Path, laid: dict[str, str], outputs: bool) -> list[str]:
    new = fresh(edition.notebook, outputs)
    now = digest(new)
    place = folder / edition.file
    there = [lesson for lesson in _found(folder, edition.name) if not _is_beside(lesson.path)]
    untouched = [each for each in there if not each.ran and each.digest in (now, laid.get(each.path.name))]
    work = [each for each in there if each not in untouched]
    if not work:
        if not any(each.path == place and each.digest == now for each in untouched):
            _write(place, new)
        for each in untouched:
            if each.path != place:
                each.path.unlink(missing_ok=True)
                laid.pop(each.path.name, None)
        laid[place.name] = now
        return []
    if any(each.digest == now for each in there):
        return []
    return _beside(edition, work[-1].path, new, now, laid)


def _beside(edition: Edition, own: Path, new: dict[str, Any], now: str, laid: dict[str, str]) -> list[str]:
    """Lay the new lesson beside the learner's own work."""
    folder, stem = own.parent, Path(edition.file).stem
    for number in range(1, 1000):
        place = folder / f"{stem}.new{'' if number == 1 else f'-{number}'}.ipynb"
        if not place.exists():
            break
        lesson = _look(place)
        if lesson.digest == now:
            return []  # it lies there, and has been told of
        if not lesson.ran and lesson.digest == laid.get(place.name):
            break
    _write(place, new)
    laid[place.name] = now
    return [
        say(
            "{own} holds your work and stays as it is; the lesson has changed since, and its new form lies beside it: "
            "{new}",
            own=own.name,
            new=place.name,
        )
    ]


def _found(folder: Path, name: str) -> list[Lesson]:
    """The lesson's notebooks in the folder, under whatever number."""
    wanted = re.compile(rf"\d\d_{re.escape(name)}(\.new(-\d+)?)?\.ipynb")
    return [_look(path) for path in sorted(folder.iterdir()) if wanted.fullmatch(path.name)]


def _is_beside(path: Path) -> bool:
    return ".new" in path.suffixes or any(suffix.startswith(".new-") for suffix in path.suffixes)


def _look(path: Path) -> Lesson:
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        ran = any(cell.get("outputs") or cell.get("execution_count") for cell in notebook["cells"])
        return Lesson(path, digest(notebook), ran)
    except (ValueError, KeyError, TypeError, AttributeError):
        return Lesson(path, "", True)  # whatever it is, it is not ours to replace


def _noted(folder: Path) -> dict[str, str]:
    """{file: digest of what was laid there}; empty where nothing says, or nothing that can be read."""
    try:
        note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        laid = note["laid"] if note["format"] == _FORMAT else {}
        return {str(file): str(what) for file, what in laid.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def _write(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON as a whole: who reads meanwhile finds what was there before, or this."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with part.open("x", encoding="utf-8") as file:
            file.write(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
