"""Parsons problems: the lines of a program, shuffled, to be put in order.

As effective as writing code, and quicker (Ericson, Margulieux and Rick 2017).  The indentation is given.  The
story runs the lines as they were put, so every order that works is right.
"""

from __future__ import annotations

import hashlib
import string
from collections.abc import Callable
from typing import Any, NamedTuple

from labkit.learn.kit.tale import Tale
from labkit.words import say


class Parsons(NamedTuple):
    """One problem: `lines` in an order that works, with their indentation; `extra` lines do not belong.

    The lines define the function `name`, which `story(tale, function)` runs as a check does.  `hints` are
    three, from vague to plain.  `given` is code that stands before the lines, such as imports.  `place` orders
    the problems of a lesson where they are listed.
    """

    id: str
    title: str
    lines: tuple[str, ...]
    name: str
    story: Callable[[Tale, Any], None]
    hints: tuple[str, str, str]
    extra: tuple[str, ...] = ()
    needs_network: bool = False
    given: str = ""
    place: int = 1

    @property
    def shuffled(self) -> tuple[str, ...]:
        """All lines, those that do not belong too, in the same disorder each time and never in order."""
        places = [*enumerate((*self.lines, *self.extra))]
        places.sort(key=lambda place: hashlib.sha256(f"{self.id} {place}".encode()).digest())
        mixed = tuple(line for _, line in places)
        while tuple(line for line in mixed if line in self.lines) == self.lines and len(set(mixed)) > 1:
            mixed = (*mixed[1:], mixed[0])
        return mixed

    @property
    def letters(self) -> dict[str, str]:
        """a → the first of the shuffled lines, b → the second, ..."""
        return dict(zip(string.ascii_lowercase, self.shuffled, strict=False))

    def parse(self, answer: Any) -> tuple[str, ...]:
        """The lines in the order of *answer*: letters ("c a d", "cad") or a list of letters or of lines.

        Raises ValueError with words for the learner.
        """
        if not isinstance(answer, str):
            parts = [str(part) for part in answer]
            if all(part in self.shuffled for part in parts):
                return tuple(parts)
            answer = "".join(parts)
        letters = [letter for letter in answer.lower() if letter.isalnum()]
        known = self.letters
        for letter in letters:
            if letter not in known:
                raise ValueError(
                    say(
                        "there is no line {letter}: the lines are a to {last}", letter=letter, last=max(known)
                    )
                )
            if letters.count(letter) > 1:
                raise ValueError(
                    say(
                        "line {letter} stands there {n} times: each line once",
                        letter=letter,
                        n=letters.count(letter),
                    )
                )
        if not letters:
            raise ValueError(
                say("name the lines by their letters, such as {some!r} ...", some=" ".join(list(known)[:3]))
            )
        return tuple(known[letter] for letter in letters)

    def program(self, lines: tuple[str, ...]) -> str:
        """The source of the program that *lines* make, after what is given."""
        given = f"{self.given.rstrip()}\n\n" if self.given else ""
        return f"{given}{chr(10).join(lines)}\n"
