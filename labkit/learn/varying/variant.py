"""variant: what this learner's exercise wants that another's does not, in a line."""

from __future__ import annotations

from labkit.learn.finding import UnknownExercise, find
from labkit.learn.varying.drawing import draw
from labkit.learn.varying.handed import SeedError
from labkit.learn.varying.own import give, own_seed
from labkit.words import filled, say


def variant(id: str, seed: int | None = None) -> None:
    """Say what is agreed for the exercise *id*: as the lesson has it, or, in a class, as this learner has it.

    seed    the number that a teacher has for you, where nothing else says it; it holds for all exercises of this
            notebook from here on

    Prints, never raises.
    """
    try:
        exercise = find(id)
        if seed is not None:
            give(seed)
        variants = exercise.variants
        if variants is None:
            print(say("{id}: the same for everybody.", id=id))
            return
        number = own_seed()
    except UnknownExercise as error:
        print(error)
        return
    except SeedError as error:
        print(say("{id}: {error}.", id=id, error=error))
        return
    told = variants.told(variants.conventions[draw(id, len(variants.conventions), number)])
    if number:
        told = say("{id}, yours (number {seed}): {told}.", id=id, seed=number, told=told)
    else:
        told = say("{id}: {told}.", id=id, told=told)
    print(filled(told))
