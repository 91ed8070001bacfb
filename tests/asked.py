"""What the lessons ask: each predict(), quiz() and order() of a cell, read from its source without running it."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any, NamedTuple

EDITIONS = Path(__file__).parents[1] / "notebooks"


class Asked(NamedTuple):
    """One question: its id and, of a prediction, the choices as they are shown (none where it has none)."""

    kind: str
    id: str
    choices: tuple[str, ...] = ()


def asked(source: str) -> list[Asked]:
    """What a cell asks, in order.  IPython's own lines are passed over."""
    plain = "\n".join("pass" if line.startswith(("%", "!")) else line for line in source.splitlines())
    calls = [node for node in ast.walk(ast.parse(plain)) if isinstance(node, ast.Call)]
    calls.sort(key=lambda call: (call.lineno, call.col_offset))
    return [found for call in calls if (found := _asked(call)) is not None]


def _asked(call: ast.Call) -> Asked | None:
    kind = call.func.id if isinstance(call.func, ast.Name) else ""
    if kind in ("quiz", "order"):
        return Asked(kind, ast.literal_eval(call.args[0]))
    if kind != "predict" or len(call.args) < 2:
        return None
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    choices: Any = call.args[2] if len(call.args) > 2 else named.get("choices")
    labels = getattr(choices, "keys", None) or getattr(choices, "elts", [])
    return Asked(kind, ast.literal_eval(call.args[0]), tuple(str(ast.literal_eval(each)) for each in labels))


def cells(edition: Path) -> list[str]:
    """The sources of the code cells of an edition."""
    notebook = json.loads(edition.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def predictions() -> list[tuple[str, Asked]]:
    """All predictions of all lessons, with the lesson's name, in order."""
    return [
        (edition.stem[3:], each)
        for edition in sorted(EDITIONS.glob("[0-9][0-9]_*.ipynb"))
        for source in cells(edition)
        for each in asked(source)
        if each.kind == "predict"
    ]
