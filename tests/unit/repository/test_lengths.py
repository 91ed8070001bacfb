"""A lesson has at most 30 code cells, and their median is four lines at most."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools import editions, texts
from tools.lengths import MEDIAN_LINES, MOST_CELLS, Lengths, lengths


@pytest.mark.parametrize("source", texts.sources(), ids=texts.name_of)
def test_a_lesson_is_short_cells(source):
    found = lengths(editions.read(source)[0])
    assert found.cells <= MOST_CELLS, found
    assert found.median <= MEDIAN_LINES, (
        f"move what is not taught into the lesson's package, or cut a cell in two: {found}"
    )


def test_blank_lines_do_not_count_and_shown_cells_are_counted_apart():
    folded = new_code_cell("1\n2\n3", metadata={"jupyter": {"source_hidden": True}})
    exercise = new_code_cell("1\n\n2\n3\n4\n5", metadata={"nbgrader": {"solution": True}})
    notebook = new_notebook(cells=[new_markdown_cell("words"), folded, exercise, new_code_cell("1\n\n")])
    assert lengths(notebook) == Lengths(cells=3, median=3, shown=1, median_shown=1)
    assert lengths(new_notebook()) == Lengths(0, 0, 0, 0)
