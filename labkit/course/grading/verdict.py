"""What a check cell calls while nbgrader grades: `check`, with a proof that it has spoken.

nbgrader gives all points to a cell that says nothing at all.  Here a cell that earns points shows the number that the
grader has put into that very run of it, so that no `check` of a student's own, nor what one prints, is a mark.
"""

from __future__ import annotations

from typing import Any

from labkit.course.grading.mode import own_mode
from labkit.course.grading.proof import Proof, why_none
from labkit.learn.checking.check import judged, points_for
from labkit.learn.finding import find
from labkit.learn.varying.drawing import drawn
from labkit.running.tracebacks import named


def graded(number: str, seed: int, id: str, thing: Any) -> Proof:
    """Check as ever, by the variant of this seed, whatever the notebook and its folder say.

    Returns the points, or why there is no verdict: then what was handed in is worth neither all nor nothing.  Raises
    NotSolved for no points.
    """
    try:
        with own_mode():
            exercise = drawn(find(id), seed)
            verdict = judged(exercise, thing)
    except Exception as error:  # an exercise that is not there, or cannot be imported: nobody has judged
        return Proof(number, why=named(error))
    if why := why_none(verdict):
        print(verdict)
        return Proof(number, why=why)
    part = points_for(verdict, exercise.points)
    return Proof(number, exercise.points if part is None else part)
