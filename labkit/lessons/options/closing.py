"""The server's `close()` in a trace, and whether it waited."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labkit.traces.calls import Call
    from labkit.traces.trace import Trace


def close_of(trace: Trace) -> Call:
    """The first `close()` of the server.  Raises StopIteration where there is none."""
    return next(call for call in trace.calls if call.name == "close" and call.host == "server")


def waited_for_all(trace: Trace, size: int) -> bool:
    """Did the server's `close()` end after the client's kernel had acknowledged so many bytes, and the FIN?"""
    acks = (each for each in trace.select(source="client") if each.ack and each.ack > 1 + size)
    known, end_ns = next(acks, None), close_of(trace).end_ns
    return bool(known and known.arrived_ns and end_ns and end_ns > known.arrived_ns)
