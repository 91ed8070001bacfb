"""What is known of one person: predictions, exercises, quizzes, cells that failed.  Values; nothing is read here."""

from __future__ import annotations

from typing import Any, NamedTuple


class Guess(NamedTuple):
    """A prediction that was made: what was chosen ("" where nothing says), and whether it was right (None: unknown)."""

    chosen: str
    right: bool | None
    question: str = ""


class Try(NamedTuple):
    """An exercise, a problem to put in order or a quiz: its tries (0: unknown), hints taken, solved or not."""

    tries: int
    solved: bool
    hints: int = 0
    right: int = 0  # questions of a quiz, steps of an exercise
    of: int = 0


class Failure(NamedTuple):
    """A cell that ended with an error which the lesson does not ask for."""

    lesson: str
    cell: str  # the heading above, and its first line
    error: str


class Person(NamedTuple):
    """One person, by the name of their folder or file."""

    name: str
    guesses: dict[str, Guess]
    tries: dict[str, Try]
    quizzes: dict[str, Try]
    failures: tuple[Failure, ...]
    lessons: frozenset[str]


def nobody(name: str) -> Person:
    """A person of whom nothing is known yet."""
    return Person(name, {}, {}, {}, (), frozenset())


def joined(one: Person, other: Person) -> Person:
    """What two files say of the same person; where both say something of a task, the better."""
    return Person(
        one.name,
        _merged(one.guesses, other.guesses, _guess),
        _merged(one.tries, other.tries, _try),
        _merged(one.quizzes, other.quizzes, _try),
        tuple(dict.fromkeys((*one.failures, *other.failures))),
        one.lessons | other.lessons,
    )


def _merged(one: dict[str, Any], other: dict[str, Any], best: Any) -> dict[str, Any]:
    return {
        id: best(one[id], other[id]) if id in one and id in other else one.get(id, other.get(id))
        for id in (*one, *(id for id in other if id not in one))
    }


def _guess(one: Guess, other: Guess) -> Guess:
    """The one that says more; of two, the first."""
    full = (
        one
        if (one.chosen != "", one.right is not None) >= (other.chosen != "", other.right is not None)
        else other
    )
    return full._replace(question=one.question or other.question)


def _try(one: Try, other: Try) -> Try:
    most = max(one, other, key=lambda each: (each.solved, each.right))
    return most._replace(tries=max(one.tries, other.tries), hints=max(one.hints, other.hints))
