"""Verdicts that students handed in, judged without a network: a seed draws the same case everywhere.  Pure."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import NamedTuple

from labkit.mysteries.drawing import Case, draw
from labkit.mysteries.handing import twice
from labkit.mysteries.kinds import KINDS, LEVELS
from labkit.mysteries.sheets import Sheet, SheetError, written
from labkit.words import say

KIND_ALONE, BOTH = 1, 2
"""Points: for the kind without the place, and for both.  The place alone is none: most complaints name it."""

JUDGED = ("right kind", "right where", "points")
"""The columns that are added."""


class Judged(NamedTuple):
    """What a verdict is worth.

    kind, where  what is right;  points: 0 to BOTH
    """

    kind: str
    where: str
    points: int


def places(case: Case) -> list[str]:
    """Where something can be wrong in the network of a case: its hosts and its segments."""
    return ["client", "router", *sorted((case.server, case.other)), "lan", "wan"]


def judge(seed: int, level: int, kind: str, where: str) -> Judged:
    """A verdict's worth; "" is for what was not said."""
    case = draw(seed, level)
    right = kind == case.kind, where == case.where
    return Judged(case.kind, case.where, BOTH if all(right) else KIND_ALONE if right[0] else 0)


def grade(sheet: Sheet, handed: Sheet | None = None, column: str = "") -> tuple[str, str]:
    """The table with the right answers and points, as CSV, and a line of what came of it.

    sheet   columns name, seed, level, kind, where; a kind that is empty was not handed in
    handed  the table that the seeds were handed out with: a verdict on another seed is refused then

    Raises SheetError.
    """
    names = sheet.names(column)
    columns = {each: sheet.column(each) for each in ("seed", "level", "kind", "where")}
    taken = [each for each in sheet.columns if each.casefold() in JUDGED]
    if taken:
        raise SheetError(say("{file} has a column {name}: graded already?", file=sheet.file, name=taken[0]))
    given = {} if handed is None else _handed(handed, column)
    faults = twice(names, sheet.lines)
    judged = []
    for name, row, line in zip(names, sheet.rows, sheet.lines, strict=True):
        values = {key: row[place] for key, place in columns.items()}
        try:
            seed, level = _number("seed", values["seed"]), _number("level", values["level"])
            _of_this_student(name, seed, level, given, handed)
            kind, where = _said(values, draw(seed, level))
        except ValueError as error:
            faults.append(say("line {line}, {name}: {why}", line=line, name=name, why=error))
            continue
        judged.append((row, judge(seed, level, kind, where)))
    sheet.fail(faults)
    rows = [{**row, **dict(zip(JUDGED, found, strict=True))} for row, found in judged]
    points = [found.points for _, found in judged]
    told = say(
        "{solved} of {all} solved; {points} of {most} points",
        solved=points.count(BOTH),
        all=len(points),
        points=sum(points),
        most=BOTH * len(points),
    )
    return written((*sheet.columns, *JUDGED), rows, sheet.comma), told


def _handed(sheet: Sheet, column: str) -> dict[str, tuple[int, int]]:
    """{name: (seed, level)} as they were handed out."""
    names, found = sheet.names(column), {}
    sheet.fail(twice(names, sheet.lines))
    for name, row in zip(names, sheet.rows, strict=True):
        try:
            numbers = [_number(key, row[sheet.column(key)]) for key in ("seed", "level")]
        except SheetError:
            raise
        except ValueError as error:
            raise SheetError(say("{file}, {name}: {why}", file=sheet.file, name=name, why=error)) from error
        found[name.casefold()] = (numbers[0], numbers[1])
    return found


def _of_this_student(
    name: str, seed: int, level: int, given: Mapping[str, tuple[int, int]], handed: Sheet | None
) -> None:
    if handed is None:
        return
    if name.casefold() not in given:
        raise ValueError(say("not in {file}; is it written otherwise there?", file=handed.file))
    if (seed, level) != given[name.casefold()]:
        template = (
            "seed {seed}, level {level}, is not what was handed out: seed {right}, level {right_level}; ask"
        )
        right, right_level = given[name.casefold()]
        raise ValueError(say(template, seed=seed, level=level, right=right, right_level=right_level))


def _number(name: str, text: str) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(say("{name} is a whole number (got {text!r})", name=name, text=text))
    return int(text)


def _said(values: Mapping[str, str], case: Case) -> tuple[str, str]:
    """The kind and the place of a verdict.  Raises ValueError for one that there is not."""
    kind, where = values["kind"].casefold(), values["where"].casefold()
    if kind and kind not in LEVELS[case.level]:
        if kind in KINDS:
            template = "there is no kind {kind!r} on level {level}; there are {known}"
            raise ValueError(say(template, kind=kind, level=case.level, known=", ".join(LEVELS[case.level])))
        near = difflib.get_close_matches(kind, LEVELS[case.level], n=1)
        template = (
            "there is no kind {kind!r}; is it {near!r}? Correct it, or leave it empty for no verdict"
            if near
            else "there is no kind {kind!r}; there are {known}, or leave it empty for no verdict"
        )
        known = ", ".join(LEVELS[case.level])
        raise ValueError(say(template, kind=kind, near=near[0] if near else "", known=known))
    if where and where not in places(case):
        template = "where is one of {places} (got {where!r}), or empty for no verdict"
        raise ValueError(say(template, places=", ".join(places(case)), where=where))
    return kind, where
