"""`labkit mystery`: hands out a seed for each student, and grades the verdicts that they hand in."""

from __future__ import annotations

import sys

from labkit.mysteries.handing import hand_out
from labkit.mysteries.marking import grade
from labkit.mysteries.sheets import SheetError, read, save
from labkit.words import say

DONE, FAILED = 0, 2
"""Exit status: written, or the table cannot be used."""


def command(
    seeds: str | None,
    verdicts: str | None,
    *,
    level: int | None = None,
    course: str | None = None,
    handed: str | None = None,
    column: str = "",
    out: str | None = None,
) -> tuple[int, str]:
    """The exit status, and what to print: the table, or what came of it where it was written to a file."""
    try:
        if verdicts is not None:
            if level is not None or course is not None:
                raise SheetError(
                    say("--level and --course are for --seeds: a verdict names its seed and level")
                )
            text, told = grade(read(verdicts), read(handed) if handed else None, column)
        else:
            assert seeds is not None
            if handed is not None:
                raise SheetError(
                    say("--handed is for --grade: the table that the seeds were handed out with")
                )
            sheet = read(seeds)
            text = hand_out(sheet, 1 if level is None else level, course or "", column)
            told = say("{count} students, a seed each", count=len(sheet.rows))
        if out is None:
            if verdicts is not None:
                print(told, file=sys.stderr)
            return DONE, text.rstrip("\n")
        save(out, text, [each for each in (seeds, verdicts, handed) if each])
    except SheetError as error:
        print(f"labkit mystery: {error}", file=sys.stderr)
        return FAILED, ""
    return DONE, say("{told}: {file}", told=told, file=out)
