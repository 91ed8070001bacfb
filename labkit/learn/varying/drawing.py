"""A seed → which of an exercise's conventions: the same on every machine.

Only `Random.random()` is asked: its sequence for a seed is promised to stay (documentation of `random`, "Notes on
Reproducibility"); that of `choice` and `shuffle` is not.
"""

from __future__ import annotations

from random import Random
from typing import TypeVar, cast

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.parsons import Parsons

Task = TypeVar("Task", bound=Exercise | Parsons)


def draw(id: str, count: int, seed: int) -> int:
    """Which of *count* conventions of the exercise *id* this seed has; 0, the lesson's own, for the seed 0 alone.

    Seeds that follow each other have different ones: each round of seeds takes all of them but the first, in an order
    of its own, and does not begin with the one that ended the round before.
    """
    if seed == 0:
        return 0
    turn, place = divmod(seed - 1, count - 1)
    order, before = (_shuffled(count, f"labkit.variants.{id}.{each}") for each in (turn, turn - 1))
    if order[0] == before[-1]:
        order[0], order[1] = order[1], order[0]  # the last stays: there are more than two
    return order[place]


def drawn(task: Task, seed: int) -> Task:
    """The exercise as this seed has it; itself where it is the same for everybody."""
    if not isinstance(task, Exercise) or task.variants is None:
        return task
    return cast(Task, task.variants.exercise(draw(task.id, len(task.variants.conventions), seed)))


def _shuffled(count: int, word: str) -> list[int]:
    dice, left = Random(word), list(range(1, count))
    return [left.pop(int(dice.random() * len(left))) for _ in range(1, count)]
