"""The lessons as they come with labkit: notebooks in a folder beside the package, in a checkout, or inside it.

What others added has its notebook in its own folder, and comes after them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from labkit.learn import catalogue
from labkit.words import say

_PACKAGE = Path(__file__).resolve().parents[1]
PLACES = (_PACKAGE.parent / "notebooks", _PACKAGE / "notebooks")
_FILE = re.compile(r"(\d\d)_(\w+)\.ipynb")


class CourseError(Exception):
    """The lessons cannot be found, or not be laid; the message says what to do."""


class Edition(NamedTuple):
    """A lesson for learners: where its notebook is, and the name that it is known by, "framing"."""

    path: Path
    name: str

    @property
    def file(self) -> str:
        """Its file's name where it is laid: "05_framing.ipynb"."""
        return self.path.name if _FILE.fullmatch(self.path.name) else f"{catalogue.stem(self.name)}.ipynb"

    @property
    def number(self) -> int:
        """Its place in the order."""
        return int(self.file[:2])

    @property
    def notebook(self) -> dict[str, Any]:
        """What it holds, as nbformat has it."""
        content: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
        return content


def editions(places: Sequence[Path] = PLACES) -> list[Edition]:
    """The lessons that came with this labkit, in order.  Raises CourseError where none did."""
    for place in places:
        found = [
            Edition(path, match[2])
            for path in sorted(place.glob("*.ipynb"))
            if (match := _FILE.fullmatch(path.name)) is not None
        ]
        if found:
            return found + _added()
    raise CourseError(
        say(
            "no lessons came with this labkit (looked in {places}); get them with the repository, and there: make lab",
            places=" and ".join(map(str, places)),
        )
    )


def _added() -> list[Edition]:
    """What others added, and has a notebook."""
    found = [Edition(home.folder / name / f"{name}.ipynb", name) for name, home in catalogue.others().items()]
    return [edition for edition in found if edition.path.is_file()]


def chosen(names: Sequence[str], among: Sequence[Edition]) -> list[Edition]:
    """Those that are named: by name ("framing"), number ("05", "5") or file; all where none is.  Raises CourseError."""
    if not names:
        return list(among)
    found = []
    for name in names:
        asked = Path(name).name.removesuffix(".ipynb").lower()
        fits = [
            each
            for each in among
            if asked in (each.name, each.file.removesuffix(".ipynb"))
            or (asked.isdigit() and int(asked) == each.number)
        ]
        if not fits:
            known = ", ".join(each.name for each in among)
            raise CourseError(say("there is no lesson {name!r}; there are: {known}", name=name, known=known))
        found += fits
    return found
