"""What an end sent again, and why, as far as it can have known.  Pure.

A sender learns of a loss from duplicate and selective acknowledgements (RFC 5681 section 3.2, RFC 6675), from a probe
of its own (RFC 8985 section 7), from a router that finds it too large (RFC 1191), or from its timer (RFC 6298), which
is the slowest.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from labkit.explain.step import DUPLICATE_ACK, OUT_OF_ORDER, RETRANSMISSION, Step
from labkit.explain.talk import Talk

FAST, TIMEOUT, TAIL, SPURIOUS, COPY = "fast", "timeout", "probe", "spurious", "copy"
TOO_LARGE, NOT_TAKEN = "too large", "not taken"
_TIMER_NS = 150_000_000  # no timer of a kernel in use is shorter: Linux's is 200 ms at least
_SOON_NS = 5_000_000
_KEPT_NS = 210_000_000
"""A receiver that took a segment has acknowledged it by then: Linux keeps an ACK back for 200 ms at most."""


class Repeat(NamedTuple):
    """A segment was sent again: which, what the copy before it was, how often it has been sent, and why."""

    step: Step
    before: Step
    times: int
    why: str
    proofs: tuple[int, ...]

    @property
    def wait(self) -> int:
        return self.step.left - self.before.left


def repeats(talk: Talk, end: int) -> list[Repeat]:
    """What this end sent again, in order, but for the handshake's SYNs, and for what nobody heard any more."""
    return _Watch(talk, end).repeats()


class _Watch:
    """What one end has sent and heard so far."""

    def __init__(self, talk: Talk, end: int) -> None:
        self.talk, self.end = talk, end
        self.starts: list[int] = []  # of what it sent for the first time, in order
        self.sent: list[Step] = []
        self.copies: dict[int, list[Step]] = {}  # of what was sent again, by the number of the first's frame
        self.acked = self.upto = 0
        self.sacked = 0  # the highest number that a selective acknowledgement has
        self.told: list[int] = []  # frames of the duplicate acknowledgements since the last new one
        self.heard = self.went_on = 0  # when an acknowledgement came last, and when one that was news
        self.recovering = 0  # up to where a timeout's repetitions go
        self.arrived = self._seen_arriving()
        self._twice: dict[int, int] | None = None

    def _seen_arriving(self) -> bool:
        """Does what the capture holds have arrived, for it was taken at the receiver?"""
        return self.talk.vantage.place == ("server" if self.end == 0 else "client")

    def repeats(self) -> list[Repeat]:
        found = []
        for at, step in self.talk.seen[self.end]:
            if step.end != self.end:
                self._hear(at, step)
            elif step.stop > step.seq and not step.rst and not step.syn:
                if step.mark == RETRANSMISSION:
                    found.append(self._again(step))
                elif not step.mark or step.mark == OUT_OF_ORDER:
                    self._first(step)
        return [each for each in found if each is not None]

    def _first(self, step: Step) -> None:
        if self.starts and step.seq < self.starts[-1]:
            at = bisect_right(self.starts, step.seq)
            self.starts.insert(at, step.seq)
            self.sent.insert(at, step)
        else:
            self.starts.append(step.seq)
            self.sent.append(step)
        self.upto = max(self.upto, step.stop)

    def _hear(self, at: int, step: Step) -> None:
        if step.ack is None or step.rst:
            return
        self.heard = at
        if step.ack > self.acked:
            self.acked, self.told, self.went_on = step.ack, [], at
        elif step.mark == DUPLICATE_ACK and len(self.told) < 3:
            self.told.append(step.number)
        for _, right in step.option("sack") or () if step.segment.options else ():
            self.sacked = max(self.sacked, right)

    def _again(self, step: Step) -> Repeat | None:
        at = bisect_right(self.starts, step.seq) - 1
        if at < 0 or self.sent[at].stop <= step.seq:
            following = self.sent[at + 1] if at + 1 < len(self.sent) else None
            self._first(
                step
            )  # lost before it came to where the capture was taken: it left before what follows it
            if following is None:
                return None
            why = FAST if self.told or self.sacked > step.seq else TIMEOUT
            return Repeat(step, following, 2, why, tuple(self.told))
        known = self.copies.setdefault(self.sent[at].number, [self.sent[at]])
        copies = [
            copy for copy in known if copy.seq <= step.seq < copy.stop
        ]  # it may be cut in other pieces now
        before = copies[-1]
        why = self._why(step, before, copies, at)
        known.append(step)
        proofs = tuple(self.told) if why == FAST else ()
        return Repeat(step, before, len(copies) + 1, why, proofs)

    def _why(self, step: Step, before: Step, copies: list[Step], at: int) -> str:
        if not self.talk.wire and _same_packet(step, before):
            return COPY
        if self._had_come(step, copies, at):
            return NOT_TAKEN if self._ignored(step, copies) else SPURIOUS
        if any(
            before.left < told <= step.left and before.size > step.size for told in self.talk.told[self.end]
        ):
            return TOO_LARGE
        waited, since = step.left - before.left, step.left - self.heard
        soon = max(_SOON_NS, self.talk.trip)  # the timer of RFC 8985 section 6.2 waits as long at most
        if step.seq < self.recovering and since <= soon and waited >= self.talk.trip // 2:
            return TIMEOUT  # one of those that a timeout's first repetition has uncovered
        if (self.told or self.sacked > step.seq) and (since <= soon or waited < _TIMER_NS):
            return FAST
        idle = step.left - max(self.went_on, before.left)
        if idle < max(_TIMER_NS, self.talk.trip * 5 // 2) and step.stop == self.upto:
            return TAIL  # two round trips after the last acknowledgement, which no timer is
        if waited < _TIMER_NS:
            return FAST  # no timer is that fast: acknowledgements that the capture does not have told of it
        self.recovering = self.upto
        return TIMEOUT

    def _had_come(self, step: Step, copies: list[Step], at: int) -> bool:
        """Had all of it arrived before, or was it on its way to?"""
        if self.talk.wire:
            if any(copy.came is not None and copy.stop >= step.stop for copy in copies):
                return True
            end = step.seq
            while at < len(self.sent) and self.sent[at].seq <= end < step.stop:
                copies = self.copies.get(self.sent[at].number, [self.sent[at]])
                reached = [
                    copy.stop for copy in copies if copy.came is not None and copy.seq <= end < copy.stop
                ]
                if not reached:
                    return False
                end = max(reached)
                at += 1
            return end >= step.stop
        if self.arrived:
            return any(copy.came is not None and copy.stop >= step.stop for copy in copies)
        return self._told_twice().get(step.seq, 0) >= step.stop

    def _ignored(self, step: Step, copies: list[Step]) -> bool:
        """Had it come long before, and its receiver said nothing of it?  Only our own wire knows both."""
        came = [copy.came for copy in copies if copy.came is not None and copy.stop >= step.stop]
        if not self.talk.wire or not came or step.left - min(came) < _KEPT_NS:
            return False
        return not any(
            answer.end != self.end and answer.left < step.left and (answer.ack or 0) >= step.stop
            for _, answer in self.talk.seen[1 - self.end]
        )

    def _told_twice(self) -> dict[int, int]:
        if self._twice is None:
            self._twice = _duplicates_told(self.talk, self.end)
        return self._twice


def _duplicates_told(talk: Talk, end: int) -> dict[int, int]:
    """What the receiver said that it has got twice, from which number to which (D-SACK, RFC 2883)."""
    told: dict[int, int] = {}
    for step in talk.steps:
        if step.end == end or step.ack is None or not step.segment.options:
            continue
        blocks = step.option("sack")
        if blocks and (
            blocks[0][1] <= step.ack
            or any(left <= blocks[0][0] and blocks[0][1] <= right for left, right in blocks[1:])
        ):
            told[blocks[0][0]] = blocks[0][1]
    return told


def _same_packet(step: Step, before: Step) -> bool:
    """Is it the very same packet, and no new one: identification (RFC 791), timestamps, all its bytes?"""
    one, two = step.segment.frame, before.segment.frame
    if one.length != two.length or one.data[14:] != two.data[14:]:
        return False
    return one.data[12:14] == b"\x08\x00" and one.data[18:20] != b"\0\0"
