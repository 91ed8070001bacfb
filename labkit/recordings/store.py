"""The files of a recording: what is in them, and how they are read and written.

A lesson has two, in its folder.  `recording.json` can be read by people, and a change of it shows in a diff: on what
and when it was recorded, and of each cell its source's digest and in which modes it is shown from the recording, and
why.  `recording.zip` holds outputs and variables; the first file holds its digest.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from labkit.running.tracebacks import named

FORMAT = 2
LESSONS = Path(__file__).parents[1] / "lessons"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same content gives the same bytes

# Where a cell may have to be shown from the recording, and why: the words that learners read.
PLACES = ("loopback", "recorded", "elsewhere")
REASONS = {
    "hosts": "needs hosts of its own",
    "capture": "needs the right to capture",
    "goes on": "goes on from a recorded one",
    "answer": "would give another answer here",
    "linux": "needs Linux",
    "fails": "does not work in this mode",
}


class RecordingError(RuntimeError):
    """The files of a recording are missing, damaged, changed or of another format; says what to do."""


def normal(source: str) -> str:
    """A cell's source without what makes no difference: spaces at line ends, empty lines around."""
    return "\n".join(line.rstrip() for line in source.strip("\n").split("\n")).strip()


def digest(source: str) -> str:
    """What a cell's source is recognised by."""
    return hashlib.sha256(normal(source).encode()).hexdigest()[:16]


class Cell(NamedTuple):
    """One code cell of a recorded lesson.

    id      of the notebook's cell
    source  digest of its source, in the solved edition
    begins  its first line, for people
    own     an exercise: the learner's own to write, never shown from the recording
    shown   {one of PLACES: one of REASONS}: where it is shown from the recording
    """

    id: str
    source: str
    begins: str
    own: bool
    shown: dict[str, str]


class Recording(NamedTuple):
    """A lesson's recording: its first file; outputs and variables are read when they are needed.

    lesson  its name
    made    {"system": "Linux", "kernel": "6.18", "date": "2026-11-21", "python": "3.11", "labkit": "0.1.0",
            "code": digest of the lesson's code}
    """

    lesson: str
    made: dict[str, str]
    cells: tuple[Cell, ...]
    content: str  # SHA-256 of the second file
    folder: Path  # of all lessons: the files are in the one of this lesson's name in it

    @property
    def on(self) -> str:
        """On what and when it was made: "Linux 6.18, 2026-11-21"."""
        return f"{self.made['system']} {self.made['kernel']}, {self.made['date']}"


class Content(NamedTuple):
    """The second file: each cell's outputs (as in a notebook, and calls of the learning loop) and variables.

    A cell that no machine is shown has no outputs, and of its variables only what it imports.
    """

    tables: bytes
    outputs: list[list[dict[str, Any]]]
    values: list[bytes]
    removed: list[list[str]]  # names that a cell deleted


def _again(lesson: str) -> str:
    return f"install labkit again, or run `make recordings NOTEBOOKS={lesson}` where the full mode works"


def save(recording: Recording, content: Content) -> Recording:
    """Write both files; gives the recording with its content's digest."""
    path = file(recording.lesson, "zip", recording.folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    # All outputs in one entry: much of a picture is in the others, too.
    text = json.dumps(
        {"outputs": content.outputs, "removed": content.removed}, ensure_ascii=False, sort_keys=True
    )
    entries = {"tables.pickle": content.tables, "cells.json": text.encode()}
    entries |= {f"{number:02}.pickle": values for number, values in enumerate(content.values)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in entries.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED, 9)
    recording = recording._replace(content=hashlib.sha256(path.read_bytes()).hexdigest())
    save_table(recording)
    return recording


def save_table(recording: Recording) -> None:
    """Write the first file alone."""
    table = {
        "format": FORMAT,
        "lesson": recording.lesson,
        "made": recording.made,
        "content": recording.content,
        "cells": [],
    }
    lines = json.dumps(table, indent=1, ensure_ascii=False)
    cells = ",\n  ".join(json.dumps(cell._asdict(), ensure_ascii=False) for cell in recording.cells)
    text = lines.replace('"cells": []', f'"cells": [\n  {cells}\n ]')
    file(recording.lesson, "json", recording.folder).write_text(text + "\n", encoding="utf-8")


def file(lesson: str, kind: str, folder: Path = LESSONS) -> Path:
    """Where one of the two files of a lesson's recording is: *kind* is "json" or "zip"."""
    return folder / lesson / f"recording.{kind}"


def names(folder: Path = LESSONS) -> list[str]:
    """The lessons that have a recording, by name."""
    return sorted(path.parent.name for path in folder.glob("*/recording.json"))


def load(lesson: str, folder: Path = LESSONS) -> Recording:
    """A lesson's recording.  Raises RecordingError."""
    path = file(lesson, "json", folder)
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        if table["format"] != FORMAT:
            raise RecordingError(
                f"the recording of lesson {lesson} has format {table['format']}, this labkit reads {FORMAT};"
                f" {_again(lesson)}"
            )
        cells = tuple(Cell(**cell) for cell in table["cells"])
        if any(
            place not in PLACES or why not in REASONS for cell in cells for place, why in cell.shown.items()
        ):
            raise ValueError("an unknown mode or reason")
        made: Mapping[str, str] = {key: str(table["made"][key]) for key in ("system", "kernel", "date")}
        return Recording(str(table["lesson"]), {**table["made"], **made}, cells, table["content"], folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RecordingError(
            f"cannot read the recording of lesson {lesson} ({path.name}: {named(error)}); {_again(lesson)}"
        ) from error


def read(recording: Recording) -> Content:
    """What the recording's cells gave.  Raises RecordingError where the file is not the one that was written."""
    path = file(recording.lesson, "zip", recording.folder)
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != recording.content:
            raise RecordingError(
                f"{path.parent.name}/{path.name} is not the file that was recorded: its SHA-256 is {found[:12]}…, not"
                f" {recording.content[:12]}…; nothing of it was read. {_again(recording.lesson).capitalize()}"
            )
        with zipfile.ZipFile(path) as archive:
            said = json.loads(archive.read("cells.json"))
            values = [archive.read(f"{number:02}.pickle") for number in range(len(recording.cells))]
            return Content(archive.read("tables.pickle"), said["outputs"], values, said["removed"])
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise RecordingError(
            f"cannot read the recording of lesson {recording.lesson} ({path.name}: {named(error)})"
            f"; {_again(recording.lesson)}"
        ) from error
