"""Words are made from values here, at the edge, by templates; no code reads them again.

A template is the English sentence with names in braces, as `str.format` has them: a whole one, so that a
translation may order its parts anew, and a plain string literal, so that it can be looked up and listed.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

WIDTH = 66  # of a line: longer ones a notebook in a narrow window breaks within a word

_catalogue: Mapping[str, str] = {}


def say(template: str, /, **values: Any) -> str:
    """The template, or what the catalogue has for it, with the values put in: `say("{n} of {all}", n=1, all=2)`."""
    return _catalogue.get(template, template).format_map(values)


def look_up(text: str, /) -> str:
    """The text, or what the catalogue has for it, as it is: for titles, hints, questions and reasons, which hold no
    values and may hold braces, as code does."""
    return _catalogue.get(text, text)


def filled(text: str) -> str:
    """A sentence in lines that a notebook shows whole, broken between words."""
    return textwrap.fill(text, WIDTH, break_on_hyphens=False, break_long_words=False)


def use(catalogue: Mapping[str, str]) -> Mapping[str, str]:
    """Say what follows in the catalogue's words, {template: translation}; returns the one used before."""
    global _catalogue
    before, _catalogue = _catalogue, catalogue
    return before
