"""Lessons that are not ours: packages that name themselves in the entry-point group `labkit.lessons`.

Such a package is laid out as `labkit.lessons` is: a folder for each lesson, with its card in `__init__.py`, its
exercises, `quiz.py` and `predictions.py` (see `labkit.learn.finding`), and its notebook, if it has one, beside them:
`dns/dns.ipynb`.
One that is broken spoils no other: it is said where somebody looks for what it may have had.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from labkit.words import say

GROUP = "labkit.lessons"


class BrokenLessons(ImportError):
    """A package of lessons that somebody added cannot be found; the message names it, and says why."""


class Shelf(NamedTuple):
    """A package of lessons: its name in the group, the package, its folder, and its lessons by name."""

    name: str
    package: str
    folder: Path
    lessons: tuple[str, ...]


@cache
def shelves() -> tuple[tuple[Shelf, ...], tuple[BrokenLessons, ...]]:
    """The packages that were added, in the order of their names, and what is wrong with those that are broken."""
    from importlib.metadata import entry_points

    found, broken = [], []
    # A package that is installed twice, in two places of the path, names itself twice.
    for name, package in sorted({(point.name, point.value) for point in entry_points(group=GROUP)}):
        try:
            found.append(_shelf(name, package))
        except Exception as error:  # whatever a package raises when it is imported
            template = "The lessons of {name!r} ({package}) cannot be found: {error}"
            broken.append(BrokenLessons(say(template, name=name, package=package, error=error)))
    return tuple(found), tuple(broken)


def _shelf(name: str, package: str) -> Shelf:
    from importlib.util import find_spec

    spec = find_spec(package)
    if spec is None:
        raise ImportError(say("there is no module {name!r}", name=package))
    folder = next(iter(spec.submodule_search_locations or ()), None)
    if folder is None:
        raise ImportError(
            say("{name} is a module, and no folder with a folder for each lesson", name=package)
        )
    lessons = sorted(path.parent.name for path in Path(folder).glob("*/__init__.py"))
    return Shelf(name, package, Path(folder), tuple(lessons))
