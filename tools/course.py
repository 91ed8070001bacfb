"""`python -m tools.course FOLDER [NAMES …]`: lay out a course for nbgrader, an assignment for each lesson.

In FOLDER: `source/NAME/NN_NAME.ipynb`, the solved edition with quizzes and problems to put in order that count, and
`nbgrader_config.py`.  With `--predictions 0.2` each prediction gives 0.2 points for having been made, right or wrong.
With `--variants variants.csv`, which `labkit variants` writes, each student has other variants of some exercises: the
table is copied into FOLDER, where grading looks for it, and the hand-outs have what it comes to, without names.
Laid out again, a course stays as it was where no option says otherwise, and what you changed in it stays yours.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import nbformat

from labkit.course.grading import laid
from labkit.course.grading.asked import mark
from labkit.course.grading.laid import NAME, WORTH, Laid, LaidError
from labkit.course.variants.table import FILE, agree, hand_out
from labkit.learn import finding
from labkit.learn.varying import handed as handed_out
from labkit.mysteries.sheets import SheetError
from labkit.words import say
from tools import settings, texts


class Outcome(NamedTuple):
    """The assignments, by lessons' names; how the course is laid out now; what was left as it was, a line each."""

    assignments: list[str]
    laid: Laid
    left: list[str]


def lay(
    folder: Path,
    names: Sequence[str],
    worth: Mapping[str, float],
    course: str = "",
    table: Path | None = None,
) -> Outcome:
    """Lay out the course, or lay it out again.

    *worth* says how many points a "quiz", an "order", a "predict" gives, *course* what the course is called in the
    exchange, *table* who has which variant; what is not said is as the course has it already.  A notebook that was
    changed since it was laid is left.  Raises SheetError for a table that cannot be used, LaidError.
    """
    if table:
        agree(table, folder)
    table = table or next(folder.glob(FILE), None)
    handed = hand_out(table) if table else ""
    before = laid.read(folder) or Laid(settings.earlier_course(folder) or NAME, WORTH, {})
    folder.mkdir(parents=True, exist_ok=True)
    worth, written = {**before.worth, **worth}, dict(before.written)
    assignments, left = [], []
    for source in texts.chosen(names):
        solved = texts.edition_paths(source)[1]
        notebook = nbformat.read(solved, as_version=4)
        mark(notebook, worth)
        if not any(cell.metadata.get("nbgrader", {}).get("grade") for cell in notebook.cells):
            continue  # nothing in it gives points
        name = texts.name_of(source)
        path = f"source/{name}/{solved.name}"
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists() and written.get(path, _digest(place)) != _digest(place):
            template = (
                "{file} was changed since it was laid, so it stays as it is; to have it anew, remove it first"
            )
            left.append(say(template, file=place))
        else:
            nbformat.write(notebook, place)
            written[path] = _digest(place)
        assignments.append(name)
        if table and any(exercise.variants for exercise in finding.lesson(name).exercises):
            (place.parent / handed_out.FILE).write_text(handed, encoding="utf-8")
    if table:
        (folder / FILE).write_bytes(table.read_bytes())
    now = Laid(course or before.course, worth, written)
    laid.write(folder, now)
    if told := settings.write(folder):
        left.append(told)
    return Outcome(assignments, now, left)


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tools.course", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME", help="lessons (all that give points)")
    parser.add_argument("--course", default="", help=f"the course's id in the exchange ({NAME})")
    for kind, words in (
        ("quiz", "a quiz"),
        ("order", "a problem to put in order"),
        ("predict", "a prediction"),
    ):
        option = {"quiz": "--quizzes", "order": "--orders", "predict": "--predictions"}[kind]
        parser.add_argument(option, dest=kind, type=float, help=f"points for {words} ({WORTH[kind]:g})")
    words = "who has which variant of an exercise: what `labkit variants` wrote"
    parser.add_argument("--variants", type=Path, metavar="TABLE", help=words)
    given = parser.parse_args(arguments)
    worth = {kind: getattr(given, kind) for kind in WORTH if getattr(given, kind) is not None}
    try:
        outcome = lay(given.folder, given.names, worth, given.course, given.variants)
    except (SheetError, LaidError) as error:
        print(error, file=sys.stderr)
        return 2
    course, points, _ = outcome.laid
    each = ", ".join(f"{kind} {points[kind]:g}" for kind in WORTH)
    print(f"{len(outcome.assignments)} assignments in {given.folder}: {', '.join(outcome.assignments)}")
    print(f"course {course}; points: {each}")
    for line in outcome.left:
        print(line, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
