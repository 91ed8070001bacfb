"""The timeline: what the programs on the hosts asked of their sockets, and when.

Times are CLOCK_MONOTONIC nanoseconds (``time.monotonic_ns()``), the clock that also stamps the frames
on the wire, so that calls and frames can be drawn on one axis.  Nothing here reads a clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import count
from typing import Any

from labkit.traces.calls import Call

# An entry is a Call while it is still being made: a list in these places, which the socket fills in when the call
# returns.  It becomes a Call only when somebody asks, because that costs more than the call itself.
#   GIVEN   None, bytes (to send, or asked for), or (bytes, address, what else it was given)
#   RESULT  None, bytes that were moved, or (bytes, address, code, tries)
# An entry of a call in TLS has one thing more: True.
HOST, NAME, GIVEN, BEGIN, END, RESULT, ERROR, BEFORE, AFTER, LOCAL, PEER, SOCKET = range(12)


Entry = list[Any]


class Timeline:
    """The calls on all hosts of a network, in the order in which they began.

    limit: how many calls are kept; of more, the oldest are forgotten (and counted).
    Safe to use from several threads.
    """

    def __init__(self, limit: int = 50_000):
        if not isinstance(limit, int) or limit < 1:
            raise ValueError(f"limit is a number of calls, at least 1 (got {limit!r})")
        self.limit = limit
        self.watchers: tuple[
            Callable[[Call | Entry], None], ...
        ] = ()  # called with each entry when its call begins, before it is made
        self._entries: deque[tuple[int, Call | Entry]] = deque(maxlen=limit)
        self._serial = count()
        self._cleared = 0

    def note(self, call: Call | Entry) -> None:
        """Put a call on the timeline; a list of a call's fields may be filled in later."""
        for watcher in self.watchers:
            watcher(call)
        self._entries.append((next(self._serial), call))

    def calls(self, since_ns: int = 0, until_ns: int | None = None) -> tuple[Call, ...]:
        """The calls that were going on between two times (both included), by their beginning."""
        found = []
        for _, entry in self._snapshot():
            call = as_call(entry)
            if until_ns is not None and call.begin_ns > until_ns:
                continue
            if call.end_ns is None or call.end_ns >= since_ns:
                found.append(call)
        return tuple(sorted(found, key=_beginning))

    @property
    def forgotten(self) -> int:
        """How many calls were forgotten because there were more than ``limit``."""
        entries = self._snapshot()
        return entries[0][0] - self._cleared if entries else 0

    def clear(self) -> None:
        """Forget all calls, and how many were forgotten."""
        self._entries.clear()
        self._cleared = next(self._serial) + 1

    def _snapshot(self) -> list[tuple[int, Call | Entry]]:
        while True:
            try:
                return list(self._entries)
            except RuntimeError:  # another thread noted a call while we copied
                continue

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        forgotten = self.forgotten
        return f"<Timeline: {len(self)} calls" + (
            f", {forgotten} older ones forgotten>" if forgotten else ">"
        )

    def __str__(self) -> str:
        lines = [str(call) for call in self.calls()]
        if forgotten := self.forgotten:
            lines.insert(0, f"({forgotten} earlier calls were forgotten: the timeline keeps {self.limit})")
        return "\n".join(lines)


def _beginning(call: Call) -> int:
    return call.begin_ns


def as_call(entry: Call | Entry) -> Call:
    """An entry of the timeline as the call that it is, as far as it has got."""
    if isinstance(entry, Call):
        return entry
    host, name, given, begin, end, result, error, before, after, local, peer, socket_id, *tls = entry
    size, address, said = given if given.__class__ is tuple else (given, None, "")
    moved, other, code, tries = result if result.__class__ is tuple else (result, None, "", 0)
    if size is not None and not isinstance(size, int):  # the call itself has said what is wrong with it
        size, said = None, str(size)
    return Call(
        host,
        name,
        begin,
        end,
        size,
        moved,
        address if other is None else other,
        said,
        code,
        tries,
        error,
        before,
        after,
        local or None,
        peer or None,
        socket_id,
        bool(tls),
    )
