"""The connections of a trace, each with its way through TCP's states."""

from __future__ import annotations

from labkit.panels.machine.steps import Journey, Step
from labkit.panels.machine.telling import Telling
from labkit.pictures.ladders.story import tell
from labkit.traces.states import states


def transitions_of(trace, flow=None) -> tuple[Step, ...]:
    """The steps of both ends of a connection (default: the first), in order of time.

    flow  a `Flow` of `trace.flows()`, its number, or one of its segments.  Raises ValueError for one that the
    trace does not have, and for a trace without a TCP segment.
    """
    return journey(trace, flow).steps


def journey(trace, flow=None) -> Journey:
    """The connection's ends, steps and remarks; arguments as for `transitions_of`."""
    numbers = {segment.flow for segment in trace.select(flow=flow)}
    found = [each for each in journeys(trace) if each.number in numbers]
    if not found:
        raise ValueError("there is no TCP segment in this trace, so no state of TCP; capture a connection")
    return found[0]


def journeys(trace) -> tuple[Journey, ...]:
    """All connections of a trace, in order of their first segment."""
    story = tell(trace, states=False)
    sent_by = {act.cause: act for act in story.acts if act.cause is not None}
    changes: dict[int, list] = {}
    for change in states(trace):
        changes.setdefault(change.cause.flow, []).append(change)
    segments: dict[int, list] = {}
    for segment in trace.end_to_end.segments:
        segments.setdefault(segment.flow, []).append(segment)
    again = {segment.number for segment in trace.retransmissions()}
    owners = trace.addresses
    return tuple(
        Telling(
            owners, flow, changes.get(flow.number, ()), segments[flow.number], again, sent_by, trace.calls
        ).journey(story.remarks)
        for flow in trace.flows()
    )
