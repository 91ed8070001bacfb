"""An explanation as HTML: for a notebook, and as a page of one file that asks nothing of anybody.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from labkit.drawing.page import html_of
from labkit.drawing.svg import still_of, svg_of
from labkit.explain import text
from labkit.explain.durations import duration
from labkit.explain.finding import numbered
from labkit.words import say

if TYPE_CHECKING:
    from labkit.explain.explanation import Explanation
    from labkit.explain.finding import Finding

LADDERS = 20
"""Findings of one capture whose ladders a page has: those that cost most."""

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "color:#1C1C1E;background:#fff}h2{margin-top:2.5rem}h3{margin-bottom:.2rem}"
    ".cost,.proof{color:#5F6368}.drawn{overflow-x:auto}table{border-collapse:collapse}"
    "td,th{text-align:left;padding:.2rem 1rem .2rem 0;vertical-align:top}"
)


def page(captures: Sequence[tuple[str, Explanation]]) -> str:
    """A whole page about captures, each with its name."""
    title = say("What happened here?")
    if len(captures) == 1 and captures[0][0]:
        title = captures[0][0]
    parts = [f"<h1>{escape(title)}</h1>"]
    if len(captures) > 1:
        parts.append(_contents(captures))
    for number, (name, explanation) in enumerate(captures, 1):
        if len(captures) > 1:
            parts.append(f'<h2 id="c{number}">{escape(name)}</h2>')
        parts += _capture(explanation)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>\n'
        f"<body>{''.join(parts)}</body></html>\n"
    )


def _contents(captures: Sequence[tuple[str, Explanation]]) -> str:
    rows = "".join(
        f'<tr><td><a href="#c{number}">{escape(name)}</a></td><td>{escape(text.summary(explanation))}</td></tr>'
        for number, (name, explanation) in enumerate(captures, 1)
    )
    return f"<table>{rows}</table>"


def _capture(explanation: Explanation) -> Iterable[str]:
    yield f"<p>{escape(text.summary(explanation))}.</p>"
    for note in explanation.notes:
        yield f"<p class=cost>{escape(note)}</p>"
    if explanation.accounts:
        yield f'<div class="drawn">{svg_of(explanation._picture)}</div>'
    for number, finding in enumerate(explanation.findings):
        yield _section(finding)
        if number < LADDERS:
            yield f'<div class="drawn">{finding.ladder().svg}</div>'


def _section(finding: Finding) -> str:
    cost = f' <span class="cost">{duration(finding.cost_ns)}</span>' if finding.cost_ns else ""
    return (
        f"<h3>{escape(finding.title)}{cost}</h3><p>{escape(finding.sentence)}.</p>"
        f'<p>{escape(finding.advice)}</p><p class="proof">{escape(numbered(finding.frames))}; '
        f"{escape(say('lesson: {lesson}', lesson=finding.lesson))}</p>"
    )


def in_a_notebook(explanation: Explanation) -> str:
    """The bars, and the findings as a list."""
    bars = ""
    if explanation.accounts:
        picture = explanation._picture
        bars = html_of(
            svg_of(picture, standalone=False), still_of(picture), "labkit-bars", say("where the time went")
        )
    items = "".join(
        f"<li><b>{escape(finding.title)}</b>: {escape(finding.sentence)} "
        f"({escape(numbered(finding.frames))}). {escape(finding.advice)}</li>"
        for finding in explanation.findings[: text.MOST]
    )
    notes = "".join(f"<p>{escape(note)}</p>" for note in explanation.notes)
    return f"<div><p>{escape(text.summary(explanation))}</p>{notes}{bars}<ol>{items}</ol></div>"
