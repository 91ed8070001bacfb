"""The timeline: what the programs on the hosts asked of their sockets, and when.

Times are CLOCK_MONOTONIC nanoseconds (``time.monotonic_ns()``), the clock that also stamps the frames
on the wire, so that calls and frames can be drawn on one axis.  Nothing here reads a clock.
"""

from __future__ import annotations

from collections import deque
from itertools import count
from typing import NamedTuple


class Call(NamedTuple):
    """One call of a socket method, as it went."""

    host: str
    name: str  # "connect", "recv", ...
    args: str  # "10.0.0.2:8080", "5 bytes", "1000", "1000, MSG_PEEK"
    begin_ns: int
    end_ns: int | None = None  # None: the call has not returned yet
    result: str = ""  # "5" (bytes), "10.0.0.1:40000" (accept), "" for None
    error: str = ""  # "ConnectionRefusedError"
    before: str = ""  # TCP state (RFC 9293 names) before the call, "" where it was not looked up
    after: str = ""  # and after it; for accept the state of the accepted connection
    local: tuple | None = None  # (ip, port), as known at the end of the call
    peer: tuple | None = None
    socket_id: int = 0  # one number for each socket object

    @property
    def blocked(self) -> bool:
        """Has the call not returned yet?"""
        return self.end_ns is None

    def __str__(self) -> str:
        outcome = self.error or self.result
        if self.blocked:
            outcome = "has not returned"
        return f"{self.host} {self.name}({self.args})" + (f" → {outcome}" if outcome else "")


# An entry is a Call while it is still being made: a list of a call's fields in their order, which the
# socket fills in when the call returns.  Fields may hold raw values (an address, a number of bytes); they
# become text only when somebody asks, because that costs more than the call itself.
BEGIN, END, RESULT, ERROR, BEFORE, AFTER, LOCAL, PEER = 3, 4, 5, 6, 7, 8, 9, 10


class Timeline:
    """The calls on all hosts of a network, in the order in which they began.

    limit: how many calls are kept; of more, the oldest are forgotten (and counted).
    Safe to use from several threads.
    """

    def __init__(self, limit: int = 50_000):
        if not isinstance(limit, int) or limit < 1:
            raise ValueError(f"limit is a number of calls, at least 1 (got {limit!r})")
        self.limit = limit
        self.watchers: tuple = ()  # called with each entry when its call begins, before it is made
        self._entries: deque = deque(maxlen=limit)
        self._serial = count()
        self._cleared = 0

    def note(self, call: Call | list) -> None:
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

    def _snapshot(self) -> list:
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


def as_call(entry: Call | list) -> Call:
    """An entry of the timeline as the call that it is, as far as it has got."""
    if isinstance(entry, Call):
        return entry
    host, name, args, begin, end, result, error, before, after, local, peer, socket_id = entry
    return Call(
        host,
        name,
        _words(args),
        begin,
        end,
        _words(result),
        error,
        before,
        after,
        local or None,
        peer or None,
        socket_id,
    )


def _words(raw) -> str:
    if raw is None:
        return ""
    if isinstance(raw, tuple):
        return format_address(raw)
    return str(raw)


def format_address(address) -> str:
    """An address as people write it: "10.0.0.2:8080", "[fd00::2]:8080", a Unix path, "" for none."""
    if not isinstance(address, tuple):
        return "" if address is None else str(address)
    if len(address) >= 2 and isinstance(address[0], str) and isinstance(address[1], int):
        host, port = address[0], address[1]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return " ".join(format_address(part) for part in address)


# -- sizes, as they are noted: what a call was given, and what it gave -------------------------------


def came(result):
    return (len(result[0]), "from", result[-1]) if result[-1] else len(result[0])


def came_into(result):
    return (result[0], "from", result[-1]) if result[-1] else result[0]


def _length(data):
    if data.__class__ is bytes:
        return len(data)
    try:
        with memoryview(data) as view:
            return view.nbytes
    except TypeError:
        return 0  # the call itself will say what is wrong with it


def size_sent(args):
    return (_length(args[0]), "bytes") if args else None


def size_sent_to(args):
    return (_length(args[0]), "bytes to", args[-1]) if len(args) > 1 else None


def size_of_parts(args):
    if not args or not isinstance(args[0], (list, tuple)):  # an iterator may be read only once, by the call
        return None
    return (sum(map(_length, args[0])), "bytes")


def size_asked(args):
    return args[0] if args else None


def size_of_buffer(args):
    return (args[1] if len(args) > 1 and args[1] else _length(args[0])) if args else None


def size_of_buffers(args):
    return None
