"""A change of prose alone runs no cell: the editions get the words, and keep what a run gave."""

from __future__ import annotations

import copy

import pytest

from tools import editions, prose, texts

SOURCE = texts.source_of("sockets")


@pytest.fixture
def made():
    """The learner's edition, and what its source gives, not executed."""
    edition, (expected, _) = editions.load(texts.edition_paths(SOURCE)[0]), editions.read(SOURCE)
    return edition, expected


def test_words_change_and_outputs_stay(made):
    edition, expected = made
    outputs = [copy.deepcopy(cell.get("outputs")) for cell in edition.cells]
    expected.cells[0].source += "\n\nMore."
    assert prose.with_prose(edition, expected)
    assert edition.cells[0].source.endswith("\n\nMore.")
    assert [cell.get("outputs") for cell in edition.cells] == outputs


def test_a_change_of_code_is_no_change_of_prose(made):
    edition, expected = made
    before = copy.deepcopy(edition)
    next(cell for cell in expected.cells if cell.cell_type == "code").source += "\nmore()"
    assert not prose.with_prose(edition, expected) and edition == before


def test_an_edition_that_somebody_changed_is_left_alone(made):
    edition, expected = made
    edition.cells[0].source += "mine"
    assert not prose.with_prose(edition, expected) and edition.cells[0].source.endswith("mine")


def test_a_cell_of_prose_more_is_no_change_in_place(made):
    edition, expected = made
    expected.cells.insert(1, copy.deepcopy(expected.cells[0]))
    assert not prose.with_prose(edition, expected)
