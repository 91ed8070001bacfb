"""What an exercise is: data and one small function, `story(tale, thing)` (see `labkit.learn.kit.tale`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from labkit.learn.kit.tale import Tale


class Variants(NamedTuple):
    """What differs from learner to learner: `conventions`, the first of them the lesson's own, one in words, and the
    exercise that wants it.  All have the same title, steps and points, and none is harder than another.
    """

    conventions: tuple[Any, ...]
    told: Callable[[Any], str]
    made: Callable[[Any], Exercise]

    def exercise(self, number: int = 0) -> Exercise:
        """The exercise of so many a convention; of others than the first it says in its story what was agreed."""
        convention = self.conventions[number]
        return self.made(convention)._replace(variants=self, yours=self.told(convention) if number else "")


class Exercise(NamedTuple):
    """One exercise: `hints` are three, from vague to plain: the concept, the place, the code.

    `points` are what nbgrader gives for it, shared by the `steps` that a right answer is told; of these, `given` are
    told to whoever hands in nothing new, and are worth none.  `place` orders the exercises of a lesson where they are
    listed.  `coroutine`: what is wanted is an `async def`, which the story runs on an event loop of its own.
    `variants` make it another one for each learner of a class; `yours` is what this one has agreed, in words.
    """

    id: str
    title: str
    story: Callable[[Tale, Any], None]
    hints: tuple[str, str, str]
    needs_network: bool = False
    points: int = 1
    place: int = 1
    steps: int = 1
    given: int = 0
    coroutine: bool = False
    variants: Variants | None = None
    yours: str = ""


class Case(NamedTuple):
    """One row of a table of cases: call with `arguments` (shown as `shown`), expect `result`; else say
    `because`."""

    arguments: tuple[Any, ...]
    shown: str
    result: Any
    because: str = ""


def table(cases: tuple[Case, ...]) -> Callable[[Tale, Any], None]:
    """The story of an exercise that is a table of cases."""

    def story(tale: Tale, thing: Any) -> None:
        for case in cases:
            found = tale.call(thing, *case.arguments, shown=case.shown)
            tale.expect(case.shown, found, case.result, case.because)

    return story
