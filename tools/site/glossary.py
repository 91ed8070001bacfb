"""The glossary's page, from the terms that all lessons and pictures explain (`labkit/terms/`)."""

from __future__ import annotations

import re

from labkit.learn import catalogue
from labkit.learn.glossing.page import anchor
from labkit.terms import finding
from labkit.terms.term import Term

HEAD = """\
# Glossary

Every term of the lessons, explained once, with the place where it is laid down and the lesson that teaches it.

```{raw} html
<p class="labkit-find"><label>Show only terms with <input type="search"></label>
<span role="status"></span></p>
```
"""


def page() -> str:
    """The page as Markdown: a heading for each letter, and one for each term."""
    lines, letter = [HEAD], ""
    for term in finding.terms().values():
        first = next((each.upper() for each in term.name if each.isalpha()), "#")
        if first != letter and first > letter:
            letter = first
            lines += [f"## {letter}", ""]
        lines += _entry(term)
    return "\n".join(lines)


def _entry(term: Term) -> list[str]:
    known = finding.terms()
    see = ", ".join(f"[{name}](#{_target(name)})" if name in known else name for name in term.see)
    title = catalogue.title(term.lesson)
    lesson = f"[{title}](lessons/{catalogue.stem(term.lesson)}.ipynb)" if _written(term.lesson) else title
    shown = [each if isinstance(each, str) else each[1] for each in term.shown]
    others = [name for name in dict.fromkeys(shown) if name.lower() != term.name.lower()]
    also = f" Shown as {', '.join(f'`{name}`' for name in others)}." if others else ""
    said = f"Source: {_plain(term.source)}. Lesson: {lesson}." + (f" See also: {see}." if see else "")
    return [
        f"({_target(term.name)})=",
        f"### {_plain(term.name)}",
        "",
        f"{_plain(term.meaning)}{also}",
        "",
        f"*{said}*",
        "",
    ]


def _target(name: str) -> str:
    """What an entry is linked to by; of names that differ in their case alone (listen, LISTEN) each has its own."""
    alike = [each for each in finding.terms() if anchor(each).lower() == anchor(name).lower()]
    return f"term-{anchor(name).lower()}" + (f"-{alike.index(name) + 1}" if alike.index(name) else "")


def _written(lesson: str) -> bool:
    return catalogue.is_written(lesson) and lesson != "glossary"


def _plain(text: str) -> str:
    """Words as Markdown shows them; what stands between backticks is code there, too."""
    parts = re.split(r"(`[^`]+`)", text)
    return "".join(
        part if part.startswith("`") else re.sub(r"([*_<>\[\]\\#$])", r"\\\1", part) for part in parts
    )
