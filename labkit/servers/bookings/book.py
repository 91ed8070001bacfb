"""The book: orders, each under its key, in a file.  What has a number is on the disk."""

from __future__ import annotations

import os
from io import FileIO
from pathlib import Path
from typing import Self


class Refused(Exception):
    """The order is not booked, and will not be; the text says why."""


class Book:
    """`number = book.book(key, text)`: the order's place in it, from 1; the same key again: the same place.

    path: of the file, a line `key text` for each order; made if there is none.  None: it is kept in memory alone.
    torn: what was cut off its end, a line that was never finished.
    Raises OSError where the file cannot be opened or another has it, ValueError where what is in it is no book.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self._places: dict[str, tuple[int, str]] = {}
        self._file: FileIO | None = None
        self._broken = False
        self.torn = b""
        if path is not None:
            self._file = FileIO(path, "a+")
            try:
                _lock(self._file)
                _sync(Path(path).parent)  # the name of a new file, too (fsync(2))
                self._read(self._file)
            except BaseException:
                self._file.close()
                raise

    def __len__(self) -> int:
        return len(self._places)

    @property
    def texts(self) -> list[str]:
        """What is booked, in its order."""
        return [text for _, text in self._places.values()]

    def book(self, key: str, text: str) -> int:
        """Its place; raises Refused if the key belongs to another order, or if it could not be read again."""
        if not key or " " in key or not text or not f"{key} {text}".isprintable():
            raise Refused("an order is a key without a space, and a text, both printable")
        if key in self._places:
            number, booked = self._places[key]
            if booked != text:
                raise Refused("this key is of another order")
            return number
        if self._file is not None:
            self._write(self._file, f"{key} {text}\n".encode())
        self._places[key] = len(self._places) + 1, text
        return len(self._places)

    def _write(self, file: FileIO, line: bytes) -> None:
        try:
            if self._broken or file.write(line) != len(line):  # to the kernel: it outlives this program
                raise OSError("a line stands there in part")
            os.fsync(file.fileno())  # to the disk: it outlives the machine
        except OSError as error:
            self._broken = True  # what stands in the file is not known any more: the next to open it looks
            raise RuntimeError(f"the book cannot be written ({error}): start the server again") from error

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self, file: FileIO) -> None:
        file.seek(0)
        *lines, torn = file.readall().split(b"\n")
        for number, line in enumerate(lines, 1):
            key, text = _order(line, number)
            first, _ = self._places.setdefault(key, (number, text))
            if first != number:
                raise ValueError(f"line {number} has the key of line {first}: it is no book")
        if torn:
            if not lines:  # the machine may have stopped in its first order; but so looks anybody's file
                raise ValueError(
                    "there is no whole line in it: it is no book, or no order was ever booked in it"
                )
            # It died in the middle of writing: nobody was told of that order.
            file.truncate(file.tell() - len(torn))
            self.torn = torn
        # It may have died between write() and fsync(): whatever is answered from now on is on the disk.
        os.fsync(file.fileno())


def _order(line: bytes, number: int) -> tuple[str, str]:
    """The key and the text in a line of the file.  What is printable grows with Unicode: that is not asked again."""
    try:
        key, _, text = line.decode().partition(" ")
        if key and text and min(line) >= ord(" "):
            return key, text
    except UnicodeDecodeError:
        pass
    raise ValueError(f"line {number} is no order, a key and a text: it is no book")


def _lock(file: FileIO) -> None:
    """Have the file alone until it is closed, by the end of this process, too: two would give the same numbers."""
    try:
        import fcntl
    except ImportError:  # Windows has none
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise BlockingIOError(error.errno, "another server has it open") from None


def _sync(folder: Path) -> None:
    if not hasattr(os, "O_DIRECTORY"):  # Windows opens no folder
        return
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
