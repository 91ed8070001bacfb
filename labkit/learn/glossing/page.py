"""The glossary's entries as text, as HTML and as Markdown, with links to the lessons and among each other."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Iterable

from labkit.learn import catalogue
from labkit.learn.showing import rich as marked
from labkit.terms.term import Term
from labkit.words import look_up, say

_WIDE = 100  # columns of the text form


def text(terms: Iterable[Term]) -> str:
    """The entries as lines of text."""
    return "\n".join(_lines(term) for term in terms)


def _lines(term: Term) -> str:
    said = [look_up(term.meaning), _source(term, catalogue.title(term.lesson))]
    if term.see:
        said.append(say("See also: {others}.", others=", ".join(term.see)))
    body = "\n".join(textwrap.fill(each, _WIDE, initial_indent="  ", subsequent_indent="  ") for each in said)
    return f"{_head(term)}\n{body}"


def _head(term: Term) -> str:
    shown = _other_names(term)
    return say("{name} (shown as {shown})", name=term.name, shown=", ".join(shown)) if shown else term.name


def _other_names(term: Term) -> list[str]:
    """How pictures show it, where that is not its name."""
    names = [shown if isinstance(shown, str) else shown[1] for shown in term.shown]
    return [name for name in dict.fromkeys(names) if name.lower() != term.name.lower()]


def _source(term: Term, lesson: str) -> str:
    return say("Source: {source}. Lesson: {lesson}.", source=term.source, lesson=lesson)


def rich(terms: Iterable[Term]) -> str:
    """The entries as a list in HTML; where several are shown, those that are referred to are links."""
    terms = list(terms)
    here = {term.name for term in terms}
    return f'<dl class="labkit-glossary">{"".join(_entry(term, here) for term in terms)}</dl>'


def _entry(term: Term, here: set[str]) -> str:
    others = ", ".join(
        f'<a href="#term-{anchor(name)}">{html.escape(name)}</a>' if name in here else html.escape(name)
        for name in term.see
    )
    see = f" {say('See also: {others}.', others=others)}" if term.see else ""
    return (
        f'<div id="term-{anchor(term.name)}"><dt><b>{html.escape(_head(term))}</b></dt>'
        f"<dd>{marked(look_up(term.meaning))}<br><small>"
        f"{_source(term, _lesson(term.lesson))}{see}</small></dd></div>"
    )


def _lesson(name: str) -> str:
    """A lesson's title, as a link where it is written."""
    title = html.escape(catalogue.title(name))
    if not catalogue.is_written(name):
        return say("{lesson} (being written)", lesson=title)
    return f'<a href="{catalogue.stem(name)}.ipynb">{title}</a>'


def anchor(name: str) -> str:
    """A term's name as part of an id: letters, digits and hyphens."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")
