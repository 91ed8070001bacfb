"""What of a notebook's outputs is compared: facts, and of pictures the text beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nbformat import NotebookNode

LADDER = '<div class="labkit-ladder"'
SVG = "image/svg+xml"
_IMPORT = re.compile(r"^\s*(?:from\s+labkit\b|import\s[^#\n]*\blabkit\b)", re.MULTILINE)


def is_ladder(data: dict) -> bool:
    """Is what an output holds, by type, drawn as a ladder (or its player) of labkit's?"""
    return data.get("text/html", "").lstrip().startswith(LADDER)


def without_pictures(outputs: Iterable[NotebookNode]) -> list[NotebookNode]:
    """The outputs as they are compared: ladders and SVG carry real times, so only their presence counts.

    Each such picture says its facts in the text/plain beside it, and that is compared, as is all other HTML.  A
    picture without a text beside it is compared itself.
    """
    compared = []
    for output in outputs:
        data = output.get("data", {})
        pictures = {}
        if data.get("text/plain", "").strip():
            if SVG in data:
                pictures[SVG] = "(a picture)"
            if is_ladder(data):
                pictures["text/html"] = "(a ladder)"
        compared.append(NotebookNode(output, data={**data, **pictures}) if pictures else output)
    return compared


def uses_labkit(notebook: NotebookNode) -> bool:
    """Does a notebook import labkit, or hold a ladder (that a module of its own may have drawn)?"""
    return any(
        _IMPORT.search(cell.source) or any(is_ladder(output.get("data", {})) for output in cell.outputs)
        for cell in notebook.cells
        if cell.cell_type == "code"
    )
