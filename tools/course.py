"""`python -m tools.course FOLDER [NAMES …]`: lay out a course for nbgrader, an assignment for each lesson.

In FOLDER: `source/NAME/NN_NAME.ipynb`, the solved edition with quizzes and problems to put in order that count, and
`nbgrader_config.py`.  With `--predictions 0.2` each prediction gives 0.2 points for having been made, right or wrong.
With `--variants variants.csv`, which `labkit variants` writes, each student has other variants of some exercises: the
table is copied into FOLDER, where grading looks for it, and the hand-outs have what it comes to, without names.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat

from labkit.course.grading.asked import mark
from labkit.course.variants.table import FILE, hand_out
from labkit.learn import finding
from labkit.learn.varying import handed as handed_out
from labkit.mysteries.sheets import SheetError
from tools import texts

WORTH = {"quiz": 1.0, "order": 1.0, "predict": 0.0}
CONFIG = texts.ROOT / "tools" / "nbgrader_config.py"


def lay(
    folder: Path,
    names: Sequence[str],
    worth: Mapping[str, float],
    course: str = "labkit",
    table: Path | None = None,
) -> list[str]:
    """Lay out the course; returns the assignments, by lessons' names.  What lies there already is written anew.

    *table* says who has which variant; without it, the one that the course has already.  Raises SheetError for one
    that cannot be used.
    """
    table = table or next(folder.glob(FILE), None)
    handed = hand_out(table) if table else ""
    laid = []
    for source in texts.chosen(names):
        solved = texts.edition_paths(source)[1]
        notebook = nbformat.read(solved, as_version=4)
        mark(notebook, worth)
        if not any(cell.metadata.get("nbgrader", {}).get("grade") for cell in notebook.cells):
            continue  # nothing in it gives points
        name = texts.name_of(source)
        place = folder / "source" / name / solved.name
        place.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, place)
        laid.append(name)
        if table and any(exercise.variants for exercise in finding.lesson(name).exercises):
            (place.parent / handed_out.FILE).write_text(handed, encoding="utf-8")
    if table:
        (folder / FILE).write_bytes(table.read_bytes())
    config = folder / CONFIG.name
    shutil.copy(CONFIG, config)
    with config.open("a", encoding="utf-8") as file:
        file.write(f"\nc.CourseDirectory.course_id = {course!r}\n")
    return laid


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tools.course", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME", help="lessons (all that give points)")
    parser.add_argument("--course", default="labkit", help="the course's id in the exchange (labkit)")
    for kind, words in (
        ("quiz", "a quiz"),
        ("order", "a problem to put in order"),
        ("predict", "a prediction"),
    ):
        option = {"quiz": "--quizzes", "order": "--orders", "predict": "--predictions"}[kind]
        parser.add_argument(option, dest=kind, type=float, default=WORTH[kind], help=f"points for {words}")
    words = "who has which variant of an exercise: what `labkit variants` wrote"
    parser.add_argument("--variants", type=Path, metavar="TABLE", help=words)
    given = parser.parse_args(arguments)
    worth = {kind: getattr(given, kind) for kind in WORTH}
    try:
        laid = lay(given.folder, given.names, worth, given.course, given.variants)
    except SheetError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{len(laid)} assignments in {given.folder}: {', '.join(laid)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
