"""Which call wrote which byte of a stream.  Pure."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from labkit.traces.calls import SENDING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from labkit.explain.step import Step
    from labkit.traces.calls import Call

_ALL_OR_SOME = ("sendall", "sendfile")
"""Where they fail they have sent a part, and do not say how much."""


class Writes:
    """Which call wrote a byte, by its place in the stream; of programs that nobody noted, and of TLS, none is known.

    Nor is any from the first call on that does not say how much it wrote.
    """

    def __init__(self, calls: list[Call]) -> None:
        self._calls: list[Call] = []
        self._ends: list[int] = []
        upto = 0
        for call in calls:
            if call.name not in SENDING:
                continue
            size = _size(call)
            if size is None:
                break
            if size:
                upto += size
                self._calls.append(call)
                self._ends.append(upto)

    def of(self, seq: int) -> Call | None:
        """The call that wrote the byte with this relative sequence number (the first has 1)."""
        at = bisect_right(self._ends, seq - 1)
        return self._calls[at] if at < len(self._calls) else None

    def whole(self, seq: int, size: int) -> Call | None:
        """The call that wrote just these bytes, and no other."""
        at = bisect_right(self._ends, seq - 1)
        if at == len(self._calls) or self._ends[at] != seq - 1 + size:
            return None
        return self._calls[at] if (self._ends[at - 1] if at else 0) == seq - 1 else None


def proven(calls: list[Call], steps: Iterable[Step]) -> Writes:
    """Those of an end that sent these segments.

    None, where one left before the call that would have written it began: then calls are missing, as those that a full
    timeline has forgotten, or that were made in another process.
    """
    found = Writes(calls)
    for step in steps:
        call = found.of(step.data_seq) if step.size else None
        if call is not None and call.begin_ns > step.left:
            return Writes([])
    return found


def _size(call: Call) -> int | None:
    """How many bytes it wrote; None where it does not say."""
    if call.tls:
        return None
    if call.error:
        return None if call.name in _ALL_OR_SOME else 0
    return None if call.moved is None and call.size is None else call.count
