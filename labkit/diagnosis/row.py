"""One line of the doctor's report."""

from __future__ import annotations

from typing import NamedTuple

RESTART = "then restart Python (0, 0) in the notebook"

OK, NOTE, MISSING = "ok", "note", "missing"


class Row(NamedTuple):
    """One thing looked at: what, how it is ("ok", "note", "missing"), what was found, its meaning, its remedy; and
    the cause, in a word that stays the same ("" where all is well)."""

    what: str
    level: str
    found: str
    meaning: str = ""
    remedy: str = ""
    cause: str = ""


def many(number: int) -> str:
    return "unlimited" if number < 0 else f"{number:,}"


def version(text: str) -> tuple[int, ...]:
    """The leading numbers of a version: "6.8.0-45-generic" → (6, 8, 0)."""
    numbers: list[int] = []
    for part in text.split("-")[0].split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        numbers.append(int(digits))
    return tuple(numbers)
