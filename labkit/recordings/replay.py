"""Give a recorded cell again: its variables, then its outputs; calls of the learning loop are made anew."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from labkit.recordings.finding import Found
from labkit.recordings.mark import MARK
from labkit.recordings.store import Content, RecordingError, read
from labkit.recordings.values import BadValues, Reader

CALLS, IMPORTS = "<calls>", "<imports>"  # kept beside a cell's variables, under names that none can have


class Replay:
    """Reads recordings when they are first needed, and gives their cells.

    variables  the learner's
    publish    publish(data, metadata): shows one output
    learn      learn(name, arguments, keywords): calls `reveal` and its like
    """

    def __init__(
        self,
        variables: dict[str, Any],
        publish: Callable[[dict, dict], None],
        learn: Callable[[str, tuple, dict], None],
    ):
        self.variables, self.publish, self.learn = variables, publish, learn
        self._contents: dict[str, tuple[Content, Reader]] = {}

    def _content(self, found: Found) -> tuple[Content, Reader]:
        recording = found.recording
        if recording.lesson not in self._contents:
            content = read(recording)
            try:
                reader = Reader(content.tables, recording.on, self.variables)
            except BadValues as error:
                raise _bad(found, error) from error
            self._contents[recording.lesson] = content, reader
        return self._contents[recording.lesson]

    def values(self, found: Found) -> dict[str, Any]:
        """The cell's variables, calls and imports.  Raises RecordingError."""
        content, reader = self._content(found)
        try:
            return reader.load(content.values[found.number])
        except BadValues as error:
            raise _bad(found, error) from error

    def bind(self, found: Found) -> list[str]:
        """Set the cell's variables; gives their names.  Raises RecordingError."""
        values = self.values(found)
        names = [name for name in values if name not in (CALLS, IMPORTS)]
        self.variables.update((name, values[name]) for name in names)
        for name in self._content(found)[0].removed[found.number]:
            self.variables.pop(name, None)
        return names

    def show(self, found: Found) -> None:
        """Show the cell's outputs; an error of the lesson is raised again, at the end."""
        content, _ = self._content(found)
        calls = self.values(found).get(CALLS, [])
        told = {MARK: {"on": found.recording.on, "cell": found.cell.id}}
        error = None
        for output in content.outputs[found.number]:
            kind = output["output_type"]
            if kind == "stream":
                print(output["text"], end="", file=getattr(sys, output["name"]), flush=True)
            elif kind == "call":
                self.learn(*calls[output["call"]])
            elif kind == "error":
                error = output
            else:
                self.publish(output["data"], {**output.get("metadata", {}), **told})
        if error is not None:
            raise _as_recorded(error)


def _bad(found: Found, error: BadValues) -> RecordingError:
    lesson = found.recording.lesson
    return RecordingError(
        f"the recording of lesson {lesson} cannot be used: in cell {found.number + 1}, {error}; nothing of this"
        f" cell was set. If no cell of the lesson was left out, install labkit again, or run `make recordings"
        f" NOTEBOOKS={lesson}` where the full mode works"
    )


class RecordedError(Exception):
    """An error that the lesson means, as it was recorded."""

    traceback: tuple[str, ...] = ()

    def _render_traceback_(self) -> list[str]:
        return list(self.traceback)


def _as_recorded(output: dict[str, Any]) -> RecordedError:
    kind = type(str(output["ename"]), (RecordedError,), {"traceback": tuple(output["traceback"])})
    return kind(output["evalue"])
