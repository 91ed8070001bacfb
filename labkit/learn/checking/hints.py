"""Hints: the concept first, then the place, then the code; one more at each call."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Sequence

from labkit.learn.finding import UnknownExercise, find_hinted
from labkit.learn.showing import block, show, told
from labkit.learn.varying.handed import SeedError
from labkit.learn.varying.own import own
from labkit.words import look_up, say

NAMES = ("the concept", "the place", "the code")

_given: dict[str, int] = {}


def hint(id: str) -> None:
    """Show the next hint for the exercise or Parsons problem *id*; after the last one, all of them again."""
    try:
        hints = _hints(id)
    except UnknownExercise as error:
        print(error)
        return
    except SeedError as error:
        print(say("{id}: {error}.", id=id, error=error))
        return
    taken = take(id)
    text = _worded(hints, taken - 1) if taken <= len(NAMES) else worded(id)
    show(text, block(text))


def take(id: str) -> int:
    """Note that one more hint is asked for: how many that makes.  Raises UnknownExercise."""
    find_hinted(id)
    _given[id] = _given.get(id, 0) + 1
    return _given[id]


def worded(id: str) -> str:
    """The words of all hints that were asked for so far, one below the other.  Raises UnknownExercise."""
    count = given(id)
    hints = _hints(id) if count else ()
    lines = [_worded(hints, number) for number in range(count)]
    if _given.get(id, 0) > len(NAMES):
        # No word of a solved edition: the learner's own copy of the course has none.
        lines.append(say("These are all the hints.  The last one has the code: try it in your cell."))
    return "\n".join(lines)


def _hints(id: str) -> Sequence[str]:
    """The hints as this learner's variant has them."""
    return own(find_hinted(id)).hints


def _worded(hints: Sequence[str], number: int) -> str:
    hint = told(hints[number])
    if "\n" in hint:  # code: below its heading, all lines indented alike
        hint = "\n" + textwrap.indent(_flush(hint), "    ")
    template = "Hint {number} of {all}, {what}: {hint}"
    return "\n".join(
        line.rstrip()
        for line in say(
            template, number=number + 1, all=len(hints), what=look_up(NAMES[number]), hint=hint
        ).split("\n")
    )


def _flush(code: str) -> str:
    """Code whose lines after the first are all set in, with as much of that as Python wants."""
    first, rest = code.split("\n", 1)
    if textwrap.dedent(rest) == rest:
        return code
    # What follows a colon may be its body alone, or go on behind that: Python knows which.
    ways = [f"{first}\n" + textwrap.indent(textwrap.dedent(rest), by) for by in ("", "    ")]
    return next(filter(_is_code, ways), ways[first.rstrip().endswith(":")])


def _is_code(text: str) -> bool:
    try:
        ast.parse(text.replace("…", "..."))
    except SyntaxError:
        return False
    return True


def given(id: str) -> int:
    """How many hints the learner has asked for since the kernel started (at most three)."""
    return min(_given.get(id, 0), len(NAMES))
