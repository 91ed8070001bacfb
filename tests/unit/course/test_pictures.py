"""What of a notebook's outputs is compared: pictures by the text beside them, everything else itself."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from labkit.course.nbval.pictures import uses_labkit, without_pictures

LADDER = '<div class="labkit-ladder"><svg><title>{}</title></svg></div>'


def shown(**data):
    return [new_output("display_data", {kind.replace("_", "/", 1): value for kind, value in data.items()})]


def same(stored, found):
    return without_pictures(stored) == without_pictures(found)


@pytest.mark.parametrize(
    ("stored", "found", "are_same"),
    [
        (
            shown(text_html=LADDER.format("1 ms"), text_plain="SYN"),
            shown(text_html=LADDER.format("2 ms"), text_plain="SYN"),
            True,
        ),
        (
            shown(text_html=LADDER.format("1 ms"), text_plain="SYN"),
            shown(text_html=LADDER.format("1 ms"), text_plain="RST"),
            False,
        ),
        (
            shown(text_html=LADDER.format("1 ms"), text_plain="SYN"),
            shown(text_html="<p>no ladder</p>", text_plain="SYN"),
            False,
        ),
        (shown(text_html=LADDER.format("1 ms")), shown(text_html=LADDER.format("2 ms")), False),
        (
            shown(text_html="<table><td>1</td></table>", text_plain="a table"),
            shown(text_html="<table><td>2</td></table>", text_plain="a table"),
            False,
        ),
        (
            shown(**{"image_svg+xml": "<svg>1</svg>"}, text_plain="a plot"),
            shown(**{"image_svg+xml": "<svg>2</svg>"}, text_plain="a plot"),
            True,
        ),
        (
            shown(**{"image_svg+xml": "<svg>1</svg>"}, text_plain=" "),
            shown(**{"image_svg+xml": "<svg>2</svg>"}, text_plain=" "),
            False,
        ),
        ([new_output("stream", text="1")], [new_output("stream", text="2")], False),
    ],
    ids=[
        "a ladder at other times",
        "a ladder of other frames",
        "a ladder that is none any more",
        "a ladder without a text",
        "a table",
        "an SVG beside a text",
        "an SVG without a text",
        "print",
    ],
)
def test_pictures_are_compared_by_the_text_beside_them_and_nothing_else_is(stored, found, are_same):
    assert same(stored, found) is are_same


def test_the_outputs_themselves_stay_as_they_are():
    outputs = shown(text_html=LADDER.format("1 ms"), text_plain="SYN")
    without_pictures(outputs)
    assert "1 ms" in outputs[0].data["text/html"]


@pytest.mark.parametrize(
    ("cell", "uses"),
    [
        (new_code_cell("from labkit import *"), True),
        (new_code_cell("if True:\n    from labkit.panels import link_panel"), True),
        (new_code_cell("import socket, labkit as lab"), True),
        (new_code_cell("show()", outputs=shown(text_html=LADDER.format(""), text_plain="SYN")), True),
        (new_code_cell("import labkitten"), False),
        (new_code_cell("import socket  # labkit has hosts"), False),
        (new_code_cell("print('labkit')", outputs=[new_output("stream", text="labkit")]), False),
        (new_markdown_cell("from labkit import Network"), False),
    ],
)
def test_a_notebook_that_uses_labkit_is_told_from_others(cell, uses):
    assert uses_labkit(new_notebook(cells=[new_code_cell("1"), cell])) is uses
