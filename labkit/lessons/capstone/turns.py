"""How often somebody waited for an answer, read off a trace."""

from __future__ import annotations

from typing import Any


def round_trips(trace: Any, asks: str = "client") -> int:
    """How often this host sent, after it had been answered, again; and the first time."""
    turns, last = 0, ""
    for segment in trace.select(data=True):
        if segment.source == asks and last != asks:
            turns += 1
        last = segment.source
    return turns
