"""The proof of a verdict: a number in the cell that is run, and the same in what it shows."""

from __future__ import annotations

import re

from nbformat import NotebookNode
from nbformat.v4 import new_output

from labkit.course.grading.proof import NoMark, Proof, proven
from labkit.words import say

_LATE = "CellTimeoutError"  # so nbgrader names it that a cell was interrupted, as it took too long
_NO_LABKIT = ("ImportError", "ModuleNotFoundError")  # of the sealed call; what a check lacks it tells itself

_CHECK = re.compile(r"^check\(", re.MULTILINE)
_GRADED = '__import__("labkit.course.grading.verdict", fromlist=["graded"]).graded("{number}", {seed}, '


def sealed(source: str, number: str, seed: int = 0) -> str:
    """The source of a check cell as the grader runs it: *seed* says whose variant is wanted."""
    return _CHECK.sub(lambda _: _GRADED.format(number=number, seed=seed), source)


def settle(cell: NotebookNode, number: str, why: str = "") -> None:
    """Leave in a check cell's outputs what nbgrader reads the points off, and nothing that a student could have put
    there: an error for none, a number for a part.  *why* says what kept the cell from being run.

    Raises NoMark where the check could not be made.
    """
    said = [_told(output) for output in cell.outputs if output.output_type in ("stream", "display_data")]
    errors = [output for output in cell.outputs if output.output_type == "error"]
    proofs = [found for output in cell.outputs if (found := _proof(output, number)) is not None]
    if not why and (unmade := _unmade(proofs, errors)):
        raise NoMark(cell.metadata.nbgrader.grade_id, unmade)
    points = [proof.points for proof in proofs if not proof.why]
    if why or len(points) != 1:
        if not errors:
            errors = [_error(why or say("the check did not come to its end"))]
        cell.outputs = [*said, *errors[-1:]]
        return
    most = float(cell.metadata.nbgrader.points)
    part = [] if points[0] >= most else [new_output("execute_result", {"text/plain": f"{points[0]:g}"})]
    cell.outputs = [*said, *part]


def _unmade(proofs: list[Proof], errors: list[NotebookNode]) -> str:
    """Why a check could not be made; "" where it was, and where the cell was interrupted: how long it may take is a
    bound of what is handed in."""
    if any(error.ename == _LATE for error in errors):
        return ""
    found = [proof.why for proof in proofs if proof.why]
    found += [
        f"{error.ename}: {error.evalue}" for error in errors[-1:] if not proofs and error.ename in _NO_LABKIT
    ]
    return found[0] if found else ""


def not_run(cell: NotebookNode, why: str) -> None:
    """Say in a cell why it was not run."""
    cell.outputs = [*cell.outputs, _error(why)]


def _told(output: NotebookNode) -> NotebookNode:
    """What is told, which costs nothing on whichever stream."""
    if output.output_type == "stream":
        return new_output("stream", name="stdout", text=output.text)
    return output


def _proof(output: NotebookNode, number: str) -> Proof | None:
    if output.output_type != "execute_result":
        return None
    return proven(str(output.data.get("text/plain", "")), number)


def _error(why: str) -> NotebookNode:
    return new_output("error", ename="NotGraded", evalue=why, traceback=[f"NotGraded: {why}"])
