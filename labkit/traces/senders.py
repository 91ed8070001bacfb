"""What one end of a connection has sent so far, as far as a capture has it.  Pure."""

from typing import NamedTuple

from labkit.packets.dissector import FAR
from labkit.packets.segment import Segment
from labkit.traces.ranges import Ranges


class Hole(NamedTuple):
    """Numbers that were passed over: from which on, when, and with which timestamp (RFC 7323) on what came instead."""

    start: int
    opened_ns: int
    stamp: int | None


class Sender:
    """What one end of a connection has sent so far."""

    __slots__ = (
        "acked",
        "answered_ns",
        "doubted",
        "first",
        "holes",
        "host",
        "next",
        "repeats",
        "seen",
        "syn_ns",
        "trip_ns",
        "window",
    )

    def __init__(self, host: str) -> None:
        self.host = host
        self.next: int | None = None  # the number after the highest sent
        self.first: list[Segment] = []  # with which the capture began: no data, all with one number
        self.seen = Ranges()
        self.holes: list[Hole] = []  # in order of their numbers, also those that were filled
        self.doubted: Segment | None = None  # which lies further ahead than can be
        self.acked: int | None = None  # the highest acknowledgement that it gave
        self.repeats = 0  # how many duplicates it has sent of that
        self.window: int | None = None  # the last window that its peer was told
        self.syn_ns: int | None = None  # its last SYN or SYN-ACK
        self.answered_ns: int | None = None  # the SYN-ACK to it, until it acknowledges that
        self.trip_ns: int | None = None  # the handshake's round trip


def senders_of(segment: Segment) -> tuple[tuple, tuple]:
    """The two directions of a segment's connection, as keys: its own, and the other."""
    return (
        (segment.flow, segment.src, segment.sport, segment.dst, segment.dport),
        (segment.flow, segment.dst, segment.dport, segment.src, segment.sport),
    )


def stamp_of(segment: Segment) -> int | None:
    """The timestamp with which it was sent (RFC 7323 section 3), if it has one."""
    for name, value in segment.options:
        if name == "TS":
            return int(value[0])
    return None


def knew(segment: Segment, ack: Segment) -> bool:
    """Had the sender of a segment seen this acknowledgement when it made the segment?

    A segment echoes the timestamp of the last acknowledgement that its kernel had seen (RFC 7323 section 4.3).  When
    both passed the wire's ends says less on a busy machine, and is asked only where there are no timestamps.
    """
    if ack.arrived_ns is None:
        return False
    echoed, stamp = segment.option("TS"), stamp_of(ack)
    if echoed is None or stamp is None:
        return ack.arrived_ns <= segment.departed_ns
    return (echoed[1] - stamp) % 2**32 < 2**31  # they begin again at 0


def sent(segment: Segment, me: Sender, peer: Sender | None) -> None:
    """Note what a segment sends."""
    if me.next is not None and segment.seq > me.next + FAR:
        acked = None if peer is None else peer.acked
        before, me.doubted = me.doubted, None
        if before is not None and (segment.seq == before.end_seq or (acked or 0) >= before.end_seq):
            _take(before, me)
        elif acked is None or acked <= me.next + FAR:
            me.doubted = segment  # until its peer, or what follows, confirms it
            return
    _take(segment, me)


def _take(segment: Segment, me: Sender) -> None:
    if me.next is not None and segment.seq > me.next:
        me.holes.append(Hole(me.next, segment.departed_ns, stamp_of(segment)))
    me.next = segment.end_seq if me.next is None else max(me.next, segment.end_seq)
    me.seen.add(segment.seq, segment.end_seq)


def timed(segment: Segment, me: Sender, peer: Sender | None) -> None:
    """The handshake's round trip, wherever the capture was made: SYN to SYN-ACK, and on to the ACK."""
    if "S" in segment.flags:
        me.syn_ns = segment.departed_ns
        if peer is not None and peer.syn_ns is not None and segment.ack is not None:
            peer.answered_ns = segment.departed_ns
            peer.trip_ns = me.trip_ns = segment.departed_ns - peer.syn_ns
    elif me.answered_ns is not None and me.trip_ns is not None and peer is not None:
        me.trip_ns = peer.trip_ns = me.trip_ns + segment.departed_ns - me.answered_ns
        me.answered_ns = None
