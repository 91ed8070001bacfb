"""How often a client waited for the other end, until the first bytes of an answer were there.  Pure."""

from __future__ import annotations

from itertools import pairwise
from typing import Any


def round_trips(trace: Any, client: str = "client") -> int:
    """How many times did the other end have the word, until the client's first recv() returned?

    SYNs and data count, acknowledgements do not; so no clock decides.
    """
    read = next(call for call in trace.calls if call.host == client and call.name == "recv")
    said = [
        segment.source
        for segment in trace.segments
        if (segment.length or "S" in segment.flags) and segment.departed_ns < read.end_ns
    ]
    return sum(one == client != other for one, other in pairwise(said))
