"""Prints of what runs beside the notebook: kept apart, in order, bounded; everything else untouched."""

from __future__ import annotations

from labkit.running.output import Output


def test_lines_come_in_the_order_in_which_they_were_finished():
    record = Output()
    one, two = record.writer("one"), record.writer("two")
    one.write("a")
    two.write("b\n")
    one.write("c\n")
    assert record.text() == "b\nac\n", "one after the other: no labels are needed"


def test_lines_that_alternate_are_labelled():
    record = Output()
    one, two = record.writer("one"), record.writer("two")
    one.write("1\n")
    two.write("2\n")
    assert record.text() == "1\n2\n"
    one.write("3\n")
    assert record.text() == "[one] 1\n[two] 2\n[one] 3\n"


def test_an_unfinished_line_shows_and_is_finished_by_the_end():
    record = Output()
    writer = record.writer()
    writer.write("who? ")
    assert record.text() == "who? "
    writer.end()
    assert record.text() == "who? \n"


def test_taking_gives_each_line_once():
    record = Output()
    writer = record.writer()
    writer.write("one\ntw")
    assert record.take() == "one\ntw"
    assert record.take() == ""
    writer.write("o\nthree\n")
    assert record.take() == "two\nthree\n"
    assert record.read() == "one\ntwo\nthree\n"
    assert record.take() == ""


def test_what_was_read_needs_not_be_shown():
    record = Output()
    record.writer().write("one\n")
    record.read()
    assert record.take() == ""


def test_it_is_bounded_and_says_so():
    record = Output(limit=100)
    writer = record.writer()
    for number in range(1000):
        writer.write(f"line {number}\n")
    text = record.text()
    assert text.startswith("(the first ") and text.endswith("line 999\n") and len(text) < 250
    writer.write("x" * 1000)
    assert len(record.text()) < 1300


def test_what_is_taken_comes_writer_by_writer_in_order_of_their_turns():
    record = Output()
    second, first = record.writer("second", lambda: (2, 9)), record.writer("first", lambda: (2, 8))
    second.write("b1\n")
    first.write("a1\n")
    second.write("b2\n")
    first.write("a2")
    assert record.text() == "[second] b1\n[first] a1\n[second] b2\n[first] a2"
    assert record.take() == "a1\na2\nb1\nb2\n", "an unfinished line stays with its writer"
    first.write("\n")
    second.write("b3\n")
    assert record.take() == "a2\nb3\n"
