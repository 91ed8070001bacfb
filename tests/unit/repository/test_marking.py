"""Terms are marked where they first stand in a lesson, in prose and between backticks, and nowhere else."""

from __future__ import annotations

import re

import pytest

from labkit.terms.finding import meaning_of, term, terms
from tools import editions, marking, texts

ABBR = re.compile(r'<abbr title="([^"]*)">([^<]*)</abbr>')


def words(*cells: str, lesson: str = "sockets") -> list[str]:
    """What is marked in these cells."""
    return [word for text in marking.marked(cells, lesson) for _, word in ABBR.findall(text)]


def test_a_term_is_marked_once_with_its_sentence():
    said = marking.marked(["Each segment crosses.", "A segment, and more segments."], "sockets")
    assert said == [
        f'Each <abbr title="{term("segment").meaning}">segment</abbr> crosses.',
        "A segment, and more segments.",
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Segments leave.", ["Segments"]),
        ("in its\nnetwork\nnamespace", ["network\nnamespace"]),
        ("a syn and a SYN", ["SYN"]),
        ("the three-way handshake", ["three-way handshake"]),
        ("the SYN-SENT of a SYN", ["SYN-SENT", "SYN"]),
        ("set `SO_REUSEADDR`, call `connect()`", ["`SO_REUSEADDR`", "`connect()`"]),
        ("`ss` shows it; the class", ["`ss`"]),
        ("a **segment** and *FIN*", ["segment", "FIN"]),
        (
            "### The handshake\n\n| segment | FIN |\n|---|---|\n\n[the RST](lesson:handshake) <b>kernel</b>",
            ["kernel"],
        ),
        ("```python\nsegment = SYN\n```\nhttps://example.org/segment `x = segment`", []),
        ("reports and subport, multi-segment, TCP/IP", []),
    ],
)
def test_where_a_term_is_marked(text, found):
    assert words(text) == found


def test_a_word_that_means_something_else_in_a_lesson_is_not_marked():
    assert words("a frame") == ["frame"] and words("a frame", lesson="framing") == []


def test_the_glossary_itself_is_not_marked():
    assert words("a segment", lesson="glossary") == []


def test_a_sentence_with_quotes_stays_an_attribute():
    text = marking.marked(["`recv()`"], "sockets")[0]
    assert text == f'<abbr title="{meaning_of("recv").replace(chr(39), "&#x27;")}">`recv()`</abbr>'


@pytest.mark.parametrize(
    "source", [each for each in texts.sources() if texts.name_of(each) != "glossary"], ids=texts.name_of
)
def test_a_lessons_editions_mark_each_term_at_most_once_and_change_no_word(source):
    learner, solved = editions.read(source)
    prose = [cell.source for cell in learner.cells if cell.cell_type == "markdown"]
    meanings = [meaning for text in prose for meaning, _ in ABBR.findall(text)]
    assert len(meanings) == len(set(meanings)) >= 5
    assert [cell.source for cell in solved.cells if cell.cell_type == "markdown"] == prose
    plain = "\n".join(ABBR.sub(r"\2", text) for text in prose)
    assert "<abbr" not in plain
    name = texts.name_of(source)
    assert [
        each for each in terms().values() if name in each.apart and f'title="{each.meaning}"' in str(prose)
    ] == []
