"""A seed for each student: the same for the same course and order, and no two neighbours with the same kind of fault.

Seeds one after another do that by themselves: `drawing` gives each round of seeds all kinds, and neighbours different
ones.  So a class gets whole rounds from a place that the course's word chooses, one seed a row, and who is added at the
end changes nobody else's.  Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from labkit.mysteries.kinds import LEVELS
from labkit.mysteries.sheets import GRADED_AS, Sheet, SheetError, written
from labkit.words import say

ROUNDS = 50_000
"""From so many places a course's word chooses one."""

GIVEN = ("level", "seed")
"""The columns that are added."""


def seeds(count: int, level: int, course: str = "") -> list[int]:
    """As many seeds, in the order in which students get them.

    count   how many
    level   1 to 3 (`labkit.mysteries.kinds.LEVELS`)
    course  a word of the teacher's: another one gives other seeds
    """
    place = int.from_bytes(sha256(f"labkit course {level} {course}".encode()).digest()[:8], "big") % ROUNDS
    first = place * len(LEVELS[level])
    return list(range(first, first + count))


def hand_out(sheet: Sheet, level: int, course: str = "", column: str = "") -> str:
    """The table with a seed for each student, as CSV; and with the names as GRADED_AS, where a *column* was chosen.

    Raises SheetError.
    """
    names = sheet.names(column)
    sheet.fail(twice(names, sheet.lines))
    taken = [each for each in sheet.columns if each.casefold() in (*GIVEN, GRADED_AS)]
    if taken:
        raise SheetError(
            say(
                "{file} has a column {name} already; hand in the table without it, or keep the seeds that it has",
                file=sheet.file,
                name=taken[0],
            )
        )
    rows = [
        {**row, "level": level, "seed": seed, **({GRADED_AS: name} if column else {})}
        for row, name, seed in zip(sheet.rows, names, seeds(len(names), level, course), strict=True)
    ]
    return written((*sheet.columns, *GIVEN, *((GRADED_AS,) if column else ())), rows, sheet.comma)


def twice(names: Sequence[str], lines: Sequence[int]) -> list[str]:
    """What to say of names that are there twice."""
    first: dict[str, int] = {}
    faults = []
    for name, line in zip(names, lines, strict=True):
        if name.casefold() in first:
            faults.append(
                say(
                    "line {line}: {name} is there already, in line {before}; take one out, or tell the two apart",
                    line=line,
                    name=name,
                    before=first[name.casefold()],
                )
            )
        first.setdefault(name.casefold(), line)
    return faults
