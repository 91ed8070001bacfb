"""What was sent again, why, and how long it took until it was: losses, and repetitions for nothing.  Pure.

A sender learns of a loss from duplicate and selective acknowledgements (RFC 5681 section 3.2, RFC 6675), from a probe
of its own (RFC 8985 section 7), or from its timer (RFC 6298), which is the slowest.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from labkit.explain.account import Span
from labkit.explain.gathered import Gathered
from labkit.explain.talk import DUPLICATE_ACK, OUT_OF_ORDER, RETRANSMISSION, Step, Talk
from labkit.packets.frame import QUEUE_FULL

FAST, TIMEOUT, TAIL, SPURIOUS, COPY = "fast", "timeout", "probe", "spurious", "copy"
_TIMER_NS = 150_000_000  # no timer of a kernel in use is shorter: Linux's is 200 ms at least
_SOON_NS = 5_000_000
_KINDS = ((FAST, "fast-retransmit"), (TIMEOUT, "timeout"), (TAIL, "tail-loss"), (SPURIOUS, "spurious"))


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


def losses(talk: Talk, gathered: Gathered, tails: tuple[list[Step], list[Step]] = ([], [])) -> None:
    """Which losses were there, and how were they mended?  tails: what each end sent to a peer that was gone."""
    for end in (0, 1):
        who = talk.names[end]
        vain = {step.number for step in tails[end]}
        again = [each for each in repeats(talk, end) if each.step.number not in vain]
        for why, kind in _KINDS:
            chosen = [each for each in again if each.why == why]
            if not chosen:
                continue
            spans = [] if why == SPURIOUS else [_waiting(talk, each) for each in chosen]
            gathered.found(
                kind,
                [
                    number
                    for each in chosen
                    for number in (*each.proofs, each.before.number, each.step.number)
                ],
                spans,
                who=who,
                count=len(chosen),
                seq=chosen[0].step.seq,
                longest_ns=max(each.wait for each in chosen),
                wait_ns=sum(span.end - span.begin for span in _merged(spans)),
            )
        worst = [each for each in again if each.times > 2 and each.why in (FAST, TIMEOUT, TAIL)]
        if worst:
            spans = [_waiting(talk, each) for each in worst]
            gathered.found(
                "lost-again",
                [number for each in worst for number in (each.before.number, each.step.number)],
                spans,
                who=who,
                count=len({each.step.seq for each in worst}),
                seq=worst[0].step.seq,
                times=max(each.times for each in worst),
                wait_ns=sum(span.end - span.begin for span in _merged(spans)),
            )
        full = [
            step.number for step in talk.steps if step.end == end and step.segment.frame.fate == QUEUE_FULL
        ]
        if full:
            gathered.found("queue-full", full, who=who, count=len(full))
        late = [step for step in talk.steps if step.end == end and step.mark == OUT_OF_ORDER]
        if late:
            numbers = [step.number for step in late]
            gathered.found("reordering", numbers, who=who, count=len(late), seq=late[0].seq)
        twice = [each.step.number for each in again if each.why == COPY]
        twice += [step.number for step in talk.steps if step.end == end and _doubled(step)]
        if twice:
            gathered.found("duplicate", twice, who=who, count=len(twice))


def _doubled(step: Step) -> bool:
    """Did it reach its host twice?"""
    arrivals = step.segment.frame.arrivals
    return len(arrivals) > 1 and sum(each.host == step.segment.target for each in arrivals) > 1


def _waiting(talk: Talk, each: Repeat) -> Span:
    """From when its acknowledgement could have come to when it was sent again."""
    cause = "timeout" if each.why == TIMEOUT else "repair"
    begin = min(each.before.left + talk.trip, each.step.left)
    return Span(cause, begin, each.step.left)


def _merged(spans: list[Span]) -> list[Span]:
    found: list[Span] = []
    for span in sorted(spans, key=lambda each: each.begin):
        if found and span.begin <= found[-1].end:
            found[-1] = found[-1]._replace(end=max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


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
        self.heard = 0  # when an acknowledgement came last
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
            self.acked, self.told = step.ack, []
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
        copies = self.copies.setdefault(self.sent[at].number, [self.sent[at]])
        before = copies[-1]
        why = self._why(step, before, copies, at)
        copies.append(step)
        proofs = tuple(self.told) if why == FAST else ()
        return Repeat(step, before, len(copies), why, proofs)

    def _why(self, step: Step, before: Step, copies: list[Step], at: int) -> str:
        if not self.talk.wire and _same_packet(step, before):
            return COPY
        if self._had_come(step, copies, at):
            return SPURIOUS
        waited, since = step.left - before.left, step.left - self.heard
        soon = max(_SOON_NS, self.talk.trip)  # the timer of RFC 8985 section 6.2 waits as long at most
        if step.seq < self.recovering and since <= soon and waited >= self.talk.trip // 2:
            return TIMEOUT  # one of those that a timeout's first repetition has uncovered
        if (self.told or self.sacked > step.seq) and (since <= soon or waited < _TIMER_NS):
            return FAST
        if waited < max(_TIMER_NS, 3 * self.talk.trip) and step.stop == self.upto:
            return TAIL
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
                if all(copy.came is None for copy in copies):
                    return False
                end = max(end, *(copy.stop for copy in copies))
                at += 1
            return end >= step.stop
        if self.arrived:
            return any(copy.came is not None and copy.stop >= step.stop for copy in copies)
        return self._told_twice().get(step.seq, 0) >= step.stop

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
