"""One conversation, overheard: anew, if a timer of the kernel has mixed in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from labkit.packets.segment import Segment

if TYPE_CHECKING:
    from labkit.traces.trace import Trace

TRIES = 5
CLOSES_S = 1.0


def overhear(net: Any, ask: Callable[[], object]) -> Trace:
    """The trace of what `ask()` says on the network, to the end of its goodbye.

    On a machine that is too busy the kernel's timers add segments that no program asked for: an ACK alone for a FIN
    that a program did not answer within 40 ms (delayed ACKs: RFC 1122, section 4.2.3.2), a segment again whose ACK
    came late (RFC 6298, RFC 8985).  Then it is asked again, at most so often as TRIES says: who is to be compared is
    the program.
    """
    for _ in range(TRIES):
        with net.capture() as trace:
            ask()
            trace.wait_until_quiet()
            with suppress(TimeoutError):  # one that does not close its socket is shown, too
                trace.wait_for(lambda: _closed(trace), CLOSES_S)
        if not acknowledged_alone(trace.segments) and not sent_again(trace.segments):
            break
    return trace


def _closed(trace: Trace) -> bool:
    """Has a program at each end closed its socket?"""
    return len({call.host for call in trace.calls if call.name == "close" and not call.blocked}) > 1


def acknowledged_alone(segments: list[Segment]) -> bool:
    """Was a FIN acknowledged by a segment that carries nothing else, before the other side sent its own?"""
    fins = [place for place, segment in enumerate(segments) if "F" in segment.flags]
    if len(fins) < 2:
        return False
    first, second = segments[fins[0]], segments[fins[1]]
    return any(
        segment.source == second.source
        and segment.flags == "."
        and segment.ack == first.seq + first.length + 1
        for segment in segments[fins[0] : fins[1]]
    )


def sent_again(segments: list[Segment]) -> bool:
    """Did the same SYN, FIN or data leave twice?"""
    numbered = [
        (segment.source, segment.seq, segment.length)
        for segment in segments
        if segment.length or "S" in segment.flags or "F" in segment.flags
    ]
    return len(set(numbered)) < len(numbered)
