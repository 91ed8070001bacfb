"""What the glossary holds of each term."""

from __future__ import annotations

from typing import NamedTuple


class Term(NamedTuple):
    """A term of networking or of this lab, explained once.

    name     as it stands at the head of its entry
    meaning  one or two plain sentences, the first complete in itself
    source   where it is laid down: a section of an RFC, a manual page, "this lab"
    lesson   the name of the lesson that teaches it
    see      names of terms beside it
    shown    how ladders, players and tables show it: a name, or (the layer, a name) where layers share the name
    forms    how it stands in prose or between backticks, where it is marked; () where it is never marked.  Without a
             capital letter it is found however a sentence begins; without a vowel only between backticks (`ss`).
    apart    lessons in which those words mean something else
    """

    name: str
    meaning: str
    source: str
    lesson: str
    see: tuple[str, ...] = ()
    shown: tuple[str | tuple[str, str], ...] = ()
    forms: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
