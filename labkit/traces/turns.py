"""A conversation of questions and answers, cut into its turns.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import inf

from labkit.packets.addresses import format_address
from labkit.packets.segment import Segment
from labkit.traces.calls import SENDING, Call
from labkit.traces.choosing import Chosen
from labkit.traces.flows import Flow
from labkit.traces.trace import Trace


def turns(trace: Trace, flow: Chosen = None, *, client: tuple[str, int] | None = None) -> tuple[Trace, ...]:
    """Which segments and calls made each question with its answer, on a connection whose ends take turns?

    trace   a `Trace`
    flow    which connection (a Flow of `trace.flows()`, its number, or a segment; default: the first)
    client  which connection, by the address and port of its client's end (what getsockname() gives there)

    A turn is a trace of its own: from the client's first data segment after the server's last answer, to the
    last data segment of the server before the client speaks again.  A question without an answer is no turn.
    Numbers in a turn count from its beginning.  What a side sends while it has not yet heard the other out is
    of the turn under way, so pipelined questions make one long turn.

    Raises ValueError when the trace has no TCP connection, for an unknown flow or client, or for both at once.
    """
    trace = trace.end_to_end
    known = trace.flows()
    if not known:
        raise ValueError("this trace has no TCP connection, so there are no turns in it")
    if client is not None:
        if flow is not None:
            raise ValueError("turns() takes flow= or client=, not both: each says which connection")
        flow = _from(known, client)
    segments = trace.select(flow=known[0] if flow is None else flow)
    asked = next(each for each in known if each.number == segments[0].flow)
    ours = [call for call in trace.calls if call.name.startswith(("send", "recv"))]
    asking = [call for call in ours if call.local == asked.client_address]
    answering = [
        call for call in ours if (call.local, call.peer) == (asked.server_address, asked.client_address)
    ]
    found: list[Trace] = []
    speaks = 0.0
    for part, after in _parts(segments, asked.client_address):
        begun = part[0].departed_ns
        until = max(part[-1].departed_ns, part[-1].arrived_ns or 0)
        # Who comes late to an answer that is there reads it in its turn all the same, before the next question.
        spoke, speaks = speaks, min(_speaks(asking, until), after or inf)
        calls = [
            call
            for call in asking
            if spoke <= call.begin_ns <= until or (until < call.begin_ns < speaks and call.moved)
        ]
        # a call that waits for what comes next returns after that has left the client
        calls += [
            call
            for call in answering
            if call.end_ns is not None and begun < call.end_ns and (not after or call.end_ns <= after)
        ]
        found.append(
            Trace(
                (segment.frame for segment in part),
                hosts=trace.hosts,
                addresses=trace.addresses,
                calls=sorted(calls, key=lambda call: call.begin_ns),
                keys=trace.keys,
            )
        )
    return tuple(found)


def _speaks(calls: Iterable[Call], heard: int) -> float:
    """When the client began to send after it had heard an answer, in nanoseconds; inf where it did not."""
    return min(
        (call.begin_ns for call in calls if call.name in SENDING and call.begin_ns >= heard), default=inf
    )


def _from(known: Sequence[Flow], client: tuple[str, int]) -> Flow:
    """The connection from a client's end; the last one, if a port was used again."""
    for flow in reversed(known):
        if flow.client_address == tuple(client)[:2]:  # an IPv6 socket's name has more
            return flow
    there = ", ".join(format_address(flow.client_address) for flow in known)
    raise ValueError(f"no connection in this trace comes from {client!r}; those in it come from {there}")


def _parts(segments: Iterable[Segment], client: tuple[str, int]) -> Iterator[tuple[list[Segment], int]]:
    """The runs of segments from a client's first data to the server's last data before the client goes on.

    Each with the time at which the client goes on, with data or FIN; 0 where the trace ends before.
    """
    part: list[Segment] = []
    end = 0  # how much of the part is a whole turn, up to the last answer so far
    for segment in segments:
        mine = (segment.src, segment.sport) == client
        if end and mine and (segment.length or "F" in segment.flags):
            yield part[:end], segment.departed_ns
            part, end = [], 0
        if part or (mine and segment.length):
            part.append(segment)
            if segment.length and not mine:
                end = len(part)
    if end:
        yield part[:end], 0
