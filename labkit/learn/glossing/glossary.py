"""`glossary("segment")`: what a term means, where it is laid down, which lesson teaches it."""

from __future__ import annotations

from labkit.learn.glossing import page
from labkit.learn.showing import show
from labkit.notebook.kernel import in_notebook
from labkit.terms import finding
from labkit.terms.finding import UnknownTerm


def glossary(word: str | None = None) -> None:
    """Show a term's entry; without a word all of them, with a field to search in.

    word   a term as prose, programs or pictures have it: "segment", "recv()", "TIME-WAIT", "sackOK"

    A word that the glossary does not have is answered with those that may be meant.
    """
    if word is None:
        every = list(finding.terms().values())
        html = page.rich(every)
        show(page.text(every), html, _searchable(html) if in_notebook() else None)
        return
    try:
        term = finding.term(word)
    except UnknownTerm as error:
        print(error)
        return
    show(page.text([term]), page.rich([term]))


def _searchable(html: str) -> object:
    from labkit.learn.glossing.widget import GlossaryWidget

    return GlossaryWidget(html=html)
