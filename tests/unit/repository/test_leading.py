"""What stands behind a chapter's "You can now …": the next chapter's heading, as a link, and its question."""

from __future__ import annotations

import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from tools import editions, leading, texts


def led(*cells):
    lesson = [new_code_cell(cell[1:]) if cell.startswith(">") else new_markdown_cell(cell) for cell in cells]
    leading.lead_on(lesson)
    return [cell.source for cell in lesson if cell.cell_type == "markdown"]


END = "*You can now count.*\n\n## Two `halves`: why?\n\nWords."


def test_a_chapters_end_names_the_next_and_asks_its_first_question():
    (text, _) = led(
        END, ">x = 1", "### Part", '>predict("a", "Of 2 * 3 "\n "how many?", [1])\npredict("b", "?", [])'
    )
    assert text == END.replace(
        "## Two", "**Next:** [Two `halves`: why?](#Two-halves:-why?).\nOf 2 \\* 3 how many?\n\n## Two"
    )


@pytest.mark.parametrize("cells", [(END,), (END, "## Three", '>predict("a", "Whose?", [1])')])
def test_a_chapter_that_asks_nothing_is_linked_to_alone(cells):
    assert "why?](#Two-halves:-why?).\n\n## Two" in led(*cells)[0]


def test_a_heading_behind_no_end_is_left_alone_and_an_end_counts_once():
    assert led("Words.\n\n## Two") == ["Words.\n\n## Two"]
    first, second = led("*You can now count.*", "More.\n\n## Two\n\n## Three")
    assert first == "*You can now count.*"
    assert second == "More.\n\n**Next:** [Two](#Two).\n\n## Two\n\n## Three"


@pytest.mark.parametrize("source", texts.sources(), ids=texts.name_of)
def test_each_end_of_each_lesson_leads_on(source):
    prose = [cell.source for cell in editions.read(source)[0].cells if cell.cell_type == "markdown"]
    ends = sum(len(leading.ENDS.findall(text)) for text in prose)
    links = re.findall(r"^\*\*Next:\*\* \[.*\]\(#(.*)\)\.$", "\n".join(prose), re.MULTILINE)
    heads = re.findall(r"^## (.*)$", "\n".join(prose), re.MULTILINE)
    assert len(links) == ends and {*links} <= {leading.anchor(head) for head in heads}
