"""A teacher's table of students: a CSV file, read with care, and written as the same program reads it.

Spreadsheets save CSV with commas, semicolons or tabs, with a mark at the beginning or without: each is understood, and
what is written has what was read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from labkit.words import say

NAMES = ("name", "id", "student", "student id", "login", "email")
"""What the column with the students' names may be called, in capitals or not."""

GRADED_AS = "graded as"
"""A column with the names once more, where --column chose what has them: who reads the table later need not be told."""

SHOWN = 8  # faults that are told at once


class SheetError(ValueError):
    """A table that cannot be used; says what is wrong, where, and what to do."""


class Sheet(NamedTuple):
    """A table.

    file     what it was read from, for what is said of it
    columns  their names, in order;  rows: a dict each, by column, without spaces around
    lines    of the file, the number of the line that each row ends on
    comma    what stands between two values
    """

    file: str
    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    lines: tuple[int, ...]
    comma: str = ","

    def column(self, *names: str) -> str:
        """The first of these columns that there is, whatever its capitals.  Raises SheetError."""
        found = {each.casefold(): each for each in self.columns}
        for name in names:
            if name.casefold() in found:
                return found[name.casefold()]
        raise SheetError(
            say(
                "{file}: no column is called {names} (there are: {columns}); its first line names the columns",
                file=self.file,
                names=_either(names),
                columns=", ".join(self.columns),
            )
        )

    def names(self, column: str = "") -> list[str]:
        """Who is in it, row by row.

        column  where they stand, if that is none of NAMES, and the table does not say it by GRADED_AS

        Raises SheetError where a row has no name.
        """
        try:
            said = (column,) if column else (GRADED_AS,) if self._has(GRADED_AS) else NAMES
            chosen = self.column(*said)
        except SheetError as error:
            told = say("say which column has the names: --column {first!r}", first=self.columns[0])
            raise SheetError(f"{error}; {told}") from None
        nameless = [line for row, line in zip(self.rows, self.lines, strict=True) if not row[chosen].strip()]
        if nameless:
            raise SheetError(
                say(
                    "{file}: no {column} in line {lines}; write one, or take the line out",
                    file=self.file,
                    column=chosen,
                    lines=", ".join(map(str, nameless[:SHOWN])),
                )
            )
        return [row[chosen] for row in self.rows]

    def _has(self, name: str) -> bool:
        return name in (each.casefold() for each in self.columns)

    def fail(self, faults: Sequence[str]) -> None:
        """Raise SheetError for these faults, a line each, if there are any."""
        if faults:
            more = len(faults) - SHOWN
            told = [*faults[:SHOWN], *([say("and {more} more", more=more)] if more > 0 else [])]
            raise SheetError("\n".join([f"{self.file}:", *(f"  {fault}" for fault in told)]))


def read(path: str) -> Sheet:
    """Read a table.  Raises SheetError for one that cannot be read, is empty, or has no columns."""
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SheetError(
            say("{file} cannot be read: {why}", file=path, why=error.strerror or error)
        ) from error
    except UnicodeDecodeError as error:
        raise SheetError(
            say("{file} is not in UTF-8; save it as “CSV UTF-8”, as spreadsheets call it", file=path)
        ) from error
    return parse(text, path)


def parse(text: str, file: str) -> Sheet:
    """A table's text as a sheet.  Raises SheetError."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    comma = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=comma, strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        for row in reader:
            if any(value.strip() for value in row):
                rows.append([value.strip() for value in row])
                lines.append(reader.line_num)
    except csv.Error as error:
        raise SheetError(
            say(
                "{file}: line {line} is no CSV ({why}); export it anew from the spreadsheet",
                file=file,
                line=reader.line_num,
                why=error,
            )
        ) from error
    if not rows:
        raise SheetError(
            say(
                "{file} is empty; its first line names the columns, one of them name, and each other line is a student",
                file=file,
            )
        )
    columns, *rest = rows
    folded = [each.casefold() for each in columns]
    twice = sorted({each for each in folded if folded.count(each) > 1})
    if twice or "" in folded:
        told = say("without a name") if "" in folded else say("called {name} twice", name=twice[0])
        raise SheetError(
            say("{file}: a column is {told}; give each a name of its own in line 1", file=file, told=told)
        )
    if not rest:
        raise SheetError(
            say("{file} has a first line and no student below it; add a line for each", file=file)
        )
    for values, line in zip(rest, lines[1:], strict=True):
        if len(values) > len(columns):
            raise SheetError(
                say(
                    "{file}: line {line} has {found} values for {wanted} columns; put a value that holds {comma!r} "
                    "into quotation marks",
                    file=file,
                    line=line,
                    found=len(values),
                    wanted=len(columns),
                    comma=comma,
                )
            )
    filled = [values + [""] * (len(columns) - len(values)) for values in rest]
    return Sheet(
        file,
        tuple(columns),
        tuple(dict(zip(columns, values, strict=True)) for values in filled),
        tuple(lines[1:]),
        comma,
    )


def written(columns: Iterable[str], rows: Iterable[Mapping[str, object]], comma: str = ",") -> str:
    """A table as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns), delimiter=comma, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def save(out: str, text: str, inputs: Iterable[str]) -> None:
    """Write a table to a file that is none of those that were read.  Raises SheetError."""
    path = Path(out)
    if any(path.resolve() == Path(each).resolve() for each in inputs):
        raise SheetError(say("{file} is what was read; write to another file", file=out))
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise SheetError(
            say("{file} cannot be written: {why}", file=out, why=error.strerror or error)
        ) from error


def _either(names: Sequence[str]) -> str:
    *rest, last = names
    return say("{first} or {last}", first=", ".join(rest), last=last) if rest else last
