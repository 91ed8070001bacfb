"""Every cell can be run twice in a row, and the whole lesson again from the top: learners press Shift+Enter twice.
And what a lesson invites to change (tests/knobs.py) can be changed once it ran, and back again.

What the solved edition shows is compared here as nbval compares it, cell by cell, with the cells above run twice
already; so by day nbval itself runs the learners' edition alone.  In the mode "namespaces" twice in a row always; in
the others too, and again from the top, where LABKIT_ALL_EDITIONS is set (every night), when nbval runs both editions.
Plots are drawn here by night alone: nbval draws all of them by day, and nobody compares how they look.
"""

from __future__ import annotations

import copy
import os
import re
from itertools import zip_longest

import knobs
import limits
import pytest
from kernels import ELSEWHERE, PLACES, run, went_wrong

from labkit.course.nbval.pictures import without_pictures
from labkit.learn import catalogue
from tools import editions, texts

CELL_SECONDS = 120  # a lesson's longest cell takes 8 on an idle machine; one that hangs is found as well
WRITTEN = [name for name in catalogue.names() if catalogue.is_written(name)]
HERE = "namespaces"
NIGHT = bool(os.environ.get("LABKIT_ALL_EDITIONS"))
# By lesson, the beginning of a cell that counts what the cells above did: run twice they did it twice.
COUNTING = {"chat": "program.stop()"}
# What nbval compares of no output.
UNCOMPARED = {"image/png", "image/jpeg", "application/vnd.jupyter.widget-view+json"}
# A host gives its ports in a row: after twice as many calls another.
EPHEMERAL = re.compile(r"\b4\d{4}\b")


@pytest.mark.parametrize("place", [HERE, *(PLACES if NIGHT else ())])
@pytest.mark.parametrize("name", WRITTEN)
def test_a_lesson_runs_twice(name, place, tmp_path):
    if place != HERE and (why := limits.why_not()):
        pytest.skip(f"rights cannot be taken away here: {why}")
    source = texts.source_of(name)
    notebook = editions.read(source)[1]
    once = code_cells(notebook)
    first, second, again = (copy.deepcopy(once) for _ in range(3))
    turns = knobs.turns(name, once) if place == HERE else {}
    notebook.cells = []
    for number, twice in enumerate(zip(first, second, strict=True)):
        notebook.cells += twice
        if number in turns:
            notebook.cells += turns[number].cells()
    runs = {"first run": first, "second run in a row": second}
    if NIGHT:
        notebook.cells += again
        runs["again from the top"] = again
    rights = PLACES.get(place)
    before = ELSEWHERE if place == "elsewhere" else ""
    run(notebook, tmp_path, rights, before, seconds=CELL_SECONDS, drawn=NIGHT)
    told = [what for when, cells in runs.items() for what in unlike(when, first, cells)]
    if place == HERE:
        told += not_as_stored(first, name)
    for last, here in turns.items():
        told += [what for knob, cells in here.changed for what in unexpected(knob, cells)]
        told += unlike("changed back", first[last + 1 - len(here.back) : last + 1], here.back)
    assert not told, "\n\n".join(told)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def unlike(when: str, first, cells) -> list[str]:
    """What went wrong in cells, and which experiments came to something else than when they ran first."""
    told = [f"{when}: {what}" for what in went_wrong(cells)]
    return told + [
        f"{when}: the same experiment came to something else\nfirst: {one}\nnow:   {other}\n{cell.source}"
        for was, cell in zip(first, cells, strict=True)
        for one, other in zip_longest(revealed(was), revealed(cell))
        if one != other
    ]


def unexpected(knob: knobs.Knob, cells) -> list[str]:
    """What went wrong after a knob was turned, and what did not show then."""
    when = f"changed, {knob.old!r} to {knob.new!r}"
    told = [f"{when}: {what}" for what in went_wrong(cells, solved=False)]
    outputs = [output for cell in cells for output in cell.outputs]
    shows = "".join(out.get("text", "") + out.get("data", {}).get("text/plain", "") for out in outputs)
    if knob.said not in shows:
        told.append(f"{when}: {knob.said!r} does not show, but\n{shows}")
    return told


def revealed(cell) -> list[str]:
    """What the predictions of this cell came to."""
    if "reveal(" not in cell.source:
        return []
    shown = [output for output in cell.outputs if output.output_type == "display_data"]
    return [output.data["text/plain"] for output in shown if "text/plain" in output.data]


def not_as_stored(cells, name: str) -> list[str]:
    """Where the solved edition, as it is stored, shows something else than these cells."""
    stored = code_cells(editions.load(texts.edition_paths(texts.source_of(name))[1]))
    counting = COUNTING.get(name)
    return [
        f"first run: not what the solved edition shows\nstored: {shown(is_)}\nnow:    {shown(cell)}\n{cell.source}"
        for cell, is_ in zip(cells, stored, strict=True)
        if shown(cell) != shown(is_) and not (counting and cell.source.startswith(counting))
    ]


def shown(cell) -> dict[str, list[str]]:
    """What nbval compares of a cell's outputs: the values of each kind, in order; printed text in one."""
    values: dict[str, list[str]] = {}
    for output in without_pictures(cell.outputs):
        if output.output_type == "stream":
            values[output.name] = ["".join([*values.get(output.name, []), output.text])]
        elif output.output_type == "error":
            values.setdefault("error", []).append(f"{output.ename}: {output.evalue}")
        else:
            for kind, value in output.data.items():
                if kind not in UNCOMPARED:
                    values.setdefault(kind, []).append(EPHEMERAL.sub("(port)", value))
    return values


def test_all_written_lessons_are_here():
    assert sorted(WRITTEN) == sorted(map(texts.name_of, texts.sources()))


def test_a_cell_that_counts_is_there():
    for name, beginning in COUNTING.items():
        cells = code_cells(editions.read(texts.source_of(name))[1])
        assert sum(cell.source.startswith(beginning) for cell in cells) == 1
