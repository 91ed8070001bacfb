"""A change of prose alone runs no cell: editions get the words of their source, and keep what a run gave."""

from __future__ import annotations

from nbformat import NotebookNode

from tools.editions import identity, is_as_made


def with_prose(edition: NotebookNode, expected: NotebookNode) -> bool:
    """Give an edition the prose that its source has now, if that is all that has changed since a run made it; else
    leave it alone, and say False."""
    if not is_as_made(edition) or [*map(_run, edition.cells)] != [*map(_run, expected.cells)]:
        return False
    for number, (cell, should) in enumerate(zip(edition.cells, expected.cells, strict=True)):
        if cell.cell_type != "code":
            edition.cells[number] = should
    return True


def _run(cell: NotebookNode) -> tuple | None:
    """What decides of a cell's run."""
    return identity(cell) if cell.cell_type == "code" else None
