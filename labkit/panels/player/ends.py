"""Both ends of a connection as time goes by: their TCP states, and how many bytes wait in their buffers.  Pure.

Nothing here asks a kernel: the states are those that the segments imply (`labkit.traces.states`); what waits follows
from the calls and the segments.  Of bytes written, those that the peer has acknowledged are gone from the send buffer
(RFC 9293 section 3.8.1 keeps the rest, in case they must be sent again); of bytes that arrived in order, those that
a call has taken are gone from the receive buffer.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from labkit.packets.addresses import end_of
from labkit.pictures.ladders.acts import RECEIVING, SENDING
from labkit.pictures.ladders.matching import SLACK_NS
from labkit.traces.ranges import Ranges

if TYPE_CHECKING:
    from labkit.packets.segment import Segment
    from labkit.pictures.ladders.story import Stories
    from labkit.traces.calls import Call
    from labkit.traces.flows import Flow


class Step(NamedTuple):
    """How an end is from `time_ns` on, until its next step.

    state     its TCP state, by the RFC's name
    unacked   bytes in the send buffer: written by calls (or at least sent), and not acknowledged yet
    waiting   bytes in the receive buffer: arrived in order, and not received by a call yet
    early     bytes that arrived, but not in order: a gap before them is not closed yet
    next_seq  the next sequence number that it will send (SND.NXT);  acked: all before it is acknowledged (SND.UNA)
    expects   the next one that it expects (RCV.NXT)
    writing   bytes of a sending call that has not returned yet: no more than these wait outside the kernel
    """

    time_ns: int
    state: str
    unacked: int = 0
    waiting: int = 0
    early: int = 0
    next_seq: int = 0
    acked: int = 0
    expects: int = 0
    writing: int = 0


class End(NamedTuple):
    """One end of a connection: where it is, and its steps in order of time (the first: how it was before).

    known   False where the trace holds no calls of it: what its program received is not known, nor what it wrote
            beyond what was sent
    """

    host: str
    local: tuple[str, int]
    known: bool
    steps: tuple[Step, ...]

    def at(self, time_ns: int) -> Step:
        """How it was at a time."""
        return self.steps[max(0, bisect_right([step.time_ns for step in self.steps], time_ns) - 1)]


class Timed(NamedTuple):
    """A call, and when it is taken to have begun and ended (None: not yet), in nanoseconds."""

    call: Call
    begin: int
    end: int | None


class Ends:
    """Both ends of each connection of a trace: what is looked for in all of it is looked for once.

    stories   of the trace
    calls     `Timed` values, should they be drawn at other times than their own (default: the trace's calls)
    """

    def __init__(self, stories: Stories, calls: Iterable[Timed] | None = None) -> None:
        trace = stories.trace
        if calls is None:
            calls = [Timed(call, call.begin_ns, call.end_ns) for call in stories.calls]
        self._trace, self._changes = trace, stories.transitions_by_flow
        self._addresses = trace.addresses
        self._calls: dict[Any, list[Timed]] = {}  # by both ends
        self._accepted = set()  # (host, port, who called)
        for timed in calls:
            call = timed.call
            if call.local is None:
                continue
            if call.name == "accept":
                self._accepted.add((call.host, *call.local[1:2], end_of(call.address)))
            elif call.peer is not None:
                key = tuple(call.local[:2]), tuple(call.peer[:2])
                self._calls.setdefault(key, []).append(timed)
        begun: dict[int, tuple[frozenset, int]] = {}
        for segment in trace.segments:
            pair, time_ns = begun.get(segment.flow, (_pair(segment), segment.departed_ns))
            begun[segment.flow] = pair, min(time_ns, segment.departed_ns)
        self._until: dict[int, int | None] = {}  # when the next connection on the same ports began
        next_one: dict[frozenset, int] = {}
        for flow in sorted(begun, reverse=True):
            pair, time_ns = begun[flow]
            self._until[flow] = next_one.get(pair)
            next_one[pair] = min(time_ns, next_one.get(pair, time_ns))

    def of(self, flow: Flow) -> tuple[End, End]:
        """The client's and the server's end of a connection."""
        segments = self._trace.end_to_end.select(flow=flow.number)
        until = self._until.get(flow.number)
        begun = segments[0].departed_ns - SLACK_NS
        made = []
        for name, local, peer in (
            (flow.client, flow.client_address, flow.server_address),
            (flow.server, flow.server_address, flow.client_address),
        ):
            mine = [
                timed
                for timed in self._calls.get((local, peer), ())
                if (until is None or timed.begin < until) and (timed.end is None or timed.end >= begun)
            ]
            known = bool(mine) or (name, local[1], peer) in self._accepted
            own = [change for change in self._changes.get(flow.number, ()) if change.local == local]
            host = self._addresses.get(local[0], name)
            made.append(End(host, local, known, _steps(segments, host, local, own, mine, known)))
        return made[0], made[1]


def _pair(segment: Segment) -> frozenset:
    return frozenset(((segment.src, segment.sport), (segment.dst, segment.dport)))


def _steps(segments, host, local, changes, calls, known) -> tuple[Step, ...]:
    state = "CLOSED"
    if changes:
        state = changes[0].before or changes[0].state
    end = _Buffers(known)
    found = [Step(-(1 << 62), state)]
    events = [(change.time_ns, 3, place, ("state", change.state)) for place, change in enumerate(changes)]
    for segment in segments:
        frame = segment.frame
        if (segment.src, segment.sport) == local and segment.source == host:
            events.append((frame.departed_ns, 0, frame.number, ("sent", segment)))
        if (segment.dst, segment.dport) == local and not frame.corrupted_for(host):
            events += [
                (arrival.time_ns, 1, frame.number, ("came", segment))
                for arrival in frame.arrivals
                if arrival.host == host
            ]
    for place, (call, begin, finish) in enumerate(calls):
        if call.name in SENDING:
            size = call.count
            short = finish is not None and finish - begin <= SLACK_NS
            if short and not call.error:
                events.append((begin, 2, place, ("wrote", size)))
            elif not short:
                events.append((begin, 2, place, ("writes", size)))
                if finish is not None:
                    events.append((finish, 2, place, ("wrote", 0 if call.error else size)))
        elif call.name in RECEIVING and finish is not None and not call.error and not call.peeks:
            events.append((finish, 2, place, ("read", call.moved or 0)))
    for time, _, _, (what, value) in sorted(events, key=lambda event: event[:3]):
        if what == "state":
            state = value
        else:
            getattr(end, what)(value)
        step = end.step(time, state)
        if step[1:] != found[-1][1:]:
            if found[-1].time_ns == time:
                found.pop()
            found.append(step)
    return tuple(found)


class _Buffers:
    """What one end has written, sent, received and read; numbers are relative, data begins at 1."""

    def __init__(self, known: bool):
        self.known = known
        self.written = self.writing = self.next = self.acked = self.taken = 0
        self.fin = self.peer_fin = None  # the number after it
        self.got, self.first = Ranges(), None

    def sent(self, segment) -> None:
        if "R" not in segment.flags:
            self.next = max(self.next, segment.end_seq)
            if "F" in segment.flags:
                self.fin = segment.end_seq

    def came(self, segment) -> None:
        if "R" in segment.flags:
            return
        if segment.ack is not None and segment.ack <= self.next:
            self.acked = max(self.acked, segment.ack)
        if segment.end_seq > segment.seq or self.first is None:
            self.first = segment.seq if self.first is None else min(self.first, segment.seq)
            self.got.add(segment.seq, segment.end_seq)
            if "F" in segment.flags:
                self.peer_fin = segment.end_seq

    def writes(self, size: int) -> None:
        self.writing += size

    def wrote(self, size: int) -> None:
        self.written += size
        self.writing = 0

    def read(self, size: int) -> None:
        self.taken += size

    def step(self, time: int, state: str) -> Step:
        expects = 0 if self.first is None else self.got.end_of(self.first)
        finished = self.peer_fin is not None and expects >= self.peer_fin
        arrived = max(0, expects - 1 - finished)
        early = sum(
            stop - start
            for start, stop in zip(self.got.starts, self.got.ends, strict=True)
            if start > expects
        )
        sent = max(0, self.next - 1 - (self.fin is not None and self.next >= self.fin))
        acked = max(0, self.acked - 1 - (self.fin is not None and self.acked >= self.fin))
        gone = state in ("CLOSED", "TIME-WAIT") and self.next > 0
        waiting = max(0, arrived - self.taken) if self.known and not gone else 0
        unacked = 0 if gone else max(self.written, sent) - min(acked, sent)
        writing = 0 if gone else self.writing
        return Step(time, state, unacked, waiting, early, self.next, self.acked, expects, writing)
