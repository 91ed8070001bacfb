"""Cells whose input is folded: a tag in a lesson's text, metadata of JupyterLab's in both editions."""

from __future__ import annotations

import pytest

from tools import editions, texts

FRONT = "---\nkernelspec:\n  display_name: Python 3\n  language: python\n  name: python3\n---\n\n# Fold\n\n"


def read(tmp_path, body):
    source = texts.source_of("capstone", tmp_path)
    source.parent.mkdir(parents=True)
    source.write_text(FRONT + body)
    return editions.read(source)


def test_a_cell_tagged_hide_input_is_folded_in_both_editions_and_no_other_is(tmp_path):
    body = "```{code-cell}\nopen_\n```\n\n```{code-cell}\n:tags: [hide-input, program]\nfolded\n```\n"
    for edition in read(tmp_path, body):
        folded = {
            cell.source: cell.metadata.get("jupyter") for cell in edition.cells if cell.cell_type == "code"
        }
        assert folded == {"open_": None, "folded": {"source_hidden": True}}


def test_an_exercise_is_not_folded(tmp_path):
    body = "```{code-cell}\n:tags: [hide-input]\n### BEGIN SOLUTION\n1\n### END SOLUTION\n```\n"
    with pytest.raises(editions.SourceError, match="hide-input"):
        read(tmp_path, body)
