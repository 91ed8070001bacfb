"""What is wrong with lessons that were added: told where lessons are listed and laid, and in nobody's way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from labkit.learn import added, catalogue
from labkit.words import say

if TYPE_CHECKING:
    from labkit.learn.finding import Lesson


def troubles() -> list[str]:
    """A sentence each; none where nothing was added, and then nothing is looked at."""
    shelves, broken = added.shelves()
    return [
        *map(str, broken),
        *_taken_names(shelves),
        *(line for name in catalogue.others() for line in _card(name)),
        *(_taken_ids() if shelves else ()),
    ]


def _taken_names(shelves: tuple[added.Shelf, ...]) -> Iterator[str]:
    others = catalogue.others()
    for shelf in shelves:
        for name in shelf.lessons:
            if name not in others or others[name].package != shelf.package:
                yield say(
                    "The lesson {name!r} of {package} is not taken: another lesson has that name. Rename its folder.",
                    name=name,
                    package=shelf.package,
                )


def _card(name: str) -> Iterator[str]:
    package = catalogue.home(name).package
    try:
        card = catalogue.card(name)
        if card.name != name:
            yield say(
                "The card of {package}.{lesson} names {name!r}; write the folder's name: Card({lesson!r}, …)",
                package=package,
                lesson=name,
                name=card.name,
            )
    except Exception as error:  # whatever a lesson raises when it is imported
        yield say("{package}.{lesson} has no card: {error}", package=package, lesson=name, error=error)


def _taken_ids() -> Iterator[str]:
    """Ids that two lessons have: what is asked for by them is the first one's."""
    from labkit.learn.finding import lessons

    first: dict[str, str] = {}
    for lesson in lessons():
        for module, error in lesson.broken.items():
            if lesson.name in catalogue.others():
                yield say(
                    "{module} of the lesson {lesson} cannot be read: {error}",
                    module=module,
                    lesson=lesson.name,
                    error=error,
                )
        for id in _ids(lesson):
            if (owner := first.setdefault(id, lesson.name)) != lesson.name:
                yield say(
                    "{id!r} of the lesson {lesson} is taken: lesson {owner} has that id. Give yours another.",
                    id=id,
                    lesson=lesson.name,
                    owner=owner,
                )


def _ids(lesson: Lesson) -> list[str]:
    tasks = [task.id for part in (lesson.exercises, lesson.orders, lesson.quizzes) for task in part]
    return [*tasks, *lesson.because]
