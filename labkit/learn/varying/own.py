"""Which seed is this learner's?  The first that says so: LABKIT_SEED, the class's file, the learner's own cell.

Without any of them it is 0: the lesson's own exercise.  Whoever grades asks none of these (`labkit.course.grading`).
"""

from __future__ import annotations

import os
from pathlib import Path

from labkit.learn.varying.drawing import Task, drawn
from labkit.learn.varying.handed import VARIABLE, SeedError, is_seed, known_as, read
from labkit.words import say

HUB_USER = "JUPYTERHUB_USER"


class _Given:
    """The number that the learner gave last in this kernel, if any."""

    seed: int | None = None


def give(seed: int) -> None:
    """Take what the learner says.  Raises SeedError for what is no seed."""
    if not is_seed(seed):
        raise SeedError(say("the number of a variant is a whole one, 0 or more (got {seed!r})", seed=seed))
    _Given.seed = seed


def own_seed() -> int:
    """The learner's seed.  Raises SeedError where a class has one for each and it cannot be said which, or where what
    says so is wrong."""
    said = os.environ.get(VARIABLE, "").strip()
    if said:
        if not (said.isascii() and said.isdigit()):
            raise SeedError(
                say("{name} is a number (got {said!r}); mend it, or unset it", name=VARIABLE, said=said)
            )
        return int(said)
    seeds = read(Path())
    if seeds is None:
        return _Given.seed or 0
    return _of_class(seeds)


def _of_class(seeds: dict[str, int]) -> int:
    name, given = os.environ.get(HUB_USER, ""), _Given.seed
    own = seeds.get(known_as(name)) if name else None
    if own is not None:
        if given not in (None, own):
            template = "you are {name} here, whose number is {own}, not {given}: leave the number out"
            raise SeedError(say(template, name=name, own=own, given=given))
        return own
    if given is None:
        template = (
            "{name} is not among those who have a variant in this class; your teacher has your number:\n"
            'write it into the cell that says variant("…"), behind a comma'
            if name
            else "in this class everybody has another variant, by a number that your teacher has for you:\n"
            'write it into the cell that says variant("…"), behind a comma'
        )
        raise SeedError(say(template, name=name))
    if given not in seeds.values():
        template = "nobody in this class has the number {given}; look again at yours, or ask your teacher"
        raise SeedError(say(template, given=given))
    return given


def own(task: Task) -> Task:
    """The exercise as this learner has it.  Raises SeedError only for one that is not the same for everybody."""
    return drawn(task, own_seed() if getattr(task, "variants", None) else 0)
