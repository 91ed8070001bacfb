"""Which cell of which lesson is this?  By its source; where several have the same, by its id and its place."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from labkit.recordings import store
from labkit.recordings.store import Cell, Recording, RecordingError


class Found(NamedTuple):
    """A cell of a recorded lesson, by its number there."""

    recording: Recording
    number: int

    @property
    def cell(self) -> Cell:
        return self.recording.cells[self.number]


class Lessons:
    """All recorded lessons, and the cell that was met last: the learner is in that lesson, about there.

    `troubles` says of each recording that cannot be read why not; the others are there all the same.
    """

    def __init__(self, folder: Path = store.LESSONS):
        self._places: dict[str, list[Found]] = {}
        self._last: Found | None = None
        self.troubles: list[str] = []
        for name in store.names(folder):
            try:
                recording = store.load(name, folder)
            except RecordingError as error:
                self.troubles.append(str(error))
                continue
            for number, cell in enumerate(recording.cells):
                if not cell.own:
                    self._places.setdefault(cell.source, []).append(Found(recording, number))

    def __bool__(self) -> bool:
        return bool(self._places)

    def find(self, source: str, cell_id: str | None = None) -> Found | None:
        """The lesson's cell with just this source; None for a cell that was changed, or is nobody's.

        A cell that several lessons have is that of the lesson the learner is in.
        """
        places = self._places.get(store.digest(source), [])
        here = self._last.recording.lesson if self._last else None
        # A lesson is left only for a cell that it does not have.
        ours = [found for found in places if found.recording.lesson == here] or places
        if len({found.recording.lesson for found in ours}) > 1:
            return None  # the first cell that was met is one of several lessons': the next will tell
        named = [found for found in ours if cell_id and found.cell.id == cell_id]
        last = self._last.number if self._last and self._last.recording.lesson == here else -1
        later = [found for found in ours if found.number > last]
        best = next(iter([*named, *later, *reversed(ours)]), None)
        if best is not None:
            self._last = best
        return best
