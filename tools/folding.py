"""Cells whose input is folded: tagged `hide-input` in a lesson's text, the tag by Jupyter Book's name for it.

JupyterLab folds by metadata of its own, and shows of a folded cell its first line, of any length: one longer than the
page gives the whole notebook a horizontal scroll bar.  So a folded cell begins with a comment that says in a few words
what it does: one that is made here, where it asks or reveals; else the author's.
"""

from __future__ import annotations

import ast

from nbformat import NotebookNode

from tools.grading import BEGIN
from tools.texts import SourceError

FOLDED = "hide-input"
WIDTH = 42
"""Of a first line, in signs: what the page has room for in a window of 800 pixels, beside the list of files."""

LABELS = {
    "predict": ("# asks the question below", "# asks the questions below"),
    "reveal": ("# reveals the answer", "# reveals the answers"),
}
BOTH = "# asks a question, and reveals an answer"


def is_folded(cell: NotebookNode) -> bool:
    """Whether a reader sees no input of this cell before a click."""
    return bool(cell.metadata.get("jupyter", {}).get("source_hidden", False))


def fold(cell: NotebookNode) -> None:
    """Have JupyterLab show a cell's output only, and one line that says what it does, until the reader opens it.

    Raises SourceError for an exercise, and for a cell of which nothing says what it does.
    """
    if BEGIN in cell.source:
        raise SourceError(f"an exercise's cell is tagged {FOLDED}, and nobody would find it:\n{cell.source}")
    cell.metadata["jupyter"] = {"source_hidden": True}
    cell.source = f"{_label(cell.source)}{cell.source}"
    first = cell.source.partition("\n")[0]
    if not first.startswith("#") or len(first) > WIDTH:
        raise SourceError(
            f"a cell tagged {FOLDED} that neither asks nor reveals begins with a comment, of {WIDTH} signs at most,"
            f" that says what it does:\n{cell.source}"
        )


def without_label(source: str) -> str:
    """A cell's source as its author wrote it."""
    first, _, rest = source.partition("\n")
    return rest if first in {BOTH, *LABELS["predict"], *LABELS["reveal"]} else source


def _label(source: str) -> str:
    """The line to put in front; nothing where the author's own comment is there, or there is nothing to say."""
    if source.startswith("#"):
        return ""
    calls = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    named = [each.id for each in calls if isinstance(each, ast.Name)]
    asked, revealed = named.count("predict"), named.count("reveal")
    if asked and revealed:
        return f"{BOTH}\n"
    for name, (one, many) in LABELS.items():
        if name in named:
            return f"{one if named.count(name) == 1 else many}\n"
    return ""
