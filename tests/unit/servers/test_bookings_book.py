"""The book: each key once, and what has a number is on the disk."""

from __future__ import annotations

import os

import pytest

from labkit.servers.bookings import Book, Refused, Server


def test_a_key_is_booked_once():
    book = Book()
    assert [book.book(*order) for order in (("a", "tea"), ("b", "tea"), ("a", "tea"))] == [1, 2, 1]
    assert book.texts == ["tea", "tea"] and len(book) == 2


def test_a_key_of_another_order_is_refused():
    book = Book()
    book.book("a", "tea")
    with pytest.raises(Refused, match="another order"):
        book.book("a", "coffee")
    assert book.texts == ["tea"]


def test_who_opens_it_again_knows_all(tmp_path):
    path = tmp_path / "orders.txt"
    with Book(path) as book:
        book.book("a", "two tickets")
        book.book("b", "tëa")
    with Book(path) as book:
        assert book.book("b", "tëa") == 2 and book.book("c", "milk") == 3
    assert path.read_text(encoding="utf-8") == "a two tickets\nb tëa\nc milk\n"


def test_it_is_on_the_disk_before_it_has_a_number(tmp_path, monkeypatch):
    path, seen = tmp_path / "orders.txt", []
    monkeypatch.setattr(os, "fsync", lambda number: seen.append(path.read_text()))
    with Book(path) as book:
        seen.clear()
        book.book("a", "tea")
        assert seen == ["a tea\n"]


def test_what_a_server_wrote_that_died_before_it_was_on_the_disk_is_there_before_it_is_answered(
    tmp_path, monkeypatch
):
    path, synced = tmp_path / "orders.txt", []
    path.write_text("a tea\n")  # written, and perhaps in the kernel's memory alone
    monkeypatch.setattr(
        os, "fsync", lambda number: synced.append(os.path.realpath(f"/proc/self/fd/{number}"))
    )
    with Book(path) as book:
        assert synced == [str(tmp_path), str(path)]  # its name, and what stands in it
        assert book.book("a", "tea") == 1


@pytest.mark.parametrize("torn", ["b", "b two ti", "b two tickets"])
def test_a_torn_end_was_never_booked(tmp_path, torn):
    path = tmp_path / "orders.txt"
    path.write_text(f"a tea\n{torn}")
    with Book(path) as book:
        assert book.torn == torn.encode()
        assert book.texts == ["tea"] and book.book("b", "two tickets") == 2
    assert path.read_text() == "a tea\nb two tickets\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"shopping: milk", "there is no whole line"),
        (b"\x89PNG\r\n\x1a\n", "line 1 is no order"),
        (b"a tea\nmilk\n", "line 2 is no order"),
        (b"a tea\n\nb milk\n", "line 2 is no order"),
        (b"a tea\r\nb milk\r\n", "line 1 is no order"),
        (b"a te\xff\n", "line 1 is no order"),
        (b"a tea\nb milk\na coffee\nc", "line 3 has the key of line 1"),
    ],
)
def test_a_file_that_is_no_book_is_refused_and_left_as_it_is(tmp_path, content, said):
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=said):
        Book(path)
    assert path.read_bytes() == content


def test_only_a_newline_ends_a_line(tmp_path):
    path = tmp_path / "orders.txt"
    path.write_text("a tea\x85milk\u2028\nb coffee\n", encoding="utf-8", newline="")
    with Book(path) as book:
        assert book.texts == ["tea\x85milk\u2028", "coffee"]


@pytest.mark.parametrize(
    ("key", "text"),
    [("a", "tea\rmilk"), ("a", "tea\n"), ("a", ""), ("", "tea"), ("a b", "tea"), ("a", "\ud800")],
)
def test_an_order_that_could_not_be_read_again_is_refused(tmp_path, key, text):
    path = tmp_path / "orders.txt"
    with Book(path) as book:
        with pytest.raises(Refused, match="both printable"):
            book.book(key, text)
        assert book.book("b", "coffee") == 1
    with Book(path) as book:
        assert book.texts == ["coffee"] and book.torn == b""


def test_two_cannot_have_one_book(tmp_path):
    path = tmp_path / "orders.txt"
    with Book(path) as book:
        book.book("a", "tea")
        with pytest.raises(BlockingIOError, match="another server has it open"):
            Book(path)
        assert book.book("b", "milk") == 2
    with Book(path) as book:
        assert book.texts == ["tea", "milk"]


def test_a_disk_that_fails_books_nothing_more(tmp_path, monkeypatch):
    def fail(number):
        raise OSError(28, "No space left on device")

    with Book(tmp_path / "orders.txt") as book:
        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(RuntimeError, match="No space left"):
            book.book("a", "tea")
        monkeypatch.undo()
        with pytest.raises(RuntimeError, match="start the server again"):
            book.book("b", "tea")
        assert book.texts == []


def test_answers():
    server = Server(Book())
    said = ["PING", "BOOK a tea", "BOOK a tea", "BOOK a milk", "BOOK a", "BOOK", "HELLO", "PING me"]
    assert [server.answer(line).partition(" I know")[0] for line in said] == [
        "PONG",
        "BOOKED a 1",
        "BOOKED a 1",
        "NO a this key is of another order",
        "NO a",
        "NO -",
        "NO -",
        "NO me",
    ]
    counts = server.counts
    assert counts["orders"] == counts["booked"] + counts["again"] + counts["refused"] == 7
