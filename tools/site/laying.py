"""Lay what Sphinx reads: the handbook from docs/ and the repository's papers, and what is made of labkit itself."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

from labkit.drawing.svg import CSS
from labkit.learn import catalogue
from tools.site import gallery, glossary, lessons, panels, reference, showing
from tools.texts import ROOT

DOCS = ROOT / "docs"
# In a page of docs/: a section of another file, `* - Title` all sections but that one, `all` the whole file.
_TAKES = re.compile(r"^<!-- ([\w/-]+)\.md: (.+) -->$", re.M)
# Papers of the repository that lie in docs/: pages of the handbook take them.
PAPERS = ("extending.md", "package-index.md", "teaching.md")
_SHOWS = re.compile(r"^<!-- (panel|picture): (.+) -->$", re.M)
_LINK = re.compile(r"(?<![!`])\[([^\]]*)\]\(([^)\s]+)\)(?!`)")
_FENCED = re.compile(r"^(```+|~~~+).*?^\1\s*$", re.S | re.M)

_PLACES = {
    "CONTRIBUTING.md": "/handbook/writing.md",
    "BENCHMARKS.md": "/handbook/benchmarks.md",
    "docs/teaching.md": "/handbook/teaching.md",
    "docs/extending.md": "/handbook/extending.md",
    "deploy/README.md": "/handbook/hub.md",
    "notebooks/24_glossary.ipynb": "/glossary.md",
    "#lessons": "/lessons/index.md",
    "#where-it-runs": "/handbook/installing.md#where-it-runs",
}
"""Where the site has what the repository's files link to."""


class LayingError(ValueError):
    """A page of docs/ takes something that is not there; says what."""


def lay(folder: Path) -> None:
    """Write all that Sphinx reads into a new folder.  Raises LayingError."""
    shutil.copytree(DOCS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in PAPERS:
        (folder / name).unlink()
    for name in ("lessons", "reference"):
        (folder / name).mkdir()
    for path in sorted(folder.rglob("*.md")):
        path.write_text(
            expanded(path.read_text(encoding="utf-8"), path.relative_to(folder)), encoding="utf-8"
        )
    for name in catalogue.names():
        if catalogue.is_written(name) and name != "glossary":
            lessons.write(name, folder / "lessons")
    made: dict[str, Callable[[], str]] = {
        "lessons/index.md": lessons.table,
        "gallery.md": gallery.page,
        "glossary.md": glossary.page,
    }
    for place, page in made.items():
        (folder / place).write_text(page(), encoding="utf-8")
    reference.write(folder / "reference")
    static = folder / "_static"
    panels.write(static)
    (static / "pictures.css").write_text(CSS + "\n", encoding="utf-8")


def expanded(text: str, place: Path) -> str:
    """A page of docs/, which stands at that place, with what it takes and shows.  Raises LayingError."""
    static = "../" * (len(place.parts) - 1) + "_static"
    text = _TAKES.sub(lambda found: _taken(found[1], found[2], place), text)
    return _SHOWS.sub(lambda found: showing.shown(found[1], found[2], static), text)


def sections(file: str) -> dict[str, str]:
    """The sections of a file of the repository, by their titles; "" is what stands before the first."""
    text = (ROOT / f"{file}.md").read_text(encoding="utf-8")
    fenced = [found.span() for found in _FENCED.finditer(text)]
    heads = [
        found
        for found in re.finditer(r"^## (.+)$", text, re.M)
        if not any(start <= found.start() < end for start, end in fenced)
    ]
    if not heads:
        return {"": text}
    ends = [*(head.start() for head in heads[1:]), len(text)]
    found = {head[1]: text[head.start() : end] for head, end in zip(heads, ends, strict=True)}
    return {"": text[: heads[0].start()], **found}


def _taken(file: str, wanted: str, place: Path) -> str:
    """What a page takes: one section, or `* - A - B`: all but those."""
    known = sections(file)
    if wanted == "all":
        return relinked("".join(known.values()))
    first, *out = re.split(r" - ", wanted)
    for title in (*([] if first == "*" else [first]), *out):
        if title not in known:
            there = ", ".join(filter(None, known))
            raise LayingError(f"docs/{place} takes “{title}” from {file}.md, which has: {there}")
    if first != "*":
        return relinked(known[first])
    return relinked("\n".join(text for title, text in known.items() if title and title not in out))


def relinked(text: str) -> str:
    """A text of the repository's with its links as the site has them; where the site has no such page, their words."""
    parts, last = [], 0
    for fence in _FENCED.finditer(text):  # within fenced code nothing is a link
        parts += [_LINK.sub(_home, text[last : fence.start()]), fence[0]]
        last = fence.end()
    return "".join([*parts, _LINK.sub(_home, text[last:])])


def _home(link: re.Match[str]) -> str:
    words, target = link[1], link[2].removeprefix("../")
    if re.match(r"[a-z]+:", target) or target.startswith("#"):
        return f"[{words}]({_PLACES.get(target, target)})"
    if target.startswith("notebooks/") and target not in _PLACES:
        return f"[{words}](/lessons/{Path(target).name})"
    return f"[{words}]({_PLACES[target]})" if target in _PLACES else words
