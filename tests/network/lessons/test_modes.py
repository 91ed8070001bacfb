"""Every lesson runs to its end in every mode: in kernels from which the kernel of the system really takes the rights.

The mode namespaces is that of the notebooks' own tests.  Here the kernels run without namespaces ("loopback"), and
without capture too ("recorded"), as a user without rights (tests/limits.py); and, as well as Linux can show it, on
another system ("elsewhere"), where what only Linux has is missing.

By day the lessons take turns, in their order: one runs in the mode "loopback", the next "elsewhere".  All modes have
their turn where LABKIT_ALL_EDITIONS is set (every night), and so has the learners' edition, which differs from the
solved one only in exercises that are open.
"""

from __future__ import annotations

import os

import limits
import nbformat
import pytest
from kernels import ELSEWHERE, PLACES, run, went_wrong

from labkit.recordings import store
from labkit.recordings.mark import MARK
from tools import editions, texts


def is_mark(output: nbformat.NotebookNode) -> bool:
    return bool(output.get("metadata", {}).get(MARK, {}).get("mark"))


def unmarked(notebook: nbformat.NotebookNode, shown: set[str]) -> list[str]:
    """Cells that are shown from the recording and do not say so first, or show something that does not."""
    found = []
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        if cell.id in shown and not (
            outputs and is_mark(outputs[0]) and "Recorded on" in outputs[0].data["text/plain"]
        ):
            found.append(cell.source)
        if cell.id not in shown and any(
            MARK in each.get("metadata", {}) and not is_mark(each) for each in outputs
        ):
            found.append(cell.source)
    return found


SOURCES = texts.sources()
NIGHT = bool(os.environ.get("LABKIT_ALL_EDITIONS"))
EDITIONS = ["solved", *(["learner"] if NIGHT else [])]


DAYS = ("loopback", "elsewhere")
RUNS = [
    pytest.param(source, place, id=f"{texts.name_of(source)}-{place}")
    for number, source in enumerate(SOURCES)
    for place in (PLACES if NIGHT else (DAYS[number % 2],))
]


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(("source", "place"), RUNS)
def test_a_lesson_runs_to_its_end(source, place, edition, tmp_path):
    if why := limits.why_not():
        pytest.skip(f"rights cannot be taken away here: {why}")
    notebook = editions.read(source)[edition == "solved"]
    run(notebook, tmp_path, PLACES[place], ELSEWHERE if place == "elsewhere" else "")
    shown = {cell.id for cell in store.load(texts.name_of(source)).cells if place in cell.shown}
    assert went_wrong(notebook.cells, solved=edition == "solved") == []
    assert unmarked(notebook, shown) == []
    if place != "elsewhere":
        first = next(cell for cell in notebook.cells if cell.cell_type == "code")
        modes = [output.data["text/plain"] for output in first.outputs if is_mark(output)]
        assert [mode.split(" (")[0] for mode in modes] == [f"Mode {place}"], first.outputs


def test_no_recorded_lesson_was_forgotten():
    assert store.names() == sorted(map(texts.name_of, SOURCES)), "run `make recordings`"
