"""What runs beside the notebook prints into its own record, not into whichever cell happens to run.

Code of a service or a background task writes to its ``Output``; all else writes to the standard streams that are
there, as if nothing were between (see ``labkit.running.streams``).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import ContextVar

sink: ContextVar = ContextVar("labkit_sink", default=None)  # a Writer, or None: the notebook itself
# Asked first, whatever the context: each gives something with write() for the running thread, or None.
catchers: list = []


def writer_here():
    """Where the running code's prints belong; None: to the notebook."""
    for catch in catchers:
        if (writer := catch()) is not None:
            return writer
    return sink.get()


class Output:
    """Text printed beside the notebook, in the order of its lines; bounded.

    limit: characters kept; of more, the oldest lines are dropped, and ``text()`` says so.
    Lines of several writers never mix; where their lines alternate, each is prefixed by its writer's label.
    What is taken (rather than read) comes writer by writer, in order of their turns: threads that run at once finish
    their lines in whatever order the machine has it, and what is told unasked must be the same on every run.
    """

    def __init__(self, limit: int = 1_000_000):
        self.limit = limit
        self._lines: list[Piece] = []
        self._size = 0
        self._dropped = 0  # lines
        self._seen = 0  # lines, counted from the very first
        self._writers: list[Writer] = []
        self.changed = threading.Condition()

    def writer(self, label: str = "", turn: Callable[[], tuple[int, ...]] = tuple) -> Writer:
        """A new writer, with the label that tells its lines from those of others.

        turn: asked when lines are taken, after which other writers its own come.
        """
        writer = Writer(self, label, turn)
        with self.changed:
            self._writers.append(writer)
        return writer

    def text(self) -> str:
        """All text so far, unfinished lines at the end."""
        with self.changed:
            return self._text(0)

    def take(self) -> str:
        """The text that nobody has been shown yet, writer by writer; it now has been."""
        with self.changed:
            pieces = self._pieces(self._seen, unseen=True)
            text = self._dropped_since(self._seen) + _joined(
                sorted(pieces, key=lambda piece: piece[0].turn())
            )
            self._mark()
            return text

    def read(self) -> str:
        """All text so far, which now has been shown."""
        with self.changed:
            self._mark()
            return self._text(0)

    def _mark(self) -> None:
        for writer in self._writers:
            writer.seen = len(writer.partial)
        self._seen = self._dropped + len(self._lines)

    def _text(self, since: int) -> str:
        return self._dropped_since(since) + _joined(self._pieces(since))

    def _pieces(self, since: int, unseen: bool = False) -> list[Piece]:
        lines = self._lines[max(0, since - self._dropped) :]
        return lines + [
            (writer, writer.partial)
            for writer in self._writers
            if len(writer.partial) > (writer.seen if unseen else 0)
        ]

    def _dropped_since(self, since: int) -> str:
        if self._dropped <= since:
            return ""
        return f"(the first {self._dropped} lines were dropped: only {self.limit:,} characters are kept)\n"

    def _add(self, writer: Writer, line: str) -> None:
        self._lines.append((writer, line))
        self._size += len(line)
        if self._size > self.limit:
            drop = 0
            while drop < len(self._lines) - 1 and self._size > self.limit * 3 // 4:
                self._size -= len(self._lines[drop][1])
                drop += 1
            del self._lines[:drop]
            self._dropped += drop


class Writer:
    """One thread's or task's way into an Output: lines go in whole."""

    def __init__(self, output: Output, label: str, turn: Callable[[], tuple[int, ...]] = tuple):
        self.output, self.label, self.turn = output, label, turn
        self.partial = ""
        self.seen = 0

    def write(self, text: str) -> int:
        """Write text; a line shows in the order in which it was finished."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        with self.output.changed:
            *whole, self.partial = (self.partial + text).split("\n")
            for line in whole:
                self.output._add(self, line + "\n")
            if whole:
                self.seen = 0
            elif len(self.partial) > self.output.limit:
                self.output._add(self, self.partial + "\n")  # a line without an end is cut
                self.partial = ""
            self.output.changed.notify_all()
        return len(text)

    def end(self) -> None:
        """Nothing more comes: an unfinished line becomes a line."""
        with self.output.changed:
            if self.partial:
                self.output._add(self, self.partial + "\n")
                self.partial = ""
            if self in self.output._writers:
                self.output._writers.remove(self)
            self.output.changed.notify_all()


Piece = tuple[Writer, str]  # a line with its newline, or what there is of one


def _joined(pieces: list[Piece]) -> str:
    alternate = _alternate([writer.label for writer, _ in pieces])
    last = len(pieces) - 1
    return "".join(
        (f"[{writer.label}] " if alternate and writer.label else "")
        + (line if line.endswith("\n") or number == last else line + "\n")
        for number, (writer, line) in enumerate(pieces)
    )


def _alternate(labels: list[str]) -> bool:
    """Does any writer go on after another one wrote?"""
    gone: set[str | None] = set()
    current = None
    for label in labels:
        if label != current:
            if label in gone:
                return True
            gone.add(current)
            current = label
    return False
