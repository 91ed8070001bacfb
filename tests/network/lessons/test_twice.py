"""Every cell can be run twice in a row, and the whole lesson again from the top: learners press Shift+Enter twice.

In the mode "namespaces" twice in a row always; in the others too, and again from the top, where LABKIT_ALL_EDITIONS is
set (every night).
"""

from __future__ import annotations

import copy
import os
from itertools import zip_longest

import limits
import pytest
from kernels import ELSEWHERE, PLACES, run, went_wrong

from labkit.learn import catalogue
from tools import editions, texts

CELL_SECONDS = 30  # a lesson's longest cell takes 8 on an idle machine
WRITTEN = [name for name in catalogue.names() if catalogue.is_written(name)]
HERE = "namespaces"
NIGHT = bool(os.environ.get("LABKIT_ALL_EDITIONS"))


@pytest.mark.parametrize("place", [HERE, *(PLACES if NIGHT else ())])
@pytest.mark.parametrize("name", WRITTEN)
def test_a_lesson_runs_twice(name, place, tmp_path):
    if place != HERE and (why := limits.why_not()):
        pytest.skip(f"rights cannot be taken away here: {why}")
    _, notebook = editions.read(texts.source_of(name))
    once = [cell for cell in notebook.cells if cell.cell_type == "code"]
    in_a_row = [copy.deepcopy(cell) for cell in once for _ in range(2)]
    again = copy.deepcopy(once) if NIGHT else []
    notebook.cells = [*in_a_row, *again]
    rights = PLACES.get(place)
    run(notebook, tmp_path, rights, ELSEWHERE if place == "elsewhere" else "", seconds=CELL_SECONDS)
    runs = {"first run": in_a_row[::2], "second run in a row": in_a_row[1::2]}
    if again:
        runs["again from the top"] = again
    told = [f"{when}: {what}" for when, cells in runs.items() for what in went_wrong(cells)]
    told += [
        f"{when}: the same experiment came to something else\nfirst: {one}\nnow:   {other}\n{cell.source}"
        for when, cells in runs.items()
        for was, cell in zip(in_a_row[::2], cells, strict=True)
        for one, other in zip_longest(revealed(was), revealed(cell))
        if one != other
    ]
    assert not told, "\n\n".join(told)


def revealed(cell) -> list[str]:
    """What the predictions of this cell came to."""
    if "reveal(" not in cell.source:
        return []
    shown = [output for output in cell.outputs if output.output_type == "display_data"]
    return [output.data["text/plain"] for output in shown if "text/plain" in output.data]


def test_all_written_lessons_are_here():
    assert sorted(WRITTEN) == sorted(map(texts.name_of, texts.sources()))
