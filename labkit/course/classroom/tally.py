"""What a class got wrong and where it was stuck: counted from what is known of each person.  Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from statistics import median
from typing import NamedTuple

from labkit.course.classroom.record import Person, Try


class Belief(NamedTuple):
    """A prediction: by how many it was made, how many were wrong, and what most of those chose, and why one might."""

    id: str
    question: str
    made: int
    wrong: int
    chosen: str  # the wrong choice of most; "" where nothing says what was chosen
    by: int
    because: str


class Task(NamedTuple):
    """An exercise, an order or a quiz: who tried, who solved it, and how often those tried of whom that is known."""

    id: str
    kind: str
    title: str
    tried: int
    solved: int
    tries: float  # the median; 0 where unknown
    most: int
    hints: int  # people who took one


class Trouble(NamedTuple):
    """A cell that failed, for how many, and with which error for most."""

    lesson: str
    cell: str
    people: int
    error: str


class Overview(NamedTuple):
    """The class: predictions, most wrong first; tasks, those where most are stuck first; cells that failed."""

    people: int
    beliefs: tuple[Belief, ...]
    tasks: tuple[Task, ...]
    troubles: tuple[Trouble, ...]


def overview(
    people: Iterable[Person],
    *,
    because: Callable[[str, str], str],
    task: Callable[[str], tuple[str, str]],
) -> Overview:
    """Count.  `because(id, choice)` is the misconception behind a choice, `task(id)` a task's kind and title."""
    known = tuple(people)
    beliefs = [_belief(id, known, because) for id in _ids(person.guesses for person in known)]
    tasks = [
        _task(id, [tries[id] for tries in each if id in tries], *task(id))
        for each in ([person.tries for person in known], [person.quizzes for person in known])
        for id in _ids(each)
    ]
    beliefs.sort(key=lambda each: (-each.wrong / each.made, -each.wrong, each.id))
    tasks.sort(key=lambda each: (-(each.tried - each.solved) / each.tried, -each.tries, -each.hints, each.id))
    return Overview(len(known), tuple(beliefs), tuple(tasks), tuple(_troubles(known)))


def _ids(many: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(id for each in many for id in each))


def _belief(id: str, people: tuple[Person, ...], because: Callable[[str, str], str]) -> Belief:
    guesses = [person.guesses[id] for person in people if id in person.guesses]
    wrong = [guess for guess in guesses if guess.right is False]
    said = Counter(guess.chosen for guess in wrong if guess.chosen)
    chosen, by = min(said.items(), key=lambda each: (-each[1], each[0])) if said else ("", 0)
    question = next((guess.question for guess in guesses if guess.question), "")
    return Belief(id, question, len(guesses), len(wrong), chosen, by, because(id, chosen) if chosen else "")


def _task(id: str, tries: list[Try], kind: str, title: str) -> Task:
    counted = [each.tries for each in tries if each.tries]
    return Task(
        id,
        kind,
        title,
        len(tries),
        sum(each.solved for each in tries),
        float(median(counted)) if counted else 0.0,
        max(counted, default=0),
        sum(bool(each.hints) for each in tries),
    )


def _troubles(people: tuple[Person, ...]) -> list[Trouble]:
    errors: dict[tuple[str, str], Counter[str]] = {}
    for person in people:
        for lesson, cell, error in dict.fromkeys(person.failures):
            errors.setdefault((lesson, cell), Counter())[error] += 1
    found = []
    for (lesson, cell), counted in errors.items():
        who = sum(
            any((each.lesson, each.cell) == (lesson, cell) for each in person.failures) for person in people
        )
        found.append(Trouble(lesson, cell, who, min(counted, key=lambda each: (-counted[each], each))))
    return sorted(found, key=lambda each: (-each.people, each.lesson, each.cell))
