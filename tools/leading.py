"""A chapter's end leads on: behind its "You can now …" stand the next chapter's heading, as a link, and its question.

Both are read out of the lesson itself, so neither is written twice: the question is the first that the next chapter's
cells ask by `predict`.  A chapter that asks none, the exit quiz too, is linked to and no more.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from nbformat import NotebookNode

from labkit.learn import catalogue

ENDS = re.compile(r"^\*+You can now\b", re.MULTILINE)  # how a chapter's last sentence begins
_HEAD = re.compile(r"^## (?P<title>.*)$", re.MULTILINE)


def anchor(title: str) -> str:
    """JupyterLab's id of a heading: the words as they are shown, with hyphens between them."""
    return title.replace("`", "").replace(" ", "-")


def lead_on(cells: Sequence[NotebookNode]) -> None:
    """Write into the prose of a lesson's cells, in front of each heading behind a "You can now …", what leads on."""
    ended = False
    for number, cell in enumerate(cells):
        if cell.cell_type != "markdown":
            continue
        parts, end = [], 0
        for head in _HEAD.finditer(cell.source):
            before = cell.source[end : head.start()]
            parts.append(before)
            if ended or ENDS.search(before):
                parts.append(_line(head["title"], _questions(cell.source[head.end() :], cells[number + 1 :])))
            parts.append(head[0])
            ended, end = False, head.end()
        rest = cell.source[end:]
        ended = ended or bool(ENDS.search(rest))
        cell.source = "".join([*parts, rest])


def _line(title: str, questions: Iterator[str]) -> str:
    question = next(questions, "")
    asked = "\n" + re.sub(r"[*<]", r"\\\g<0>", catalogue.titled(question)) if question else ""
    return f"**Next:** [{title}](#{anchor(title)}).{asked}\n\n"


def _questions(rest: str, cells: Sequence[NotebookNode]) -> Iterator[str]:
    """What the cells of a chapter ask; *rest* is what stands below its heading in the heading's own cell."""
    if _HEAD.search(rest):
        return
    for cell in cells:
        if cell.cell_type == "markdown" and _HEAD.search(cell.source):
            return
        if cell.cell_type == "code":
            yield from _asked(cell.source)


def _asked(code: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "predict":
            yield ast.literal_eval(node.args[1])
