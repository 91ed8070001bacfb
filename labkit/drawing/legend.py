"""The terms of a picture, a word each, below it: pointed at, or reached by Tab, a word tells what it means.

Without a script, so that it works in a page without a kernel, too.  Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from labkit.drawing.shapes import Group, Picture, Shape, Words
from labkit.terms.finding import shown_as
from labkit.words import look_up, say

CSS = (
    ".lk-terms{display:block!important;position:relative;font:12px/1.6 sans-serif}"
    ".lk-terms b{font-weight:400;margin-right:9px;"
    "text-decoration:underline dotted;cursor:help}.lk-terms i{display:none;position:absolute;left:0;bottom:1.7em;"
    "padding:4px 9px;border:1px solid;background:var(--jp-layout-color0,Canvas)}"
    ".lk-terms b:is(:hover,:focus) i{display:block}"
)


def terms_of(picture: Picture) -> list[str]:
    """The names that a picture shows and the glossary explains, each once, in the order of its shapes."""
    return list(dict.fromkeys(name for shape in picture.shapes for name in _names(shape) if shown_as(name)))


def _names(shape: Shape) -> Iterator[str]:
    if isinstance(shape, Group):
        yield from shape.terms
        for part in shape.shapes:
            yield from _names(part)
    elif isinstance(shape, Words) and shape.term:
        yield shape.term


def legend(names: Iterable[str]) -> str:
    """The words as HTML, each with what it means; "" for none, and without those that the glossary does not know."""
    known = {name: term for name in names if (term := shown_as(name)) is not None}
    if not known:
        return ""
    words = "".join(
        f'<b tabindex="0">{escape(name)}<i>{escape(look_up(term.meaning))}</i></b> '
        for name, term in known.items()
    )
    # Where a sanitizer takes the style out (a notebook that is not trusted, GitHub), all meanings would stand there in
    # a row: so it takes the style to show any of it.
    hidden = 'hidden="hidden" style="display:none"'
    return f'<style>{CSS}</style><div class="lk-terms" {hidden}>{say("What is that?")} {words}</div>'
