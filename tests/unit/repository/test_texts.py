"""Lessons name each other by name: links, tables and numbers are made, and what is written by hand is refused."""

from __future__ import annotations

import pytest

from labkit.learn import catalogue
from tools import rows, texts

TITLE = catalogue.title("capstone")


@pytest.mark.parametrize(
    ("words", "made"),
    [
        ("[](lesson:start)", "[Start here](00_start.ipynb)"),
        ("[the page](lesson:start)", "[the page](00_start.ipynb)"),
        ("[](lesson:fast), soon", f"“{catalogue.title('fast')}” (being written), soon"),
        (
            "It is (see [](lesson:fast)) soon.",
            f"It is (see “{catalogue.title('fast')}”, being written) soon.",
        ),
        ("(It is.) See [](lesson:fast).", f"(It is.) See “{catalogue.title('fast')}” (being written)."),
        ("a (b\n\n[that](lesson:fast)", "a (b\n\n“that” (being written)"),
        ("[that](lesson:fast)", "“that” (being written)"),
        ("[](lesson:capstone)", TITLE),
        ("[a page](https://x.org) and `lesson:start`", "[a page](https://x.org) and `lesson:start`"),
    ],
)
def test_a_link_by_name_becomes_one_to_the_edition(tmp_path, words, made):
    for name in ("start", "capstone"):
        texts.source_of(name, tmp_path).parent.mkdir(parents=True)
        texts.source_of(name, tmp_path).touch()
    assert texts.linked(words, texts.source_of("capstone", tmp_path)) == made


def test_a_link_to_no_lesson_is_refused(tmp_path):
    with pytest.raises(
        texts.SourceError, match=r"lessons/capstone/text.md links to .*did you mean 'framing'"
    ):
        texts.linked("[](lesson:framming)", texts.source_of("capstone", tmp_path))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# Another title\n", "its card's is"),
        ("No title.\n", "its card's is"),
        (f"# {TITLE}\n\nAs lesson 04 says.\n", "by number, 'lesson 04'"),
        (f"# {TITLE}\n\nSee [x](04_framing.ipynb).\n", "by number, '04_framing.ipynb'"),
        (
            f"# {TITLE}\n\n| a | b |\n|---|---|\n| {'x' * 30} | `{'y' * 37}` |\n",
            "a table wider than a narrow page",
        ),
    ],
)
def test_lint_of_texts_rejects(tmp_path, text, said):
    source = texts.source_of("capstone", tmp_path)
    source.parent.mkdir(parents=True)
    source.write_text(text)
    (found,) = texts.problems(source)
    assert said in found


def test_a_table_may_be_as_wide_as_its_words_can_be_put_below_each_other(tmp_path):
    source = texts.source_of("capstone", tmp_path)
    source.parent.mkdir(parents=True)
    words = f"{'x' * 30} `{'y' * 30} {'z' * 30}`"
    source.write_text(f"# {TITLE}\n\n| a | b |\n|---|---|\n| {words} \\| {words} | {'x' * 36} |\n")
    assert texts.problems(source) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('WHY = "It is lost (lesson 02)."', "by number, 'lesson 02': write lesson:its_name"),
        ('WHY = "It is lost (lesson:handshak)."', "'handshak'; did you mean 'handshake'"),
    ],
)
@pytest.mark.parametrize("path", ["labkit/lessons/capstone/quiz.py", "lessons/capstone/answers/x.py"])
def test_lint_of_a_lessons_code_rejects(tmp_path, path, text, said):
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text('FINE = "see lesson:handshake"\n' + text)
    (found,) = texts.misnamed(tmp_path)
    assert found.startswith(f"{path}: ") and said in found


@pytest.mark.parametrize("asked", ["framing", "05", "5", "05_framing"])
def test_a_lesson_is_chosen_by_name_or_number(asked):
    assert texts.chosen(["start", asked]) == [texts.source_of("start"), texts.source_of("framing")]


def test_a_choice_that_is_none_is_refused():
    assert texts.chosen([]) == texts.sources()
    with pytest.raises(texts.SourceError, match="called 'silents'; there are: 00_start, "):
        texts.chosen(["silents"])


def test_a_text_without_its_card_is_refused(tmp_path):
    texts.source_of("nobody", tmp_path).parent.mkdir(parents=True)
    texts.source_of("nobody", tmp_path).touch()
    with pytest.raises(texts.SourceError, match=r"labkit/lessons/nobody/__init__.py, is missing"):
        texts.sources(tmp_path)


def test_the_table_lists_every_lesson_by_parts():
    table = rows.table(texts.ROOT, "<{}>".format, here="start")
    assert "| 00 | Start here | you are here |" in table
    assert f"| 05 | <framing> | {catalogue.card('framing').teaser} |" in table
    assert all(f"| **{part.title}** |" in table for part in catalogue.PARTS)
    assert table.count("being written") == len(catalogue.PLANNED)


def test_readme_without_its_marks_is_refused(tmp_path):
    (tmp_path / "README.md").write_text("# labkit\n")
    with pytest.raises(texts.SourceError, match=r"README.md has the table of the lessons 0 times"):
        rows.write(tmp_path)
