"""How a sender found out that a segment was lost, as its trace has it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from labkit.traces.senders import knew
from labkit.words import say

if TYPE_CHECKING:
    from labkit.network.capture import CapturedTrace
    from labkit.traces.trace import Trace

T = TypeVar("T")
TRIES = 5
MOMENT_S = 0.01
"""In which a kernel that has seen enough sends again; much shorter than its timeout."""


class Repair(NamedTuple):
    """What happened between a loss and its repair.

    seq         of the segment that was lost: relative, in bytes
    waits_ms    from its departure to that of each repetition, milliseconds
    duplicates  duplicate ACKs that the sender had when it sent again
    """

    seq: int
    waits_ms: tuple[float, ...]
    duplicates: int

    def __repr__(self) -> str:
        once = "seq {seq:6,}: sent again 1x, by {what}"
        more = "seq {seq:6,}: sent again {times}x, the first time by {what}"
        return say(
            once if len(self.waits_ms) == 1 else more,
            seq=self.seq,
            times=len(self.waits_ms),
            what=say("duplicate ACKs") if self.duplicates else say("the timer"),
        )


def repair(trace: Trace, source: str = "client") -> Repair:
    """How the first segment of this host that was lost was repaired.

    An ACK counts as a duplicate, too, if it is the first of its number and carries a SACK block (RFC 6675, section 2):
    it acknowledges the segment before the gap, and tells of the one behind it at once.

    Raises ValueError when none was lost, or it was not sent again.
    """
    lost = trace.select(source=source, data=True, delivered=False)
    if not lost:
        raise ValueError(
            say("no segment of {source} was lost; set net.link.faults before you send", source=source)
        )
    first = lost[0]
    again = [
        each
        for each in trace.retransmissions(source=source)
        if each.seq == first.seq and each.flow == first.flow
    ]
    if not again:
        raise ValueError(
            say("segment {seq} was not sent again yet; wait for its ACK before you ask", seq=first.seq)
        )
    repeated = trace.duplicate_acks()
    told = [each for each in trace.select(target=source) if each in repeated or each.option("sack")]
    heard = [each for each in told if each.flow == first.flow and knew(again[0], each)]
    waits = tuple((each.departed_ns - first.departed_ns) / 1e6 for each in again)
    return Repair(first.seq, waits, len(heard))


def usual(*repairs: Repair) -> Repair:
    """Of several repairs of the same loss, the one in the middle, by the time that it took.

    Another program may have held up one of them.  That may make it a quick one, too: where the sender stood still
    between its segments, those behind the lost one left later, and told of it.
    """
    return sorted(repairs, key=lambda each: sum(each.waits_ms))[len(repairs) // 2]


def undisturbed(send: Callable[..., tuple[Trace, T]]) -> Callable[..., tuple[Trace, T]]:
    """A function that sends and returns (its trace, what else it likes), made to send again if the machine stood still.

    Then the timer of a connection runs out, and its kernel repeats what has arrived.  The next fault by number, as
    Drop(data=14), would hit another segment than the one that is meant.  After TRIES what came last counts.
    """

    @wraps(send)
    def sending(*args: Any) -> tuple[Trace, T]:
        for _ in range(TRIES - 1):
            trace, more = send(*args)
            if not needless(trace):
                return trace, more
        return send(*args)

    return sending


def needless(trace: Trace) -> bool:
    """Was something sent again that had arrived?"""
    come = [each for each in trace.select(data=True) if each.arrived_ns is not None]
    return any(
        each.number < again.number
        and (each.flow, each.source, each.seq) == (again.flow, again.source, again.seq)
        for again in trace.retransmissions()
        for each in come
    )


def sent_again(trace: CapturedTrace, duplicates: int) -> bool:
    """Whether the kernel sent something again, a moment after so many duplicate ACKs have arrived.

    Raises TimeoutError when neither they nor a repetition come.
    """
    trace.wait_for(lambda: trace.retransmissions() or _arrived(trace) >= duplicates)
    try:
        trace.wait_for(trace.retransmissions, MOMENT_S)
    except TimeoutError:
        return False
    return True


def _arrived(trace: Trace) -> int:
    return sum(each.arrived_ns is not None for each in trace.duplicate_acks())


def acknowledged(trace: Trace, size: int, target: str = "client") -> bool:
    """Has an acknowledgement of so many bytes of data arrived at this host?"""
    return any((each.ack or 0) > size for each in trace.select(target=target, delivered=True))
