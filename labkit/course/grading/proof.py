"""What a check cell shows to the grader alone: its points, or why its check could not be made, and the proof of it."""

from __future__ import annotations

import json

from labkit.learn.checking.verdict import CANNOT, Verdict
from labkit.words import look_up, say


class NoMark(Exception):
    """What was handed in cannot be graded here, through no fault of its own; the message says why, and what to do."""

    def __init__(self, cell: str, why: str):
        template = (
            "{cell} cannot be graded, and not for what was handed in: no mark is better than a wrong one, so this"
            " notebook has none. Mend what follows, and grade it again. {why}"
        )
        super().__init__(say(template, cell=cell, why=why))


def why_none(verdict: Verdict) -> str:
    """Why a check could not be made, in its own words; "" where it was made."""
    return f"{look_up(CANNOT)}: {' '.join(verdict.notes)}" if verdict.status == CANNOT else ""


class Proof:
    """What came of a check: points, or *why* there is no verdict ("" where there is one).

    *number* is the one that the grader has put into this very run of the cell.
    """

    def __init__(self, number: str, points: float = 0.0, why: str = ""):
        self.number, self.points, self.why = number, points, why

    def __repr__(self) -> str:
        return f"{self.number} {json.dumps({'points': self.points, 'why': self.why})}"


def proven(shown: str, number: str) -> Proof | None:
    """What a cell's result says; None where it does not prove this number."""
    given, _, said = shown.partition(" ")
    try:
        found = json.loads(said) if given == number else {}
        return Proof(number, float(found["points"]), str(found["why"]))
    except (ValueError, KeyError, TypeError, OverflowError):
        return None
