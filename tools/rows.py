"""The table of all lessons, by parts, made from their cards: on the start page, and between marks in README.md."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from labkit.learn import catalogue
from tools.texts import ROOT, SourceError, name_of, root_of, source_of, to

HERE = "<!-- the lessons -->"  # stands in a text where its editions have the table
BEGIN, END = (
    "<!-- the lessons, from their cards: make notebooks writes them -->",
    "<!-- end of the lessons -->",
)
_MARKED = re.compile(f"{re.escape(BEGIN)}\n.*?{re.escape(END)}", re.DOTALL)


def table(root: Path, title: Callable[[str], str], here: str = "") -> str:
    """The table as Markdown; `title(name)` gives what stands for a lesson that is written, `here` is the one that
    holds the table."""
    lines = ["| | lesson | in it |", "|---|---|---|"]
    for part in catalogue.parts():
        lines.append(f"| | **{part.title}** | |")
        for name in part.lessons:
            words = catalogue.title(name)
            if name == here:
                row = words, "you are here"
            elif source_of(name, root).exists():
                row = title(name), catalogue.card(name).teaser
            else:
                row = words, "*being written*"
            lines.append(f"| {catalogue.number(name):02} | {' | '.join(row)} |")
    return "\n".join(lines)


def expanded(text: str, source: Path) -> str:
    """A text's words with the table in place of its mark."""
    if HERE not in text:
        return text
    drawn = table(root_of(source), lambda name: to(name, catalogue.title(name), source), name_of(source))
    return text.replace(HERE, drawn)


def readme(root: Path = ROOT) -> tuple[str, str]:
    """What README.md says, and what it should say.  Raises SourceError where its marks are missing."""
    text = (root / "README.md").read_text(encoding="utf-8")
    drawn = table(root, lambda name: f"[{catalogue.title(name)}](notebooks/{catalogue.stem(name)}.ipynb)")
    should, count = _MARKED.subn(lambda _: f"{BEGIN}\n\n{drawn}\n\n{END}", text)
    if count != 1:
        raise SourceError(
            f"README.md has the table of the lessons {count} times, once it must: write, where it shall"
            f" stand, the two lines\n{BEGIN}\n{END}"
        )
    return text, should


def write(root: Path = ROOT) -> bool:
    """Write README.md's table; False when it was in step."""
    text, should = readme(root)
    if text == should:
        return False
    (root / "README.md").write_text(should, encoding="utf-8")
    return True
