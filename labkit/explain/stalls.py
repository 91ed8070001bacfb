"""Where a sender went on as soon as an acknowledgement came: what had it waited for?  Pure."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import NamedTuple

from labkit.explain.talk import Step, Talk
from labkit.traces.calls import SENDING, Call

SOON_NS = 2_000_000
"""What follows an acknowledgement within this was let go by it."""


class Stall(NamedTuple):
    """A sender waited, from `begin` to `end`, and sent `step` when `ack` came.

    before  what it had sent last
    small   was it one small segment, with the one before unacknowledged (Nagle's algorithm, RFC 1122 section 4.2.3.4)?
    full    had it sent all that the receive window allowed?  Then `window` says how much that was
    known   does `begin` come from its program's call, or is it the earliest that it can have been?
    """

    step: Step
    ack: Step
    before: Step
    begin: int
    end: int
    small: bool
    full: bool
    window: int
    known: bool

    @property
    def frames(self) -> tuple[int, ...]:
        """Numbers of the frames that show it."""
        return self.before.number, self.ack.number, self.step.number


class _Writes:
    """Which call wrote a byte, by its place in the stream; of programs that nobody noted, and of TLS, none is known."""

    def __init__(self, calls: list[Call]) -> None:
        wrote = [call for call in calls if call.name in SENDING]
        if any(call.tls or not (call.moved or call.size) for call in wrote):
            wrote = []
        self._calls = wrote
        self._ends = list(accumulate(call.count for call in wrote))

    def of(self, seq: int) -> Call | None:
        """The call that wrote the byte with this relative sequence number (the first has 1)."""
        at = bisect_right(self._ends, seq - 1)
        return self._calls[at] if at < len(self._calls) else None


def stalls(talk: Talk, end: int) -> list[Stall]:
    """Where this end waited for an acknowledgement, in order."""
    writes = _Writes(talk.calls[end])
    mss, soon = talk.mss[end], max(SOON_NS, talk.trip // 20)
    found: list[Stall] = []
    before: Step | None = None  # what it has sent last
    upto = acked = 0
    edge = window = edge_before = 0  # up to which number it may send, now and before the last acknowledgement
    released: tuple[int, Step, int] | None = (
        None  # when the last acknowledgement came that was news, and of how much
    )
    for at, step in talk.seen[end]:
        if step.end != end:
            if step.ack is None or step.rst or step.syn:
                if step.syn and step.ack is not None:
                    acked, edge, window = step.ack, step.ack + step.window, step.window
                continue
            if step.size or step.fin:
                released = None  # what it sends now may be its program's answer
            elif step.ack > acked and acked:
                released, edge_before = (at, step, upto - acked), edge
            elif step.ack == acked and step.window > window:
                released, edge_before = (at, step, upto - acked), edge  # a window update
            if step.ack >= acked:
                acked, window = step.ack, step.window
                edge = step.ack + step.window
            continue
        if step.size == 0 or step.rst or step.seq < upto:
            upto = max(upto, step.stop)
            continue
        if (
            before is not None
            and released is not None
            and before.left < released[0] <= at <= released[0] + soon
        ):
            stall = _stall(talk, step, before, released, acked >= upto, mss, edge_before - upto, writes)
            if stall is not None:
                found.append(stall)
        before, upto, released = step, step.stop, None
    return found


def _stall(
    talk: Talk,
    step: Step,
    before: Step,
    released: tuple[int, Step, int],
    all_acked: bool,
    mss: int,
    room: int,
    writes: _Writes,
) -> Stall | None:
    came, ack, under_way = released
    full = room < min(mss, step.size)
    small = all_acked and not full and step.size < mss and under_way <= mss
    call = writes.of(step.seq)
    begin = before.left
    if call is not None:
        if call.begin_ns >= came:  # it had nothing to send before
            return None
        begin = max(begin, call.begin_ns)
    if not small and step.left - before.left < max(talk.trip // 2, 1_000_000):
        return None  # the wire is busy: acknowledgements come as fast as segments leave
    window = under_way + max(room, 0)
    return Stall(step, ack, before, begin, step.left, small, full, window, call is not None)
