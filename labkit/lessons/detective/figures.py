"""The tree of questions, drawn: from the first question down, a line for each answer, for a narrow page too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from labkit.drawing.drawn import Drawn
from labkit.drawing.labels import pieces_width
from labkit.drawing.shapes import Group, Line, Picture, Shape, Words
from labkit.lessons.detective.tree import TREE, Found, Question, outline

ROW, MARGIN, STEP, GAP = 25.0, 12.0, 24.0, 10.0


class _Row(NamedTuple):
    """One line of the drawing: an answer, and what it leads to; `last`: how many rows below stands the last answer to
    that, if it is a question."""

    depth: int
    answer: str
    after: Question | Found
    last: int = 0


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
        rows = [_Row(0, "", self._root, _last(self._root)), *_rows(self._root, 1)]
        found = [row for row in rows if isinstance(row.after, Found)]
        kinds = max(map(_end, found)) + 2 * GAP  # all in one column, to be looked over
        shapes = [shape for number, row in enumerate(rows) for shape in _drawn(row, number, kinds)]
        return Picture(
            max(map(_right, shapes)) + MARGIN,
            2 * MARGIN + len(rows) * ROW,
            tuple(shapes),
            (),
            2,
            "Questions that lead to a fault",
            self.text,
        )


def _rows(question: Question, depth: int) -> Iterator[_Row]:
    """The rows below a question."""
    for answer, after in question.answers:
        if isinstance(after, Found):
            yield _Row(depth, answer, after)
        else:
            yield _Row(depth, answer, after, _last(after))
            yield from _rows(after, depth + 1)


def _last(question: Question) -> int:
    """How many rows below a question its last answer stands."""
    *others, _ = (after for _, after in question.answers)
    return 1 + sum(1 + len([*_rows(each, 0)]) if isinstance(each, Question) else 1 for each in others)


def _begin(row: _Row) -> float:
    """Where its answer's words begin."""
    return MARGIN + STEP * row.depth


def _end(row: _Row) -> float:
    """Where its answer's words end."""
    return _begin(row) + (pieces_width(((row.answer, "plain"),), "quiet") if row.answer else 0)


def _right(shape: Shape) -> float:
    """How far to the right it comes."""
    if isinstance(shape, Group):
        return max(map(_right, shape.shapes))
    if isinstance(shape, Words):
        return shape.x + pieces_width(shape.pieces, shape.role)
    return max(shape.x1, shape.x2) if isinstance(shape, Line) else 0


def _drawn(row: _Row, number: int, kinds: float) -> Iterator[Shape]:
    """What stands in a row, the line that leads to it, and the one that its answers hang on."""
    y = MARGIN + (number + 0.5) * ROW
    begin = _begin(row)
    if row.answer:
        yield Line(begin - STEP + GAP / 2, y, begin - GAP / 2, y, "tick")
        yield Words(begin, y + 4, ((row.answer, "plain"),), "quiet")
    after = row.after
    if isinstance(after, Found):
        target, said, beside = kinds, after.kind, after.where
    else:
        target, said, beside = _end(row) + (2 * GAP if row.answer else 0), after.asks, after.look
        yield Line(begin + GAP / 2, y + ROW / 3, begin + GAP / 2, y + ROW * row.last, "tick")
    if row.answer:
        yield Line(_end(row) + GAP / 2, y, target - GAP / 2, y, "tick")
    words = ((said, "head"),)
    parts = (
        Words(target, y + 4, words, "label"),
        Words(target + pieces_width(words, "label") + GAP, y + 4, ((beside, "plain"),), "quiet"),
    )
    yield Group(beside, parts)
