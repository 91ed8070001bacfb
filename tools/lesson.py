"""Lay out a new lesson's two folders, with an example of each part that passes every check: write it anew from there.

python -m tools.lesson loss                       a lesson of the plan takes its place and its title
python -m tools.lesson trial --title "Try it"     another comes after the last
"""

from __future__ import annotations

import argparse
import keyword
import re
import sys
from pathlib import Path
from string import Template

from labkit.learn import catalogue
from tools.texts import ROOT

TEMPLATES = Path(__file__).parent / "new_lesson"
FOLDERS = {
    "code": "labkit/lessons",
    "text": "lessons",
}  # what learners' machines run; what students must not get
CATALOGUE = "labkit/learn/catalogue.py"


class CannotLayOut(ValueError):
    """There can be no new lesson of this name; says why and what to do."""


def lay_out(name: str, title: str = "", root: Path = ROOT) -> list[Path]:
    """Write the folders of a lesson; gives the files.  Raises CannotLayOut, and writes nothing then.

    title  "": the planned one, or the name

    A planned lesson's title goes from the catalogue to its card.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise CannotLayOut(
            f"a lesson's name is a Python name in small letters (got {name!r}): make lesson NAME=loss"
        )
    for folder in FOLDERS.values():
        if (root / folder / name).exists():
            raise CannotLayOut(f"there is a lesson {name!r} already, in {folder}/{name}: choose another name")
    title = title or catalogue.PLANNED.get(name) or name.replace("_", " ").capitalize()
    words = {"name": name, "dashed": name.replace("_", "-"), "title": title, "quoted": _quoted(title)}
    written = []
    for kind, folder in FOLDERS.items():
        for template in sorted((TEMPLATES / kind).rglob("*.in")):
            place = str(template.relative_to(TEMPLATES / kind).with_suffix("")).replace("NAME", name)
            path = root / folder / name / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                Template(template.read_text(encoding="utf-8")).substitute(words), encoding="utf-8"
            )
            written.append(path)
    if name in catalogue.PLANNED:
        _take_from_plan(name, root)
    return written


def _quoted(text: str) -> str:
    """The text as it stands in code, in double quotation marks as elsewhere."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _take_from_plan(name: str, root: Path) -> None:
    path = root / CATALOGUE
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(rf'^    "{name}": ".*",\n', "", text, flags=re.MULTILINE), encoding="utf-8")


def taking_back(name: str) -> str:
    """What undoes a lesson that was laid out, in words."""
    folders = " and ".join(f"{folder}/{name}" for folder in FOLDERS.values())
    restored = f", git restore {CATALOGUE}" if name in catalogue.PLANNED else ""
    return f"delete {folders}{restored}, then make notebooks"


def main(arguments: list[str] | None = None) -> int:
    """The command line; the number of the exit."""
    parser = argparse.ArgumentParser(prog="python -m tools.lesson", description=__doc__.splitlines()[0])
    parser.add_argument("name", help="one of the plan, or a new one")
    parser.add_argument("--title", default="", help="what learners read; the planned one if none is given")
    options = parser.parse_args(arguments)
    try:
        written = lay_out(options.name, options.title)
    except CannotLayOut as error:
        print(error, file=sys.stderr)
        return 2
    print(*(path.relative_to(ROOT) for path in written), sep="\n")
    print(
        "next: write them anew (CONTRIBUTING.md), then make notebooks, make recordings, make lint, make test"
    )
    print(f"to take it back: {taking_back(options.name)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
