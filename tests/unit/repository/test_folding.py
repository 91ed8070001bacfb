"""Cells whose input is folded: a tag in a lesson's text, metadata of JupyterLab's in both editions."""

from __future__ import annotations

import pytest

from tools import editions, folding, texts
from tools.lengths import lengths

FRONT = "---\nkernelspec:\n  display_name: Python 3\n  language: python\n  name: python3\n---\n\n# Fold\n\n"


def read(tmp_path, body):
    source = texts.source_of("capstone", tmp_path)
    source.parent.mkdir(parents=True)
    source.write_text(FRONT + body)
    return editions.read(source)


def test_a_cell_tagged_hide_input_is_folded_in_both_editions_and_no_other_is(tmp_path):
    body = (
        "```{code-cell}\nopen_\n```\n\n```{code-cell}\n:tags: [hide-input, program]\n# waits\nfolded\n```\n"
    )
    for edition in read(tmp_path, body):
        folded = {
            cell.source: cell.metadata.get("jupyter") for cell in edition.cells if cell.cell_type == "code"
        }
        assert folded == {"open_": None, "# waits\nfolded": {"source_hidden": True}}


ASKS = 'predict("a", "How far does it come, and what is it that it meets there on its way to the end?", ["1", "2"])'


@pytest.mark.parametrize(
    ("source", "label"),
    [
        (ASKS, "# asks the question below"),
        (f"n = 1\n{ASKS}\n{ASKS}", "# asks the questions below"),
        ('reveal("a", n)', "# reveals the answer"),
        ('reveal("a", n)\nreveal("b", n)\nassert n', "# reveals the answers"),
        (f'reveal("a", n)\n{ASKS}', "# asks a question, and reveals an answer"),
        (f"# asks in a line\n{ASKS}", ""),
    ],
)
def test_a_folded_cell_begins_with_a_short_line_that_says_what_it_does(source, label, tmp_path):
    """JupyterLab shows the first line, and a long one gives the whole notebook a scroll bar."""
    for edition in read(tmp_path, f"```{{code-cell}}\n:tags: [hide-input]\n{source}\n```\n"):
        cell = edition.cells[-1]
        assert cell.source == (f"{label}\n{source}" if label else source)
        assert folding.without_label(cell.source) == source
        assert lengths(edition).median == len(source.splitlines())


@pytest.mark.parametrize("first", ["wait()", f"# {'so ' * 14}long"])
def test_a_folded_cell_of_which_nothing_short_says_what_it_does_is_told(first, tmp_path):
    with pytest.raises(editions.SourceError, match="begins with a comment, of 42 signs at most"):
        read(tmp_path, f"```{{code-cell}}\n:tags: [hide-input]\n{first}\n```\n")


def test_an_exercise_is_not_folded(tmp_path):
    body = "```{code-cell}\n:tags: [hide-input]\n### BEGIN SOLUTION\n1\n### END SOLUTION\n```\n"
    with pytest.raises(editions.SourceError, match="hide-input"):
        read(tmp_path, body)
