"""Where a sender went on as soon as an acknowledgement came: what had it waited for?  Pure."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import NamedTuple

from labkit.explain.step import DUPLICATE_ACK, Step
from labkit.explain.talk import Talk
from labkit.traces.senders import stamp_of

SOON_NS = 2_000_000
"""What follows an acknowledgement within this was let go by it."""
_JITTER_NS, _LATE_NS = 5_000_000, 20_000_000


class Stall(NamedTuple):
    """A sender waited, from `begin` to `end`, and sent `step` when `ack` came.

    before  what it had sent last
    small   was it one small segment, with the one before unacknowledged (Nagle's algorithm, RFC 1122 section 4.2.3.4)?
    full    had it sent all that the receive window allowed?  Then `window` says how much that was
    paced   did acknowledgements come as fast as it sent?  Then the wire is busy, and it did not really wait
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
    paced: bool
    known: bool

    @property
    def frames(self) -> tuple[int, ...]:
        """Numbers of the frames that show it."""
        return self.before.number, self.ack.number, self.step.number


class _Released(NamedTuple):
    """An acknowledgement came that was news: when, how many bytes were under way and how many small segments among
    them, and how long the newest of those that it is about had been (0 if it is about none)."""

    at: int
    ack: Step
    under_way: int
    small: int
    took: int


def stalls(talk: Talk, end: int) -> list[Stall]:
    """Where this end waited for an acknowledgement, in order."""
    return _Sender(talk, end).stalls()


class _Sender:
    """One end as a sender of data, and what it has seen so far."""

    def __init__(self, talk: Talk, end: int) -> None:
        self.talk, self.end, self.mss = talk, end, talk.mss[end]
        self.writes, self.options = talk.writes[end], talk.options[end]
        self.before: Step | None = None  # what it has sent last
        self.upto = self.acked = 0
        self.edge = self.window = 0  # up to which number it may send
        self.edge_before = 0  # the same, before the last acknowledgement
        self.released: _Released | None = None
        self.sent: deque[Step] = deque()  # and not acknowledged
        self.eager = (
            False  # has it sent a small segment with another unacknowledged?  Then Nagle's algorithm is off
        )
        self.off = False  # the same, with calls that prove it
        self.alone = 0  # small segments that it sent when a small one before it had just been acknowledged, or long ago

    def stalls(self) -> list[Stall]:
        found = []
        for at, step in self.talk.seen[self.end]:
            if step.end != self.end:
                self._hear(at, step)
            elif step.size == 0 or step.rst or step.seq < self.upto:
                self.upto = max(self.upto, step.stop)
            else:
                before, released = self.before, self.released
                if before is not None and released is not None:
                    let_go = before.left < released.at <= at and self._in_time(step, before, released)
                    stall = self._stall(step, before, released) if let_go else None
                    if stall is not None:
                        found.append(stall)
                self._count(step, before, released)
                self.sent.append(step)
                self.before, self.upto, self.released = step, step.stop, None
        held = sum(1 for each in found if each.small)
        if self.eager or 2 * held < self.alone:  # who writes now and then does so at times when an ACK comes
            found = [each for each in found if each.known or not each.small]
        if self.off and not self.options.ever("TCP_NODELAY"):  # it was switched off before, and stayed so
            found = [each for each in found if not each.small]
        return found

    def _count(self, step: Step, before: Step | None, released: _Released | None) -> None:
        """Note what tells whether Nagle's algorithm is on."""
        if before is None or step.fin or step.size >= self.mss or before.size >= self.mss:
            return
        if before.stop > self.acked:
            self.eager = True
            wrote, wrote_before = (self.writes.whole(each.data_seq, each.size) for each in (step, before))
            self.off = self.off or (wrote is not None and wrote_before is not None)
        elif released is not None:
            self.alone += 1

    def _in_time(self, step: Step, before: Step, released: _Released) -> bool:
        """Did a segment follow an acknowledgement at once?

        A wire on a busy machine reads late what a kernel has sent long ago: there the timestamps of our kernels, which
        count milliseconds, tell how long after the one before the segment was made.
        """
        near = self.talk.vantage.place in ("wire", ("client", "server")[self.end])
        late, soon = step.left - released.at, max(SOON_NS, self.talk.trip // (20 if near else 5))
        if late <= soon or not self.talk.wire or late > _LATE_NS:
            return late <= soon
        made, made_before = stamp_of(step.segment), stamp_of(before.segment)
        if made is None or made_before is None:
            return False
        return (made - made_before) % 2**32 * 1_000_000 <= released.at - before.left + soon

    def _hear(self, at: int, step: Step) -> None:
        """An acknowledgement came."""
        if step.ack is None or step.rst:
            return
        if step.syn:
            self.acked, self.edge, self.window = step.ack, step.ack + step.window, step.window
            return
        took, small = 0, sum(1 for each in islice(self.sent, 3) if each.size < self.mss)
        while self.sent and self.sent[0].stop <= step.ack:
            took = at - self.sent.popleft().left
        more = step.window > self.window or step.mark == DUPLICATE_ACK  # room, or news of what came later
        if step.size or step.fin:
            self.released = None  # what is sent now may be its program's answer
        elif (step.ack > self.acked and self.acked) or (step.ack == self.acked and more):
            self.released, self.edge_before = (
                _Released(at, step, self.upto - self.acked, small, took),
                self.edge,
            )
        if step.ack >= self.acked:
            self.acked, self.window = step.ack, step.window
            self.edge = step.ack + step.window

    def _stall(self, step: Step, before: Step, released: _Released) -> Stall | None:
        room = self.edge_before - self.upto
        full = room < min(self.mss, step.size)
        alone = released.under_way <= self.mss and released.small <= 1
        small = self.acked >= self.upto and not full and step.size < self.mss and alone
        # Linux holds a small segment back for another small one alone (tcp_minshall_check()).
        small = small and not (self.talk.wire and before.size >= self.mss)
        if small and self._not_nagle(released.at):
            return None
        call = self.writes.of(step.data_seq)
        begin = before.left
        if call is not None:
            if call.begin_ns >= released.at:  # it had nothing to send before
                return None
            begin = max(begin, call.begin_ns)
        elif not small and not full and step.size < self.mss:
            return None  # its program may as well have written it now
        queued = (
            released.under_way > 4 * self.mss and released.took > 2 * self.talk.trip + _JITTER_NS
        )  # on the way
        paced = not small and (queued or _busy(self.talk, step, before))
        window = released.under_way + max(room, 0)
        known = call is not None
        return Stall(step, released.ack, before, begin, step.left, small, full, window, paced, known)

    def _not_nagle(self, at: int) -> bool:
        """Had its program switched Nagle's algorithm off by then, or held the segment back itself (tcp(7))?"""
        return self.options.on("TCP_NODELAY", at) or self.options.on("TCP_CORK", at)


def _busy(talk: Talk, step: Step, before: Step) -> bool:
    """Was the wire busy all the time, so that nothing was waited for but its rate?"""
    if step.left - before.left < max(talk.trip // 2, 1_000_000):
        return True
    return talk.wire and before.came is not None and before.came >= step.left
