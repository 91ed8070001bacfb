"""Lay what Sphinx reads: the handbook from docs/, README.md and CONTRIBUTING.md, and what is made of labkit itself."""

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
# In a page of docs/: a section of another file, from its heading on; `*` means all, ` - Title` leaves one out, `all` is the whole file.
_TAKES = re.compile(r"^<!-- (README|CONTRIBUTING|BENCHMARKS|CHANGELOG)\.md: (.+) -->$", re.M)
_SHOWS = re.compile(r"^<!-- (panel|picture): (.+) -->$", re.M)
_LINK = re.compile(r"(?<!`)\]\(([^)\s]+)\)(?!`)")
_FENCED = re.compile(r"^(```+|~~~+).*?^\1\s*$", re.S | re.M)


class LayingError(ValueError):
    """A page of docs/ takes something that is not there; says what."""


def lay(folder: Path) -> None:
    """Write all that Sphinx reads into a new folder.  Raises LayingError."""
    shutil.copytree(DOCS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("lessons", "reference"):
        (folder / name).mkdir()
    for path in sorted(folder.rglob("*.md")):
        text = _TAKES.sub(lambda found: _taken(found[1], found[2], path), path.read_text(encoding="utf-8"))
        text = _SHOWS.sub(lambda found: showing.shown(found[1], found[2], _up(path, folder)), text)
        path.write_text(relinked(text, path.relative_to(folder)), encoding="utf-8")
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


def _up(path: Path, folder: Path) -> str:
    return "../" * (len(path.relative_to(folder).parts) - 1) + "_static"


def sections(file: str) -> dict[str, str]:
    """The sections of a file of the repository, by their titles; "" is what stands before the first."""
    text = (ROOT / f"{file}.md").read_text(encoding="utf-8")
    fenced = [found.span() for found in _FENCED.finditer(text)]
    heads = [
        found
        for found in re.finditer(r"^## (.+)$", text, re.M)
        if not any(start <= found.start() < end for start, end in fenced)
    ]
    ends = [*(head.start() for head in heads[1:]), len(text)]
    found = {head[1]: text[head.start() : end] for head, end in zip(heads, ends, strict=True)}
    return {"": text[: heads[0].start()] if heads else text, **found}


def _taken(file: str, wanted: str, path: Path) -> str:
    """What a page takes: one section, or `* - A - B`: all but those."""
    known = sections(file)
    if wanted == "all":
        return "".join(known.values())
    first, *out = re.split(r" - ", wanted)
    for title in (*([] if first == "*" else [first]), *out):
        if title not in known:
            there = ", ".join(filter(None, known))
            raise LayingError(f"docs/…/{path.name} takes “{title}” from {file}.md, which has: {there}")
    if first != "*":
        return known[first]
    return "\n".join(text for title, text in known.items() if title and title not in out)


def relinked(text: str, place: Path) -> str:
    """Links of the repository's files as the site has them; where the site has no such page, their words alone."""

    def link(found: re.Match[str]) -> str:
        target = found[1]
        if re.match(r"[a-z]+:", target):
            return found[0]
        return f"]({_home(target, place)})"

    # Not within fenced code.
    parts, last = [], 0
    for fence in _FENCED.finditer(text):
        parts += [_unlinked(_LINK.sub(link, text[last : fence.start()])), fence[0]]
        last = fence.end()
    return "".join([*parts, _unlinked(_LINK.sub(link, text[last:]))])


def _home(target: str, place: Path) -> str:
    """Where the site has what a link of the repository leads to; "" for nowhere."""
    if target.startswith("notebooks/24_glossary"):
        return "/glossary.md"
    if target.startswith("notebooks/"):
        return f"/lessons/{Path(target).name}"
    pages = {"CONTRIBUTING.md": "/handbook/writing.md", "BENCHMARKS.md": "/handbook/benchmarks.md", "#lessons": "/lessons/index.md"}
    if target in pages:
        return pages[target]
    if target == "#where-it-runs":
        return "/handbook/installing.md#where-it-runs"
    if target.startswith("#") or target.startswith("/") or (DOCS / place.parent / target.partition("#")[0]).exists():
        return target
    name = target.partition("#")[0]
    if name in {"lessons/index.md", "../lessons/index.md", "glossary.md", "gallery.md", "reference/index.md"} or name.startswith("../"):
        return target
    return ""


def _unlinked(text: str) -> str:
    """Text with the links to nowhere as plain words."""
    return re.sub(r"!?\[([^\]]*)\]\(\)", r"\1", text)
