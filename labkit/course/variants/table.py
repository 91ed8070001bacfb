"""The teacher's table of who has which seed, `variants.csv` in a course's folder: what hands out and grades by it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from os import environ
from pathlib import Path

from labkit.learn.varying.handed import VARIABLE, SeedError, known_as, written
from labkit.mysteries.handing import twice
from labkit.mysteries.sheets import Sheet, SheetError, read
from labkit.words import say

FILE, COLUMN = "variants.csv", "seed"


def seeds_in(sheet: Sheet) -> dict[str, int]:
    """The seeds by the names as which nbgrader and JupyterHub know the students.

    Raises SheetError for a table with names that are there twice, or with what is no seed.
    """
    names, where = _names(sheet), sheet.column(COLUMN)
    faults = twice(names, sheet.lines)
    for row, line in zip(sheet.rows, sheet.lines, strict=True):
        if not (row[where].isascii() and row[where].isdigit()):
            template = (
                "line {line}: the seed is a number (got {seed!r}); `labkit variants` gives each student one"
            )
            faults.append(say(template, line=line, seed=row[where]))
    sheet.fail(faults)
    return {name: int(row[where]) for name, row in zip(names, sheet.rows, strict=True)}


def _names(sheet: Sheet) -> list[str]:
    try:
        return sheet.names()
    except SheetError as error:
        template = "{error}; lay the course out with what `labkit variants` writes then"
        raise SheetError(say(template, error=error)) from None


def hand_out(table: Path) -> str:
    """What a hand-out has of the table: `variants.json`, without names.  Raises SheetError."""
    return written(seeds_in(read(str(table))))


def agree(table: Path, course: Path) -> None:
    """Raises SheetError where a student has another seed in the table than in the one that a course has already: by
    that they were handed their exercises.
    """
    before = course / FILE
    if not before.exists():
        return
    had = {known_as(name): seed for name, seed in seeds_in(read(str(before))).items()}
    others = [
        name for name, seed in seeds_in(read(str(table))).items() if had.get(known_as(name), seed) != seed
    ]
    if others:
        template = (
            "{file} has another seed than {before} for {names}: what they were handed would be graded by another's"
            " variant. Add students at the end of the table and keep the word after --course; to hand everything out"
            " anew, remove {before} first"
        )
        names = ", ".join(others[:3])
        if others[3:]:
            names = say("{names} and {count} more", names=names, count=len(others) - 3)
        raise SheetError(say(template, file=table, before=before, names=names))


def seed_of(course: Path, student: str) -> int:
    """The seed that a student of a course is graded by; 0, the lessons' own, where the course has no table.

    Raises SheetError for a table that cannot be used, SeedError for who is not in it: no mark is better than one by
    another's exercise.
    """
    table = course / FILE
    if not table.exists():
        return 0
    seeds = {known_as(name): seed for name, seed in seeds_in(read(str(table))).items()}
    try:
        return seeds[known_as(student)]
    except KeyError:
        template = (
            "{student} is not in {file}, so nobody knows which variants are theirs: add them at the end of your table"
            " of students, run `labkit variants` again, lay the course out with what it writes, and grade then"
        )
        raise SeedError(say(template, student=student, file=table)) from None


@contextmanager
def as_seed(seed: int) -> Iterator[None]:
    """Kernels that are started meanwhile say this variant, whatever the machine's own environment has."""
    before = environ.get(VARIABLE)
    environ[VARIABLE] = str(seed)
    try:
        yield
    finally:
        if before is None:
            del environ[VARIABLE]
        else:
            environ[VARIABLE] = before
