"""The glossary in the editions: its page."""

from __future__ import annotations

from labkit.terms.finding import terms
from tools import editions, glossing, texts

SOURCE = texts.source_of("glossary")


def test_the_page_has_every_term_once():
    learner, _ = editions.read(SOURCE)
    page = "\n".join(cell.source for cell in learner.cells if cell.cell_type == "markdown")
    heads = [line[4:] for line in page.splitlines() if line.startswith("### ")]
    assert heads == list(terms())
    assert all(each.meaning in page and each.source in page for each in terms().values())


def test_an_entry_links_to_its_lesson_and_to_others():
    page = glossing.expanded(glossing.HERE, SOURCE)
    assert "Lesson: [The handshake and the goodbye](02_handshake.ipynb)" in page
    assert "[TIME-WAIT](#TIME-WAIT)" in page and "[sequence number](#sequence-number)" in page


def test_a_text_without_the_mark_is_left_alone():
    assert glossing.expanded("words", SOURCE) == "words"
