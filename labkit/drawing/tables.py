"""Tables: columns of words aligned by spaces, and the same as HTML.  Pure."""

from __future__ import annotations

import html
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

CAPTION = "text-align:left;font-weight:bold"


def aligned(rows: Iterable[Sequence[str]], right: Collection[int] = ()) -> list[str]:
    """A line for each row, every column as wide as its widest cell and two spaces from the next.

    right  places of columns of numbers, whose ends stand below each other
    """
    # By places, for the doctor draws its table under an older Python too, whose zip is never strict.
    rows = list(rows)
    if len({len(row) for row in rows}) > 1:
        raise ValueError("one row of the table is shorter than another: give each row every column")
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))] if rows else []
    return [
        "  ".join(
            cell.rjust(widths[place]) if place in right else cell.ljust(widths[place])
            for place, cell in enumerate(row)
        ).rstrip()
        for row in rows
    ]


class Cell(NamedTuple):
    """A cell of an HTML table.

    content  HTML
    style    of the cell, in CSS
    scope    "col" for the head of a column, "row" for that of a row, else ""
    """

    content: str
    style: str = ""
    scope: str = ""

    @classmethod
    def of(cls, words: str, style: str = "", scope: str = "") -> Cell:
        """A cell with plain words."""
        return cls(html.escape(words), style, scope)

    def __str__(self) -> str:
        name, scope = ("th", f' scope="{self.scope}"') if self.scope else ("td", "")
        return f"<{name}{scope}{_styled(self.style)}>{self.content}</{name}>"


def page_table(
    rows: Iterable[Iterable[Cell]],
    heads: Sequence[Cell] = (),
    *,
    caption: str = "",
    caption_style: str = CAPTION,
    kind: str = "",
    style: str = "",
) -> str:
    """An HTML table.

    heads    the heads of its columns, if it has such
    caption  HTML
    kind     its CSS class
    style    of the table, in CSS
    """
    named = f' class="{kind}"' if kind else ""
    told = f"<caption{_styled(caption_style)}>{caption}</caption>" if caption else ""
    body = "".join(map(_row, rows))
    if heads:
        body = f"<thead>{_row(heads)}</thead><tbody>{body}</tbody>"
    return f"<table{named}{_styled(style)}>{told}{body}</table>"


def _row(cells: Iterable[Cell]) -> str:
    return f"<tr>{''.join(map(str, cells))}</tr>"


def _styled(style: str) -> str:
    return f' style="{style}"' if style else ""
