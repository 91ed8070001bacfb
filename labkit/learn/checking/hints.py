"""Hints: the concept first, then the place, then the code; one more at each call."""

from __future__ import annotations

from labkit.learn.finding import UnknownExercise, find_hinted
from labkit.learn.showing import told
from labkit.words import look_up, say

NAMES = ("the concept", "the place", "the code")

_given: dict[str, int] = {}


def hint(id: str) -> None:
    """Print the next hint for the exercise or Parsons problem *id*; after the last one, all of them again."""
    try:
        exercise = find_hinted(id)
    except UnknownExercise as error:
        print(error)
        return
    count = _given[id] = _given.get(id, 0) + 1
    shown = [count - 1] if count <= len(exercise.hints) else range(len(exercise.hints))
    for number in shown:
        print(
            say(
                "Hint {number} of {all}, {what}: {hint}",
                number=number + 1,
                all=len(exercise.hints),
                what=look_up(NAMES[number]),
                hint=told(exercise.hints[number]),
            )
        )
    if count > len(exercise.hints):
        print(say("These are all the hints.  The solved edition of this lesson is in notebooks/solutions."))


def given(id: str) -> int:
    """How many hints the learner has asked for since the kernel started (at most three)."""
    return min(_given.get(id, 0), len(NAMES))
