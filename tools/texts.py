"""Where the lessons' texts lie, which editions they give, and how they name each other: by name, never by number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from labkit.learn import catalogue
from labkit.learn.catalogue import UnknownLesson

ROOT = Path(__file__).resolve().parent.parent

_LINK = re.compile(r"\[([^\]]*)\]\(lesson:([^)]*)\)")
# What a hand might write where a link by name belongs: it would be wrong when a lesson comes between.
_BY_NUMBER = re.compile(r"\b[Ll]essons? \d+\b|\b\d\d_\w+(?:\.ipynb|\.md)\b")

TABLE_SIGNS = 66
"""The longest words of a table's columns together: what a window of 1,000 pixels has, beside the list of files."""


class SourceError(ValueError):
    """A source that cannot become a lesson; says where and what to do."""


def sources(root: Path = ROOT) -> list[Path]:
    """The lessons' texts, in the lessons' order.  Raises SourceError for a text that belongs to no lesson."""
    return sorted((root / "lessons").glob("*/text.md"), key=_place)


def _place(source: Path) -> int:
    try:
        return catalogue.number(name_of(source))
    except UnknownLesson as error:
        raise SourceError(
            f"lessons/{name_of(source)}/{source.name} is the text of no lesson: its card, CARD in"
            f" labkit/lessons/{name_of(source)}/__init__.py, is missing"
        ) from error


def name_of(source: Path) -> str:
    """The name of the lesson that a text is of."""
    return source.parent.name


def root_of(source: Path) -> Path:
    """The tree that a text is in: the repository, or another with folders of these names."""
    return source.parents[2]


def source_of(name: str, root: Path = ROOT) -> Path:
    """Where a lesson's text is, or will be."""
    return root / "lessons" / name / "text.md"


def edition_paths(source: Path) -> tuple[Path, Path]:
    """Where the learner's edition and the solved one of a text lie."""
    notebooks, name = root_of(source) / "notebooks", f"{catalogue.stem(name_of(source))}.ipynb"
    return notebooks / name, notebooks / "solutions" / name


def chosen(asked: Iterable[str], root: Path = ROOT) -> list[Path]:
    """The texts of these lessons, each asked for by its name or its number; all if none is.  Raises SourceError."""
    known = sources(root)
    found = []
    for word in asked:
        ours = [each for each in known if word in (name_of(each), *_numbers(each))]
        if not ours:
            listed = ", ".join(edition_paths(each)[0].stem for each in known) or "none yet"
            raise SourceError(f"no lesson that is written is called {word!r}; there are: {listed}")
        found += ours
    return sorted(set(found), key=known.index) or known


def _numbers(source: Path) -> tuple[str, ...]:
    stem = catalogue.stem(name_of(source))
    return stem, stem.partition("_")[0], str(catalogue.number(name_of(source)))


def linked(text: str, source: Path) -> str:
    """Words of a text with the links of its editions, for `[](lesson:framing)` and `[words](lesson:framing)`.

    A lesson without words is called by its title; one that is not written yet is no link.  Raises SourceError.
    """

    def link(found: re.Match[str]) -> str:
        words, name = found.groups()
        try:
            title = catalogue.title(name)
        except UnknownLesson as error:
            raise SourceError(f"lessons/{name_of(source)}/text.md links to {found[0]}: {error}") from error
        return to(name, words or title, source, bracketed=in_brackets(text, found.start()))

    return _LINK.sub(link, text)


def in_brackets(text: str, place: int) -> bool:
    """Whether a place in a text is within brackets that its paragraph has opened."""
    before = text[text.rfind("\n\n", 0, place) + 1 : place]
    return before.count("(") > before.count(")")


def to(name: str, words: str, source: Path, *, bracketed: bool = False) -> str:
    """These words as a link to a lesson's edition, for an edition of `source`.

    A lesson that is not written yet is said to be: in brackets, or, where brackets stand around it, behind a comma.
    """
    if name == name_of(source):
        return words
    if source_of(name, root_of(source)).exists():
        return f"[{words}]({catalogue.stem(name)}.ipynb)"
    return f"“{words}”, being written" if bracketed else f"“{words}” (being written)"


def problems(source: Path) -> list[str]:
    """What a text must not hold, though an edition could be made of it."""
    text = source.read_text(encoding="utf-8")
    found = []
    heads = re.findall(
        r"^# (.*)$", re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE), re.MULTILINE
    )
    title = catalogue.title(name_of(source))
    if heads[:1] != [title]:
        found.append(f"its title is {heads[:1]}, its card's is {title!r}: make them one")
    return [*found, *_by_number(text, "[](lesson:its_name)"), *_too_wide(text)]


def misnamed(root: Path = ROOT) -> list[str]:
    """Where the code of lessons names a lesson by number, or by a name that none has."""
    found = []
    for folder in ("labkit/lessons", "lessons"):
        for path in sorted((root / folder).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            said = [*_by_number(text, "lesson:its_name"), *_unknown(text)]
            found += [f"{path.relative_to(root)}: {each}" for each in said]
    return found


def _too_wide(text: str) -> Iterator[str]:
    """Tables with a scroll bar of their own on a narrow page: a column is never narrower than its longest word."""
    for table in re.findall(r"(?:^\|.*\n)+", f"{text}\n", re.MULTILINE):
        rows = [re.split(r"(?<!\\)\|", line.strip("|")) for line in table.splitlines()]
        words = [[max(re.split(r"[ -]", re.sub(r"[`*]", "", cell)), key=len) for cell in row] for row in rows]
        longest = [max(column, key=len) for column in zip(*words, strict=True)]
        if sum(map(len, longest)) > TABLE_SIGNS:
            yield f"a table wider than a narrow page, by its longest words ({', '.join(longest)}): cut them in two"


def _by_number(text: str, instead: str) -> list[str]:
    return [
        f"it names a lesson by number, {match[0]!r}: write {instead}" for match in _BY_NUMBER.finditer(text)
    ]


def _unknown(text: str) -> Iterator[str]:
    for name in catalogue.NAMED.findall(text):
        try:
            catalogue.number(name)
        except UnknownLesson as error:
            yield str(error)
