"""The tree of questions, drawn: from the first question on the left to the kinds on the right."""

from __future__ import annotations

from typing import NamedTuple

from labkit.drawing.drawn import Drawn
from labkit.drawing.labels import pieces_width
from labkit.drawing.shapes import Group, Line, Picture, Shape, Words
from labkit.lessons.detective.tree import TREE, Found, Question, leaves, outline

ROW, TOP, LEFT, GAP = 30.0, 14.0, 12.0, 10.0
LINE = 15.0
"""Between two lines of a question."""


class _Columns(NamedTuple):
    """Where a question's words begin, where its answers do, and where they end; one for each depth."""

    asks: tuple[float, ...]
    answers: tuple[float, ...]
    kinds: float
    width: float


class Tree(Drawn):
    """The questions that lead to a fault, with their answers and what these come to."""

    kind, means = "questions", "tree of questions"

    def __init__(self, root: Question = TREE) -> None:
        self._root = root

    @property
    def text(self) -> str:
        """The same as lines, each question below the answer that leads to it."""
        return "\n".join(outline(self._root))

    @property
    def _picture(self) -> Picture:
        columns = _columns(self._root)
        shapes: list[Shape] = []
        _question(shapes, self._root, 0, 0, columns)
        count = sum(1 for _ in leaves(self._root))
        return Picture(
            columns.width,
            2 * TOP + count * ROW,
            tuple(shapes),
            (),
            2,
            "Questions that lead to a fault",
            self.text,
        )


def _wide(text: str, role: str, style: str = "plain") -> float:
    return max(pieces_width(((line, style),), role) for line in text.split("\n"))


def _wide_of(question: Question) -> float:
    return max(_wide(question.asks, "label", "head"), _wide(question.look, "quiet"))


def _columns(root: Question) -> _Columns:
    """As wide as what stands in them."""
    questions: list[list[Question]] = []
    level = [root]
    while level:
        questions.append(level)
        level = [after for each in level for _, after in each.answers if isinstance(after, Question)]
    x, asks, answers = LEFT, [], []
    for level in questions:
        asks.append(x)
        x += max(map(_wide_of, level)) + GAP
        answers.append(x)
        x += max(_wide(answer, "quiet") for each in level for answer, _ in each.answers) + 2.5 * GAP
    found = list(leaves(root))
    kinds = x
    x += max(_wide(each.kind, "label", "head") for each in found) + GAP
    x += max(_wide(each.where, "quiet") for each in found)
    return _Columns(tuple(asks), tuple(answers), kinds, x + LEFT)


def _question(
    shapes: list[Shape], question: Question, depth: int, row: int, columns: _Columns
) -> tuple[float, int]:
    """Draw a question and all behind it, from this row on; the height of its middle, and the next free row."""
    spine, ends = columns.answers[depth] + GAP, []
    for answer, after in question.answers:
        if isinstance(after, Found):
            y, target = TOP + (row + 0.5) * ROW, columns.kinds
            _kind(shapes, after, y, columns)
            row += 1
        else:
            y, row = _question(shapes, after, depth + 1, row, columns)
            target = columns.asks[depth + 1]
        shapes.append(Line(spine, y, target - GAP / 2, y, "tick"))
        shapes.append(Words(spine + GAP / 2, y - 4, ((answer, "plain"),), "quiet"))
        ends.append(y)
    middle = (ends[0] + ends[-1]) / 2
    lines = question.asks.split("\n")
    x, begin = columns.asks[depth], middle - LINE * len(lines) / 2 + 4
    parts: list[Shape] = [
        Words(x, begin + LINE * place, ((line, "head"),), "label") for place, line in enumerate(lines)
    ]
    parts.append(Words(x, begin + LINE * len(lines), ((question.look, "plain"),), "quiet"))
    shapes.append(Group(question.look, tuple(parts)))
    shapes.append(Line(spine, ends[0], spine, ends[-1], "tick"))
    shapes.append(Line(x + _wide(question.asks, "label", "head") + GAP / 2, middle, spine, middle, "tick"))
    return middle, row


def _kind(shapes: list[Shape], found: Found, y: float, columns: _Columns) -> None:
    kind = ((found.kind, "head"),)
    shapes.append(Words(columns.kinds, y + 4, kind, "label"))
    beside = columns.kinds + pieces_width(kind, "label") + GAP
    shapes.append(Words(beside, y + 4, ((found.where, "plain"),), "quiet"))
