"""A lesson has at most 30 code cells, and their median is four lines at most."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools import editions, texts
from tools.lengths import MEDIAN_LINES, MOST_CELLS, Lengths, lengths

# Whose median is longer, how long it is, and why; a lesson that no longer is goes from this list.
LONGER = {
    "layers": (4.5, "each of its four services is a program"),
    "options": (6, "each option takes a connection of its own, set and asked call by call"),
    "datagrams": (5.5, "what is sent, received and counted stands in one cell, or its order is hidden"),
    "multicast": (6, "its options are set call by call, and these calls are the lesson"),
}


@pytest.mark.parametrize("source", texts.sources(), ids=texts.name_of)
def test_a_lesson_is_short_cells(source):
    found = lengths(editions.read(source)[0])
    bound, _ = LONGER.get(texts.name_of(source), (MEDIAN_LINES, ""))
    assert found.cells <= MOST_CELLS, found
    assert found.median <= bound, (
        f"move what is not taught into the lesson's package, or cut a cell in two: {found}"
    )
    assert texts.name_of(source) not in LONGER or found.median > MEDIAN_LINES, "take it off the list LONGER"


def test_blank_lines_do_not_count_and_shown_cells_are_counted_apart():
    folded = new_code_cell("1\n2\n3", metadata={"jupyter": {"source_hidden": True}})
    exercise = new_code_cell("1\n\n2\n3\n4\n5", metadata={"nbgrader": {"solution": True}})
    notebook = new_notebook(cells=[new_markdown_cell("words"), folded, exercise, new_code_cell("1\n\n")])
    assert lengths(notebook) == Lengths(cells=3, median=3, shown=1, median_shown=1)
    assert lengths(new_notebook()) == Lengths(0, 0, 0, 0)
