"""Terms are marked where they first stand in a lesson: underlined with dots, their sentence where one points at them.

An `<abbr title="…">`, which every reader of notebooks shows so (JupyterLab, GitHub, a static page).  Marked are prose
and code between backticks; headings, tables, links and blocks of code are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from nbformat import NotebookNode

from labkit.terms import finding
from labkit.terms.term import Term

UNMARKED = "glossary"  # the lesson that explains them all

_LEFT_ALONE = re.compile(
    r"(?P<alone>^```.*?^```|^\#.*?$|^\|.*?$|!?\[[^\]]*\]\([^)]*\)|<[^>]*>|https?://\S+)|`(?P<code>[^`\n]+)`",
    re.DOTALL | re.MULTILINE,
)


def mark(cells: Iterable[NotebookNode], lesson: str) -> None:
    """Mark the terms in the prose of a lesson's cells."""
    prose = [cell for cell in cells if cell.cell_type == "markdown"]
    for cell, text in zip(prose, marked([cell.source for cell in prose], lesson), strict=True):
        cell.source = text


def marked(texts: Iterable[str], lesson: str) -> list[str]:
    """The texts of a lesson's cells, in their order, each term marked where it stands first."""
    if lesson == UNMARKED:
        return list(texts)
    return _Marking(lesson).all(texts)


class _Marking:
    """The terms that a lesson has not met yet."""

    def __init__(self, lesson: str) -> None:
        known = [term for term in finding.terms().values() if lesson not in term.apart]
        self.met: set[str] = set()
        self.prose = {form: term for term in known for form in _prose(term)}
        self.code = {form: term for term in known for form in _code(term)}
        longest_first = sorted(self.prose, key=len, reverse=True)
        self.pattern = re.compile(rf"(?<![\w`/-])(?:{'|'.join(map(_either_case, longest_first))})(?![\w`/-])")

    def all(self, texts: Iterable[str]) -> list[str]:
        return ["".join(self._cell(text)) for text in texts]

    def _cell(self, text: str) -> Iterator[str]:
        end = 0
        for kept in _LEFT_ALONE.finditer(text):
            yield self.pattern.sub(self._words, text[end : kept.start()])
            yield kept[0] if kept["code"] is None else self._first(kept[0], self.code.get(kept["code"]))
            end = kept.end()
        yield self.pattern.sub(self._words, text[end:])

    def _words(self, found: re.Match[str]) -> str:
        words = " ".join(found[0].split())
        term = self.prose.get(words) or self.prose.get(words[0].lower() + words[1:])
        return self._first(found[0], term)

    def _first(self, words: str, term: Term | None) -> str:
        if term is None or term.name in self.met:
            return words
        self.met.add(term.name)
        return f'<abbr title="{escape(term.meaning)}">{words}</abbr>'


def _prose(term: Term) -> Iterator[str]:
    return (form for form in term.forms if re.search("[aeiouyAEIOUY]|[A-Z]", form))


def _code(term: Term) -> Iterator[str]:
    """Between backticks: the form itself, and of a call its name with parentheses."""
    yield from term.forms
    yield from (f"{shown}()" for shown in term.shown if isinstance(shown, str) and shown.islower())


def _either_case(form: str) -> str:
    """A pattern of the form, which may be broken between lines, and with a capital where a sentence begins."""
    first = f"[{form[0]}{form[0].upper()}]" if form.islower() else re.escape(form[0])
    return first + r"\s+".join(map(re.escape, form[1:].split(" ")))
