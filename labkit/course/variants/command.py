"""`labkit variants`: a number for each student, and what each exercise that has variants is with it."""

from __future__ import annotations

import sys
from hashlib import sha256

from labkit.course.variants.table import COLUMN
from labkit.learn.finding import every
from labkit.learn.varying.drawing import draw
from labkit.mysteries.handing import twice
from labkit.mysteries.sheets import GRADED_AS, Sheet, SheetError, read, save, written
from labkit.words import say

DONE, FAILED = 0, 2
"""Exit status: written, or the table cannot be used."""

PLACES = 900_000
"""At one of so many numbers a course begins, which its word chooses."""


def command(
    students: str, *, course: str | None = None, column: str = "", out: str | None = None
) -> tuple[int, str]:
    """The exit status, and what to print: the table, or what came of it where it was written to a file."""
    try:
        sheet = read(students)
        text = lay_out(sheet, course or "", column)
        if out is None:
            return DONE, text.rstrip("\n")
        save(out, text, [students])
    except SheetError as error:
        print(f"labkit variants: {error}", file=sys.stderr)
        return FAILED, ""
    told = say("{count} students, a variant each: {file}", count=len(sheet.rows), file=out)
    return DONE, told


def lay_out(sheet: Sheet, course: str = "", column: str = "") -> str:
    """The table with a seed for each student, and a column for each exercise that says what it comes to, as CSV.

    Those who follow each other have different ones in every exercise; who is added at the end changes nobody else's.
    A *column* that was chosen is written once more, as GRADED_AS: who reads the table later is not told of it again.
    Raises SheetError.
    """
    varied = {id: exercise.variants for id, exercise in every().items() if exercise.variants}
    names = sheet.names(column)
    sheet.fail(twice(names, sheet.lines))
    taken = [each for each in sheet.columns if each.casefold() in (GRADED_AS, COLUMN, *varied)]
    if taken:
        template = "{file} has a column {name} already; hand in the table of students alone"
        raise SheetError(say(template, file=sheet.file, name=taken[0]))
    rows: list[dict[str, object]] = []
    for row, name, seed in zip(sheet.rows, names, seeds(len(names), course), strict=True):
        told = {
            id: each.told(each.conventions[draw(id, len(each.conventions), seed)])
            for id, each in varied.items()
        }
        rows.append({**row, **({GRADED_AS: name} if column else {}), COLUMN: seed, **told})
    added = (GRADED_AS, COLUMN, *varied) if column else (COLUMN, *varied)
    return written((*sheet.columns, *added), rows, sheet.comma)


def seeds(count: int, course: str) -> range:
    """As many seeds, one after another, from a place that the course's word chooses; never 0, which is nobody's."""
    first = 1 + int.from_bytes(sha256(f"labkit variants {course}".encode()).digest()[:8], "big") % PLACES
    return range(first, first + count)
