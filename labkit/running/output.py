"""What runs beside the notebook prints into its own record, not into whichever cell happens to run.

Code of a service or a background task writes to its ``Output``; all else writes to the standard streams that are
there, as if nothing were between (see ``labkit.running.streams``).
"""

from __future__ import annotations

import threading
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
    """

    def __init__(self, limit: int = 1_000_000):
        self.limit = limit
        self._lines: list[tuple[str, str]] = []  # (label, line with its newline)
        self._size = 0
        self._dropped = 0  # lines
        self._seen = 0  # lines, counted from the very first
        self._writers: list[Writer] = []
        self.changed = threading.Condition()

    def writer(self, label: str = "") -> Writer:
        """A new writer, with the label that tells its lines from those of others."""
        writer = Writer(self, label)
        with self.changed:
            self._writers.append(writer)
        return writer

    def text(self) -> str:
        """All text so far, unfinished lines at the end."""
        with self.changed:
            return self._text(0)

    def take(self) -> str:
        """The text that nobody has been shown yet; it now has been."""
        with self.changed:
            text = self._text(self._seen, unseen=True)
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

    def _text(self, since: int, unseen: bool = False) -> str:
        lines = self._lines[max(0, since - self._dropped) :]
        partial = [
            (writer.label, writer.partial)
            for writer in self._writers
            if len(writer.partial) > (writer.seen if unseen else 0)
        ]
        alternate = _alternate(lines + partial)
        text = "".join(f"[{label}] {line}" if alternate and label else line for label, line in lines)
        for label, line in partial:
            if text and not text.endswith("\n"):
                text += "\n"
            text += f"[{label}] {line}" if alternate and label else line
        if self._dropped > since:
            text = (
                f"(the first {self._dropped} lines were dropped: only {self.limit:,} characters are kept)\n"
                + text
            )
        return text

    def _add(self, label: str, line: str) -> None:
        self._lines.append((label, line))
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

    def __init__(self, output: Output, label: str):
        self.output, self.label = output, label
        self.partial = ""
        self.seen = 0

    def write(self, text: str) -> int:
        """Write text; a line shows in the order in which it was finished."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        with self.output.changed:
            *whole, self.partial = (self.partial + text).split("\n")
            for line in whole:
                self.output._add(self.label, line + "\n")
            if whole:
                self.seen = 0
            elif len(self.partial) > self.output.limit:
                self.output._add(self.label, self.partial + "\n")  # a line without an end is cut
                self.partial = ""
            self.output.changed.notify_all()
        return len(text)

    def end(self) -> None:
        """Nothing more comes: an unfinished line becomes a line."""
        with self.output.changed:
            if self.partial:
                self.output._add(self.label, self.partial + "\n")
                self.partial = ""
            if self in self.output._writers:
                self.output._writers.remove(self)
            self.output.changed.notify_all()


def _alternate(lines: list[tuple[str, str]]) -> bool:
    """Does any writer go on after another one wrote?"""
    gone: set[str | None] = set()
    current = None
    for label, _ in lines:
        if label != current:
            if label in gone:
                return True
            gone.add(current)
            current = label
    return False
