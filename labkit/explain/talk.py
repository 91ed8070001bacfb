"""A connection as it is judged: its segments in order of time, each with when it left one end and reached the other.

The trace of our own wire knows both moments.  A capture of another program has one time a frame, that of the place
where it was taken; where that lies between the ends tells the smallest time from a segment to its acknowledgement on
either side (`Vantage`), and each segment is taken to have left that much earlier, and to have come that much later.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from labkit.explain.sockopts import Options
from labkit.explain.step import CLIENT, RETRANSMISSION, SERVER, Step
from labkit.explain.toolarge import told_too_large
from labkit.explain.writes import proven
from labkit.traces.setbacks import setbacks

if TYPE_CHECKING:
    from labkit.traces.calls import Call
    from labkit.traces.flows import Flow
    from labkit.traces.trace import Trace

_UNSURE_NS = 200_000  # how much faster than the fastest that was seen an answer may be
TIMESTAMP_BYTES = 12  # of the option in each segment (RFC 7323 section 3), which its data have less


class Vantage(NamedTuple):
    """Where a capture was taken: the round trips from there to the client and back, and to the server and back, in
    nanoseconds; `wire`: on our own wire, which knows both ends."""

    wire: bool
    to_client: int
    to_server: int

    @property
    def known(self) -> bool:
        """Does any round trip tell where it was taken?"""
        return self.wire or self.to_client > 0 or self.to_server > 0

    @property
    def place(self) -> str:
        """ "wire", "client", "server", or "between"."""
        if self.wire:
            return "wire"
        if self.to_client * 10 <= self.to_server:
            return "client"
        return "server" if self.to_server * 10 <= self.to_client else "between"


class Talk:
    """One connection: `steps` in order of departure, and what is known of its two ends."""

    def __init__(
        self,
        flow: Flow,
        steps: list[Step],
        wire: bool,
        calls: tuple[list[Call], list[Call]],
        settings: Mapping[int, Sequence[Call]],
    ) -> None:
        self.flow, self.number = flow, flow.number
        self.names = (flow.client, flow.server)
        self.calls = calls
        self.told: tuple[list[int], ...] = ([], [])  # when each end heard that a packet is too large
        self.begin = min(step.left for step in steps)
        self.end = max(max(step.left, step.came or 0) for step in steps)
        self.one_way, self.vantage = _one_way(steps, wire)
        if not wire:
            _shift(steps, self.vantage)
            steps.sort(key=lambda step: step.left)
        self.steps = steps
        self.writes = tuple(
            proven(own, [step for step in steps if step.end == end]) for end, own in enumerate(calls)
        )
        self.options = tuple(Options(settings, own, self.begin, self.end) for own in calls)
        self.seen = (_seen(steps, CLIENT), _seen(steps, SERVER))
        self.mss = (_mss(steps, CLIENT), _mss(steps, SERVER))

    @property
    def trip(self) -> int:
        """The smallest round trip, in nanoseconds; 0 if none was seen."""
        return sum(self.one_way)

    @property
    def wire(self) -> bool:
        """Is it from our own wire?"""
        return self.vantage.wire


def talks(trace: Trace, damaged: Collection[int] = ()) -> list[Talk]:
    """The connections of a trace (as its two ends see it), in order of their first segments.

    damaged   numbers of frames that their receivers throw away
    """
    marks, owners = trace.marks(), trace.addresses
    wire = is_wire(trace)
    behind = {} if wire else setbacks(trace.segments)
    flows = {flow.number: flow for flow in trace.flows()}
    clients = {number: flow.client_address for number, flow in flows.items()}
    passing = _passing(trace) if wire else set()  # what only passes here is seen as any other capture sees it
    members: dict[int, list[Step]] = {}
    for segment in trace.segments:
        frame, end = segment.frame, int((segment.src, segment.sport) != clients[segment.flow])
        ours = wire and segment.flow not in passing
        forged = ours and owners.get(segment.src, segment.source) != segment.source
        left = frame.departed_ns
        if ours:
            came = segment.arrived_ns
            if frame.hits and frame.corrupted_for(segment.target):
                came = None
        else:
            came = left = left + behind.get(frame.number, 0)
            if frame.number in damaged:
                came = None
        step = Step(segment, end, left, came, marks.get(frame.number, ""), forged)
        members.setdefault(segment.flow, []).append(step)
    calls = _calls_by_end(trace.calls)
    settings: dict[int, list[Call]] = {}
    for call in trace.calls:
        if call.name == "setsockopt":
            settings.setdefault(call.socket_id, []).append(call)
    known = [
        Talk(
            flow,
            members[number],
            wire and number not in passing,
            (
                calls.get((flow.client_address, flow.server_address), []),
                calls.get((flow.server_address, flow.client_address), []),
            ),
            settings,
        )
        for number, flow in flows.items()
    ]
    told = told_too_large(trace)
    for talk in known if told else ():
        ends = talk.flow.client_address, talk.flow.server_address
        halves = talk.vantage.to_client // 2, talk.vantage.to_server // 2
        talk.told = (
            tuple(  # of what it never heard it knows nothing; where that is not known, it will have heard
                [at - half for at, sure in told.get(pair, []) if sure or not talk.wire]
                for pair, half in zip((ends, ends[::-1]), halves, strict=True)
            )
        )
    return known


def _passing(trace: Trace) -> set[int]:
    """Numbers of the connections of which the trace has only a part of the way: what arrives does so at a router."""
    owners = trace.addresses
    return {
        segment.flow
        for segment in trace.segments
        if segment.frame.arrivals and owners.get(segment.dst, segment.target) != segment.target
    }


def is_wire(trace: Trace) -> bool:
    """Does the trace know of each frame when it left and when it came?  Captures of other programs have one time."""
    return any(not frame.arrivals or frame.arrivals[0].time_ns != frame.departed_ns for frame in trace.frames)


def _calls_by_end(calls: tuple[Call, ...]) -> Mapping[tuple, list[Call]]:
    found: dict[tuple, list[Call]] = {}
    for call in calls:
        if call.local is not None and call.peer is not None:
            found.setdefault((tuple(call.local)[:2], tuple(call.peer)[:2]), []).append(call)
    return found


def _one_way(steps: list[Step], wire: bool) -> tuple[tuple[int, int], Vantage]:
    """The smallest time from each end to the other, and where the capture was taken."""
    if wire:
        least: list[int | None] = [None, None]
        for step in steps:
            if step.came is not None and not step.forged:
                took, known = step.came - step.left, least[step.end]
                least[step.end] = took if known is None else min(known, took)
        there, back = (least[0] or least[1] or 0), (least[1] or least[0] or 0)
        return (there, back), Vantage(True, 0, 0)
    answered = [
        _least_answer(steps, end) for end in (SERVER, CLIENT)
    ]  # what the server sends, the client answers
    opened = any(step.syn for step in steps)
    to_client, to_server = (
        least[0] if least[0] is not None and (opened or least[1] > 2) else 0 for least in answered
    )
    to_client, to_server = _surely(to_client, to_server), _surely(to_server, to_client)
    half = (to_client + to_server) // 2
    return (half, to_client + to_server - half), Vantage(False, to_client, to_server)


def _surely(trip: int, other: int) -> int:
    """What a round trip took at least, so that no answer seems to have left before its question came; 0 for one at
    whose end the capture was taken."""
    return 0 if trip * 10 <= other else max(0, trip - trip // 8 - _UNSURE_NS)


def _least_answer(steps: list[Step], end: int) -> tuple[int | None, int]:
    """The smallest time from a segment of this end to its acknowledgement, and of how many."""
    waiting: list[tuple[int, int]] = []
    least, count, done = None, 0, 0
    for step in steps:
        if step.end == end:
            if step.stop > step.seq and not step.rst and step.mark != RETRANSMISSION:
                waiting.append((step.stop, step.left))
        elif step.ack is not None and not step.rst:
            sent = None
            while done < len(waiting) and waiting[done][0] <= step.ack:
                sent = waiting[done][1]
                done += 1
            if sent is not None:
                took = max(0, step.left - sent)
                count += 1
                least = took if least is None else min(least, took)
    return least, count


def _shift(steps: list[Step], vantage: Vantage) -> None:
    halves = (vantage.to_client // 2, vantage.to_server // 2)
    for step in steps:
        at = step.left
        step.left = at - halves[step.end]
        if step.came is not None:
            step.came = at + halves[1 - step.end]


def _seen(steps: list[Step], end: int) -> list[tuple[int, Step]]:
    """What passes at one end, and when: what it sends, and what comes to it."""
    found: list[tuple[int, Step]] = []
    for step in steps:
        at = step.left if step.end == end else step.came
        if at is not None and not step.forged:
            found.append((at, step))
    found.sort(key=itemgetter(0))  # stable: departures of one moment stay in order
    return found


def _mss(steps: list[Step], end: int) -> int:
    """How much data a full segment of this end has, in bytes: what the other one's SYN allows, or the most seen."""
    most = max((step.size for step in steps if step.end == end), default=0)
    for step in steps:
        if step.syn and step.end != end and (mss := step.option("mss")):
            allowed = mss - TIMESTAMP_BYTES * (step.option("TS") is not None)
            return max(min(allowed, 1 << 16), 1) if most <= allowed else most
    return max(most, 1)
