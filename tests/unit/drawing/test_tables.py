"""Tables as text and as HTML."""

from __future__ import annotations

import pytest

from labkit.drawing.tables import Cell, aligned, page_table


@pytest.mark.parametrize(
    ("rows", "right", "lines"),
    [
        ([], (), []),
        ([("a", "b")], (), ["a  b"]),
        ([("call", "server"), ("bind()", "-"), ("", "")], (), ["call    server", "bind()  -", ""]),
        (
            [("queue", "owner"), ("5", "close()"), ("10", "-")],
            (0,),
            ["queue  owner", "    5  close()", "   10  -"],
        ),
        ([("a", ""), ("bb", "")], (), ["a", "bb"]),  # nothing stands at the end of a line
    ],
)
def test_columns_stand_below_each_other(rows, right, lines):
    assert aligned(rows, right) == lines


def test_rows_of_different_lengths_are_no_table():
    with pytest.raises(ValueError, match="shorter"):
        aligned([("a", "b"), ("c",)])


def test_a_cell_says_what_it_heads_and_holds_words_or_html():
    assert str(Cell.of("<a> & b")) == "<td>&lt;a&gt; &amp; b</td>"
    assert str(Cell("<b>a</b>", "color:red")) == '<td style="color:red"><b>a</b></td>'
    assert str(Cell.of("a", "", "row")) == '<th scope="row">a</th>'
    assert str(Cell.of("a", "top:0", "col")) == '<th scope="col" style="top:0">a</th>'


def test_a_table_of_a_page():
    cell = Cell.of("a")
    assert page_table([[cell]]) == "<table><tr><td>a</td></tr></table>"
    assert page_table(
        [], [Cell.of("h", scope="col")], caption="c", caption_style="", kind="k", style="s"
    ) == (
        '<table class="k" style="s"><caption>c</caption>'
        '<thead><tr><th scope="col">h</th></tr></thead><tbody></tbody></table>'
    )
    assert 'style="text-align:left;font-weight:bold">c</caption>' in page_table([[cell]], caption="c")
