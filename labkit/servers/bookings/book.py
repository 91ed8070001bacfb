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
    Raises OSError where the file cannot be opened.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self._places: dict[str, tuple[int, str]] = {}
        self._file: FileIO | None = None
        self._broken = False
        if path is not None:
            self._file = FileIO(path, "a+")
            _sync(Path(path).parent)  # the name of a new file, too (fsync(2))
            self._read()

    def __len__(self) -> int:
        return len(self._places)

    @property
    def texts(self) -> list[str]:
        """What is booked, in its order."""
        return [text for _, text in self._places.values()]

    def book(self, key: str, text: str) -> int:
        """Its place; raises Refused if the key belongs to another order."""
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

    def _read(self) -> None:
        assert self._file is not None
        self._file.seek(0)
        whole = 0
        for line in self._file.readall().splitlines(keepends=True):
            if not line.endswith(b"\n"):
                # It died in the middle of writing: nobody was told of that order.
                self._file.truncate(whole)
                break
            key, _, text = line.decode().rstrip("\n").partition(" ")
            self._places[key] = len(self._places) + 1, text
            whole += len(line)
        # It may have died between write() and fsync(): whatever is answered from now on is on the disk.
        os.fsync(self._file.fileno())


def _sync(folder: Path) -> None:
    if not hasattr(os, "O_DIRECTORY"):  # Windows opens no folder
        return
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
