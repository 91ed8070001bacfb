"""Which flow, which frame, and which host, does somebody mean who asks a trace?  Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from labkit.packets.addresses import format_address
from labkit.packets.frame import Frame
from labkit.packets.segment import Segment, Segments
from labkit.traces.flows import Flow
from labkit.traces.groups import in_groups
from labkit.words import say

Chosen: TypeAlias = "Flow | Segment | int | None"
"""How a connection is named: a `Flow`, its number, one of its segments; None: any."""


def number_asked(flow: Chosen) -> int | None:
    """The number of the connection, whether or not a trace has it; None for any.  Raises TypeError."""
    if flow is None or isinstance(flow, int):
        return flow
    if isinstance(flow, Flow):
        return flow.number
    if isinstance(flow, Segment):
        return flow.flow
    raise TypeError(f"flow is a Flow (see trace.flows()), its number or one of its segments (got {flow!r})")


def same_connection(flow: Flow | Segment | int, segment: Segment) -> None:
    """See to it that a connection is that of a segment of the trace which has its number.  Raises ValueError."""
    if isinstance(flow, int):
        return
    if isinstance(flow, Flow):
        ends, what = (flow.client_address, flow.server_address), say("this Flow")
    else:
        ends, what = _ends(flow), say("this segment")
    if set(ends) != set(_ends(segment)):
        raise ValueError(
            say(
                "{what} is of another trace: it is between {one} and {two}, and flow {number} of this trace between "
                "{here} and {there}; take one of this trace's flows()",
                what=what,
                one=format_address(ends[0]),
                two=format_address(ends[1]),
                number=segment.flow,
                here=format_address(_ends(segment)[0]),
                there=format_address(_ends(segment)[1]),
            )
        )


def same_frame(given: Any, frame: Frame) -> None:
    """See to it that a frame, or what is carried by one, is the frame of the trace with its number: it left at the same
    time.  Raises TypeError or ValueError."""
    theirs = getattr(given, "frame", given)
    if not isinstance(theirs, Frame):
        raise TypeError(
            say(
                "a frame is meant by its number, by itself or by what it carries (got {given!r})", given=given
            )
        )
    if theirs.departed_ns != frame.departed_ns:
        raise ValueError(
            say(
                "frame {number} that was given is of another trace: this trace's own left at another time; "
                "take it from this trace, as in trace.segments[0]",
                number=frame.number,
            )
        )


def _ends(segment: Segment) -> tuple[tuple[str, int], tuple[str, int]]:
    return (segment.src, segment.sport), (segment.dst, segment.dport)


class Choosing:
    """What a trace does with the `flow` and the `source` of a question.

    A number is one of `flows()`.  A `Flow` and a segment bring their addresses along, and a cell that runs again makes
    a new trace, where their number may be another connection's: it is looked whether they fit.
    """

    if TYPE_CHECKING:  # a trace gives them

        @property
        def segments(self) -> Segments[Segment]: ...
        @property
        def hosts(self) -> tuple[str, ...]: ...
        def flows(self) -> tuple[Flow, ...]: ...
        def _once(self, name: str, compute: Callable[[Any], Any]) -> Any: ...

    def _of(self, number: int) -> Sequence[Segment]:
        """The segments of a connection: of all connections they are looked for once."""
        found: dict[int, list[Segment]] = self._once(
            "by flow", lambda _: in_groups(self.segments, lambda each: each.flow)
        )
        return found.get(number, ())

    def _flow_number(self, flow: Chosen) -> int | None:
        number = number_asked(flow)
        if flow is None or number is None:
            return None
        if isinstance(flow, int):
            known = number in self._once("flow numbers", lambda _: {each.number for each in self.flows()})
        else:
            known = bool(self._of(number))
        if not known:
            raise ValueError(_unknown(number, self.flows(), foreign=not isinstance(flow, int)))
        if not isinstance(flow, int):
            same_connection(flow, self._of(number)[0])
        return number

    def _host(self, name: str | None) -> str | None:
        return host_named(name, self.hosts)

    def _among(self, segments: Iterable[Segment], flow: Chosen, source: str | None) -> Segments[Segment]:
        """Those of a connection (None: any) that a host (None: any) sent."""
        number, host = self._flow_number(flow), self._host(source)
        return Segments(
            segment
            for segment in segments
            if number in (None, segment.flow) and host in (None, segment.source)
        )


def _unknown(number: int, flows: Sequence[Flow], foreign: bool) -> str:
    has = f"{flows[0].number} to {flows[-1].number}" if flows else "no TCP connection at all"
    told = f"no flow {number} in this trace; it has {has}"
    return (
        say("{told}, and what was given is of another: take one of this trace's flows()", told=told)
        if foreign
        else told
    )


def named(host: Any) -> str:
    """A host's name, whether one gives the host or its name; what is neither stays as it is, for an error to show."""
    name: str = getattr(host, "name", host)
    return name


def host_named(name: str | None, hosts: Sequence[str]) -> str | None:
    """The host's name, if it is one of *hosts*; None for any.  Raises ValueError."""
    if name is not None and name not in hosts:
        host = getattr(name, "name", None)
        hint = f"; write {host!r}" if host in hosts else ""
        raise ValueError(f"no host {name!r} in this trace; it has {', '.join(hosts) or 'none'}{hint}")
    return name
