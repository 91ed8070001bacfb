"""Which flow, and which host, does somebody mean who asks a trace?  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from labkit.packets.segment import Segment, Segments
from labkit.traces.flows import Flow

Chosen: TypeAlias = "Flow | Segment | int | None"
"""How a connection is named: a `Flow`, its number, one of its segments; None: any."""


def flow_number(flow: Chosen, flows: Iterable[Flow]) -> int | None:
    """The number of the connection, one of *flows*; None for any.  Raises TypeError or ValueError."""
    if flow is None:
        return None
    if isinstance(flow, Flow):
        return flow.number
    if isinstance(flow, Segment):
        return flow.flow
    if not isinstance(flow, int):
        raise TypeError(
            f"flow is a Flow (see trace.flows()), its number or one of its segments (got {flow!r})"
        )
    known = [each.number for each in flows]
    if flow not in known:
        raise ValueError(
            f"no flow {flow} in this trace; it has "
            + (f"{known[0]} to {known[-1]}" if known else "no TCP connection at all")
        )
    return flow


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


def among(segments: Iterable[Segment], number: int | None, source: str | None) -> Segments[Segment]:
    """Those of a connection (None: any) that a host (None: any) sent."""
    return Segments(
        segment for segment in segments if number in (None, segment.flow) and source in (None, segment.source)
    )
