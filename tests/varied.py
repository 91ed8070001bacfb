"""What the tests of variants share: each exercise that has some, with its answers for each convention."""

from __future__ import annotations

import ast
from types import ModuleType

from exercises import EVERY

from labkit.learn.kit.exercise import Exercise
from labkit.learn.varying.drawing import draw

SEEDS = range(1, 51)

VARIED: list[tuple[Exercise, ModuleType]] = [
    (exercise, answers) for exercise, answers in EVERY if getattr(exercise, "variants", None)
]


def drawn(exercise: Exercise) -> dict[int, int]:
    """The conventions that fifty students have, each with its number and the seed that draws it first."""
    found: dict[int, int] = {}
    for seed in SEEDS:
        found.setdefault(draw(exercise.id, len(exercise.variants.conventions), seed), seed)
    return found


def effort(source: str) -> int:
    """How much there is to write: a program's expressions and statements, whatever its constants are."""
    return sum(isinstance(node, ast.expr | ast.stmt) for node in ast.walk(ast.parse(source)))
