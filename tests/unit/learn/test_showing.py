"""How the learning loop's lines look as HTML."""

from __future__ import annotations

import pytest

from labkit.learn.showing import SESSION, block

STORY = "✗ outbox: Find the bug\n  1. put(b'<')\n→ 12. flush() returned None\n\n      what is left"


def test_lines_that_are_made_for_a_file_are_lines(monkeypatch):
    monkeypatch.delenv(SESSION, raising=False)
    assert block("one\n  two < 3") == (
        '<pre style="white-space: pre-wrap; word-break: normal">one<br>  two &lt; 3</pre>'
    )


def test_where_a_learner_reads_what_is_wrapped_stands_below_the_first_word_of_its_line(monkeypatch):
    monkeypatch.setenv(SESSION, "19_fast.ipynb")
    lines = block(STORY).partition(">")[2].removesuffix("</pre>").split("</div>")
    widths = [line.partition("padding-left: ")[2].partition("ch;")[0] for line in lines if line]
    assert widths == ["2", "5", "6", "0", "6"]
    assert lines[1].endswith(">  1. put(b'&lt;')") and lines[3].endswith("><br>")


@pytest.mark.parametrize("line", ["2.5 ms", "→", "12 calls", "plain"])
def test_what_only_looks_like_a_label_is_none(monkeypatch, line):
    monkeypatch.setenv(SESSION, "19_fast.ipynb")
    assert "padding-left: 0ch" in block(line)
