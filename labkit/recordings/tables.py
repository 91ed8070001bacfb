"""The frames and calls of a lesson, each kept once however many traces hold it, in columns, which compress well."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate, pairwise

from labkit.packets.frame import Arrival, Frame
from labkit.traces.calls import Call
from labkit.traces.files.comments import hits, hits_text

Columns = list[list]


class Tables:
    """Which frame or call has which number; numbers are given in the order of asking."""

    def __init__(self) -> None:
        self._frames: dict[Frame, int] = {}
        self._calls: dict[Call, int] = {}

    def place(self, item: Frame | Call) -> int:
        """Its number among its kind; it is added where it is new."""
        if isinstance(item, Frame):
            return self._frames.setdefault(item, len(self._frames))
        return self._calls.setdefault(item, len(self._calls))

    def columns(self) -> tuple[Columns, Columns]:
        """Frames and calls as plain lists."""
        segments = any(frame.segment for frame in self._frames)
        return _columns(_frame_row(frame, segments) for frame in self._frames), _columns(
            map(_call_row, self._calls)
        )


def frames(columns: Columns) -> list[Frame]:
    """The frames that `Tables.columns` gave."""
    return [
        Frame(
            n,
            left,
            source,
            target,
            tuple(Arrival(host, left + after) for host, after in arrivals),
            fate,
            hits(struck),
            data,
            length,
            segment=more[0] if more else "",
        )
        for n, left, source, target, arrivals, fate, struck, data, length, *more in _rows(columns)
    ]


def calls(columns: Columns) -> list[Call]:
    """The calls that `Tables.columns` gave."""
    return [
        Call(host, name, begun, None if took is None else begun + took, *rest)
        for host, name, begun, took, *rest in _rows(columns)
    ]


def _frame_row(frame: Frame, segments: bool) -> tuple:
    left = frame.departed_ns
    arrivals = tuple((host, at - left) for host, at in frame.arrivals)
    row = (*frame[:4], arrivals, frame.fate, hits_text(frame.hits), frame.data, frame.length)
    return (*row, frame.segment) if segments else row


def _call_row(call: Call) -> tuple:
    took = None if call.end_ns is None else call.end_ns - call.begin_ns
    return (*call[:3], took, *call[4:])


def _columns(rows: Iterable[tuple]) -> Columns:
    """Column by column; of numbers the first, and then each one's difference from the one before."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    return [
        [column[0], *(b - a for a, b in pairwise(column))] if _is_numbers(column) else column
        for column in columns
    ]


def _rows(columns: Columns) -> Iterable[tuple]:
    """The rows again: the sum of whole numbers so far is each number."""
    return zip(*(list(accumulate(each)) if _is_numbers(each) else each for each in columns), strict=True)


def _is_numbers(column: list) -> bool:
    return all(type(value) is int for value in column)
