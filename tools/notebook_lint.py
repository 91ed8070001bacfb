"""What an edition of a lesson must not hold, and nbval, git or a reader would not notice."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from nbformat import NotebookNode

from labkit.course.nbval.pictures import SVG, is_ladder, without_pictures
from tools.editions import BEGIN, END
from tools.folding import without_label

LINES = 12
PROGRAM_LINES = 20  # for a whole socket program: a cell tagged "program"
BYTES = 2_000_000  # of one edition, so that the repository stays small

_LABKIT = re.compile(r"^(?:from|import) labkit\b", re.MULTILINE)
_MARK = re.compile(r"NBVAL_\w+|PYTEST_VALIDATE_\w+")
_MACHINE_PATH = re.compile(
    r"(?<![\w.:/-])/(?:home|root|Users|work|tmp|private|var/folders|usr/lib)/[\w.+-]+"
    r"|site-packages|\b[A-Z]:\\\\?\w+"
)
_ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,}|\bipykernel_\d+")


def problems(notebook: NotebookNode, *, learner: bool) -> Iterator[str]:
    """Each defect of an executed edition, in words that say where and what to do instead."""
    cells = notebook.cells
    if not cells or cells[0].cell_type != "markdown" or not cells[0].source.startswith("# "):
        yield "cell 0: a lesson begins with its title (# Verb in sentence case)"
    size = sum(len(str(cell)) for cell in cells)
    if size > BYTES:
        yield f"it has {size:,} bytes (at most {BYTES:,}): draw fewer or simpler pictures"
    code = [(number, cell.source) for number, cell in enumerate(cells) if cell.cell_type == "code"]
    arrives = next(((number, source) for number, source in code if _LABKIT.search(source)), None)
    if arrives and not _only_imports(arrives[1]):
        yield (
            f"cell {arrives[0]}: the first cell that imports labkit does more than import from it (doctor() may "
            "follow): where there are no namespaces, that import lets the cells after it be shown from recordings"
        )
    for number, cell in enumerate(cells):
        found = list(_code(cell)) if cell.cell_type == "code" else []
        if learner and (BEGIN in cell.source or END in cell.source):
            found.append("a solution's mark in the learner's edition: make notebooks")
        begins = cell.source.strip().partition("\n")[0][:60]
        yield from (f"cell {number} ({begins}): {text}" for text in found)


def _only_imports(source: str) -> bool:
    """Nothing but imports from labkit: others may be missing on a system, and are then given by the recording."""
    for node in ast.parse(source).body:
        labkit = isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "labkit"
        if not labkit and ast.unparse(node) != "doctor()":
            return False
    return True


def _code(cell: NotebookNode) -> Iterator[str]:
    tags = cell.metadata.get("tags", [])
    source = cell.source
    if not source.strip():
        yield "it is empty"
        return
    if cell.get("execution_count") is None:
        yield "it was never executed, so nbval compares nothing: make notebooks"
    marks = sorted({*_MARK.findall(source), *(tag for tag in tags if tag.startswith("nbval-"))})
    if marks:
        yield f"{', '.join(marks)} excuses it from comparison: print what does not vary instead"
    if source.rstrip().endswith(";"):
        yield "nbval does not honour the ';' at its end: end a cell that plots with plt.show()"
    lines = sum(1 for line in without_label(source).splitlines() if BEGIN not in line and END not in line)
    limit = PROGRAM_LINES if "program" in tags else LINES
    if lines > limit:
        hint = "" if "program" in tags else f", or tag a whole program `program` ({PROGRAM_LINES} lines)"
        yield f"{lines} lines (at most {limit}): cut it in two with prose between{hint}"
    yield from _outputs(cell, tags)


def _outputs(cell: NotebookNode, tags: list[str]) -> Iterator[str]:
    errors = [output.ename for output in cell.outputs if output.output_type == "error"]
    if errors and "raises-exception" not in tags:
        yield f"it stores an error ({errors[0]}): mend it, or tag it raises-exception if that is the lesson"
    if "raises-exception" in tags and not errors:
        yield "it is tagged raises-exception and raised none"
    for output in cell.outputs:
        data = output.get("data", {})
        if (SVG in data or is_ladder(data)) and not data.get("text/plain", "").strip():
            yield "a picture without text/plain, so its times are compared: give it a __repr__"
    for text in _texts(cell):
        if match := _MACHINE_PATH.search(text):
            yield f"a path of one machine in its output: {match.group()}"
        if match := _ADDRESS.search(text):
            yield f"its output differs in each run: {match.group()}"


def _texts(cell: NotebookNode) -> Iterator[str]:
    for output in without_pictures(cell.outputs):
        yield output.get("text", "")
        yield output.get("evalue", "")
        yield "\n".join(output.get("traceback", []))
        for kind, value in output.get("data", {}).items():
            if isinstance(value, str) and not kind.startswith("image/"):
                yield value
