"""A lesson that is taken up again: its kernel is new, and the cells above have not run in it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from labkit.learn import catalogue
from labkit.learn.finding import lesson
from labkit.learn.progressing.journal import PARTS, JournalError, journal
from labkit.learn.showing import SESSION
from labkit.words import say

START = "start"  # the page that one comes back to for its last cells
_FILE = re.compile(r"\d\d_(\w+?)(\.new(-\d+)?)?\.ipynb")


def welcome() -> None:
    """Where this kernel's notebook is a lesson in which the learner has done something before, say how to go on.

    Only Jupyter Server names the notebook, and only a learner has a progress file: where notebooks are tested, built or
    graded, nothing is said.
    """
    name = lesson_of(os.environ.get(SESSION, ""))
    book = journal()
    if name in ("", START) or book.path is None:
        return
    try:
        content = book.read()
    except JournalError:  # told where the progress is shown, or kept
        return
    if done_in(name, content):
        print(
            say(
                "You have worked on this lesson before, and Python has started anew. To go on where you stopped: click"
                " into that cell, and choose Run > Run All Above Selected Cell."
            )
        )


def lesson_of(path: str) -> str:
    """The name of the lesson whose notebook this is, also of one laid beside a learner's work; "" for another."""
    found = _FILE.fullmatch(PurePath(path).name)
    return found[1] if found and found[1] in catalogue.names() and catalogue.is_written(found[1]) else ""


def done_in(name: str, content: Mapping[str, Any]) -> bool:
    """Does the progress say of anything in that lesson that the learner has tried it?"""
    noted = {id for part in PARTS for id in content[part]}
    if not noted:
        return False
    found = lesson(name)
    tasks = {task.id for part in (found.exercises, found.orders, found.quizzes) for task in part}
    return not noted.isdisjoint(tasks | set(found.because))
