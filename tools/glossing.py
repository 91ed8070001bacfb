"""The glossary in the editions: its entries on a page of their own, made from `labkit.terms`."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from labkit.learn import catalogue
from labkit.terms import finding
from labkit.terms.term import Term
from tools.texts import to

HERE = "<!-- the glossary -->"  # stands in a text where its editions have all entries


def expanded(text: str, source: Path) -> str:
    """A text's words with all entries in place of the mark: a heading for each letter, and one for each term."""
    if HERE not in text:
        return text
    parts = []
    for letter, terms in groupby(finding.terms().values(), key=lambda term: term.name[0].upper()):
        parts += [f"## {letter}", *(_entry(term, source) for term in terms)]
    return text.replace(HERE, "\n\n".join(parts))


def _entry(term: Term, source: Path) -> str:
    see = f" See also: {', '.join(_link(name) for name in term.see)}." if term.see else ""
    lesson = to(term.lesson, catalogue.title(term.lesson), source)
    return f"### {term.name}\n\n{term.meaning}\n*Source: {term.source}. Lesson: {lesson}.{see}*"


def _link(name: str) -> str:
    # JupyterLab's ids of headings: the words with hyphens between them.
    return f"[{name}](#{name.replace(' ', '-')})"
