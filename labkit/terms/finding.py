"""The terms by name, by how pictures show them, and by how they stand in prose."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import cache

from labkit.terms import (
    attack_terms,
    call_terms,
    connection_terms,
    header_terms,
    lab_terms,
    packet_terms,
    program_terms,
    service_terms,
    state_terms,
    tls_terms,
)
from labkit.terms.term import Term
from labkit.words import look_up, say

_FILES = (
    state_terms,
    header_terms,
    connection_terms,
    packet_terms,
    call_terms,
    program_terms,
    service_terms,
    tls_terms,
    lab_terms,
    attack_terms,
)


class UnknownTerm(LookupError):
    """The glossary has no such term; the message says which may have been meant."""


@cache
def terms() -> dict[str, Term]:
    """{name: term}, in alphabetical order."""
    every = [term for file in _FILES for term in file.TERMS]
    return {term.name: term for term in sorted(every, key=lambda each: (each.name.lower(), each.name))}


@cache
def _shown() -> dict[tuple[str, str], Term]:
    """{(layer or "", name): term} of what pictures show."""
    return {
        ("", shown) if isinstance(shown, str) else shown: term
        for term in terms().values()
        for shown in term.shown
    }


@cache
def _said() -> dict[str, Term]:
    """{word in small letters: term}: names, and how they stand in prose and pictures."""
    said: dict[str, Term] = {}
    for term in terms().values():
        for form in (*term.forms, *(shown for shown in term.shown if isinstance(shown, str))):
            said.setdefault(form.lower(), term)
    return {**said, **{term.name.lower(): term for term in terms().values()}}


def shown_as(name: str, layer: str = "") -> Term | None:
    """The term that a picture shows by that name, in that layer of a frame; None where there is none."""
    return _shown().get((layer, name)) or _shown().get(("", name))


def meaning_of(name: str, layer: str = "") -> str:
    """What a name in a picture means, in a sentence or two; "" where the glossary does not say."""
    term = shown_as(name, layer)
    return "" if term is None else look_up(term.meaning)


def meanings() -> dict[str, dict[str, str]]:
    """{layer or "": {name: sentence}} of all that pictures show, for the page."""
    found: dict[str, dict[str, str]] = {}
    for (layer, name), each in _shown().items():
        found.setdefault(layer, {})[name] = look_up(each.meaning)
    return found


def term(word: str) -> Term:
    """The term of that name, or that stands so in prose ("segments") or in pictures ("mss").

    Raises UnknownTerm, which names those that are written much alike, or whose meaning has the word.
    """
    asked = word.strip().removesuffix("()")
    found = terms().get(asked) or _said().get(asked.lower())  # listen() is no LISTEN
    asked = asked.lower()
    if found is not None:
        return found
    near = [_said()[each].name for each in difflib.get_close_matches(asked, _said(), n=3)]
    near += [each.name for each in matching(asked)]
    said = say(
        "the glossary has no {word!r}; did you mean {near}? glossary() shows all"
        if near
        else "the glossary has no {word!r}; glossary() shows all that it has",
        word=word,
        near=", ".join(list(dict.fromkeys(near))[:4]),
    )
    raise UnknownTerm(said)


def matching(word: str, among: Iterable[Term] | None = None) -> list[Term]:
    """The terms in whose name or meaning the word stands; all for an empty one."""
    asked = word.strip().lower()
    return [
        each
        for each in (terms().values() if among is None else among)
        if asked in each.name.lower() or asked in look_up(each.meaning).lower()
    ]
