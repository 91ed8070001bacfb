"""What a check cell calls while nbgrader grades: `check`, with a proof that it has spoken.

nbgrader gives all points to a cell that says nothing at all.  Here a cell that earns points shows the number that the
grader has put into that very run of it, so that no `check` of a student's own, nor what one prints, is a mark.
"""

from __future__ import annotations

from typing import Any

from labkit.learn.checking.check import checked
from labkit.learn.finding import UnknownExercise, find
from labkit.learn.grading import NotSolved
from labkit.learn.varying.drawing import drawn


class Points:
    """What a check is worth, told to the grader alone."""

    def __init__(self, number: str, points: float):
        self.number, self.points = number, points

    def __repr__(self) -> str:
        return f"{self.number} {self.points!r}"


def graded(number: str, seed: int, id: str, thing: Any) -> Points:
    """Check as ever, by the variant of this seed, whatever the notebook and its folder say; returns the points.

    Raises NotSolved for none.
    """
    try:
        exercise = drawn(find(id), seed)
    except UnknownExercise as error:
        print(error)
        raise NotSolved(str(error)) from None
    part = checked(exercise, thing)
    return Points(number, exercise.points if part is None else part)
