"""The order of the lessons, kept in this one place: a lesson's number is its place here, and stands nowhere else.

A lesson that is written has a folder of its name in `labkit.lessons`, whose `CARD` tells its title.  What is planned
and not written yet has its title in `PLANNED`.  A lesson that the order does not know comes after the last, and behind
that what others add (`labkit.learn.added`), where its name is not taken.
"""

from __future__ import annotations

import difflib
import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from labkit.learn import added
from labkit.words import say

if TYPE_CHECKING:
    from labkit.learn.kit.lesson import Card

PACKAGE = "labkit.lessons"
LESSONS = Path(__file__).parents[1] / "lessons"


class Part(NamedTuple):
    """Lessons that belong together, by name, in the order in which they are best taken."""

    title: str
    lessons: tuple[str, ...]


PARTS = (
    Part("Connections", ("start", "sockets", "handshake", "silence", "layers")),
    Part("Streams", ("framing", "nagle", "flow", "loss", "options")),
    Part("Servers that last", ("many", "chat", "failure", "running")),
    Part("Other ways", ("datagrams", "multicast", "ipc", "pipes", "middle")),
    Part("In earnest", ("fast", "tls", "attack", "capstone", "detective")),
)
PLANNED: dict[str, str] = {}
MORE = "More"  # the title of the part for lessons that the order does not know

NAMED = re.compile(r"\blesson:(\w+)")  # how texts name a lesson


class UnknownLesson(LookupError):
    """There is no lesson of that name, written or planned; the message says which one may have been meant."""


@cache
def parts() -> tuple[Part, ...]:
    """The parts with all their lessons, written or not; those that the order does not know in one of their own."""
    known = {name for part in PARTS for name in part.lessons}
    written = {path.parent.name for path in LESSONS.glob("*/__init__.py")}
    more = tuple(sorted(written - known))
    return (*PARTS, Part(MORE, more)) if more else PARTS


class Home(NamedTuple):
    """Where a lesson's folder is: the package, and that package's own folder."""

    package: str
    folder: Path


def ours() -> tuple[str, ...]:
    """The lessons that labkit comes with in order, written or not."""
    return tuple(name for part in parts() for name in part.lessons)


def others() -> dict[str, Home]:
    """The lessons that were added, where each is.  A name that is taken stays whose it was."""
    found: dict[str, Home] = {}
    taken = set(ours())
    for shelf in added.shelves()[0]:
        for name in shelf.lessons:
            if name not in taken:
                found.setdefault(name, Home(shelf.package, shelf.folder))
    return found


def names() -> tuple[str, ...]:
    """All lessons in order, written or not; those that were added are the last."""
    return (*ours(), *others())


def home(name: str) -> Home:
    """Where a lesson is, or will be."""
    return others().get(name) or Home(PACKAGE, LESSONS)


def number(name: str) -> int:
    """A lesson's place in the order, from 0.  Raises UnknownLesson."""
    try:
        return names().index(name)
    except ValueError:
        near = difflib.get_close_matches(name, names(), n=1)
        template = (
            "There is no lesson {name!r}; did you mean {near!r}?"
            if near
            else "There is no lesson {name!r}; there are: {known}"
        )
        told = say(template, name=name, near=near[0] if near else "", known=", ".join(names()))
        raise UnknownLesson(told) from None


def stem(name: str) -> str:
    """What the files of its editions are called, without their ending: "05_framing".  Raises UnknownLesson."""
    return f"{number(name):02}_{name}"


def is_written(name: str) -> bool:
    """Whether there is such a lesson, and not only the plan to write it.  Raises UnknownLesson."""
    number(name)
    return (home(name).folder / name / "__init__.py").is_file()


def card(name: str) -> Card:
    """What a written lesson says of itself.  Raises UnknownLesson, also for one that is only planned."""
    if not is_written(name):
        raise UnknownLesson(say("The lesson {name!r} is not written yet", name=name))
    return import_module(f"{home(name).package}.{name}").CARD


def title(name: str) -> str:
    """A lesson's title: its card's, or the planned one.  Raises UnknownLesson, also for one that has neither."""
    if is_written(name):
        return card(name).title
    if name not in PLANNED:
        template = (
            "The lesson {name!r} has a place in the order, but neither a card nor a title in PLANNED: add it there,"
            " or `git restore labkit/learn/catalogue.py`"
        )
        raise UnknownLesson(say(template, name=name))
    return PLANNED[name]


def titled(text: str) -> str:
    """The text with lessons' titles, “in quotation marks”, where it names lessons: "see lesson:framing".

    Raises UnknownLesson.
    """
    return NAMED.sub(lambda found: f"“{title(found[1])}”", text)
