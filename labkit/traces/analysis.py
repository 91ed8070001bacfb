"""What is unusual about a segment: sent again, a duplicate acknowledgement, out of order, a probe.  Pure.

The definitions are those of RFC 5681 section 2 (duplicate acknowledgement), RFC 4737 section 3 (reordering),
RFC 9293 sections 3.8.4 and 3.8.6.1 (keep-alives, zero-window probes), and of the Wireshark User's Guide,
section "TCP Analysis", which our answers agree with except where a lesson would be misled (said below).

A segment that another host sends on (a router, a man in the middle) or forges is not judged: it is neither
sent again nor out of order by the doing of the host whose address it bears.
"""

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from labkit.packets.frame import IN_FLIGHT
from labkit.packets.segment import Segment, Segments
from labkit.traces.senders import Sender, senders_of, sent, stamp_of, timed
from labkit.traces.setbacks import setbacks

NEAR_NS = (
    3_000_000  # Wireshark's default for "out of order rather than sent again" when no round trip is known
)
DUPLICATE_ACK, ZERO_WINDOW_PROBE = "duplicate ack", "zero-window probe"
MARKS = ("retransmission", DUPLICATE_ACK, "out of order", "keep-alive", ZERO_WINDOW_PROBE)
"""What a segment among each of the `Findings` is called."""


class Findings(NamedTuple):
    """What `examine` found; each field holds segments in order of departure."""

    retransmissions: Segments[Segment]
    duplicate_acks: Segments[Segment]
    out_of_order: Segments[Segment]
    keep_alives: Segments[Segment]
    window_probes: Segments[Segment]


def examine(segments: Iterable[Segment]) -> Findings:
    """Judge segments that are given in order of departure."""
    senders: dict[tuple, Sender] = {}
    found: dict[str, list[Segment]] = {name: [] for name in Findings._fields}
    fresh = []
    for segment in segments:
        mine, theirs = senders_of(segment)
        me = senders.get(mine)
        if me is None:
            me = senders[mine] = Sender(segment.source)
        if me.host != segment.source or "R" in segment.flags:
            continue
        peer = senders.get(theirs)
        word = _probe(segment, me, peer)
        if not word and segment.end_seq > segment.seq:
            word = _again(segment, me, peer)
            if not word:
                fresh.append(segment)
            sent(segment, me, peer)
        elif me.next is None or (segment.seq == me.next and not me.seen.starts):
            me.next = segment.seq  # where it stands, though the capture has none of its data
            me.first.append(segment)
        timed(segment, me, peer)
        if segment.ack is not None:
            found["keep_alives" if segment.window else "window_probes"] += _answered(segment, peer)
            if not word and _duplicate(segment, me, peer):
                word = "duplicate_acks"
                me.repeats += 1
            if me.acked is None or segment.ack > me.acked:
                me.acked, me.repeats = segment.ack, 0
        if segment.delivered or segment.frame.fate == IN_FLIGHT:  # else its peer does not know
            me.window = segment.window
        if word:
            found[word].append(segment)
    for probes in ("keep_alives", "window_probes"):  # those that their answer told of come after others
        found[probes].sort(key=lambda segment: segment.number)
    found["out_of_order"] = _overtaken(fresh)
    return Findings(*(Segments(found[name]) for name in Findings._fields))


def _probe(segment: Segment, me: Sender, peer: Sender | None) -> str:
    """Is it a keep-alive or a zero-window probe, sent only to provoke an answer?

    Wireshark takes any byte just below the next expected for a keep-alive; a lost one-byte write that is sent
    again looks the same, so here the byte must have been acknowledged already, as it is in a keep-alive.
    """
    if segment.length > 1 or me.next is None or peer is None or "S" in segment.flags or "F" in segment.flags:
        return ""
    seq, shut = segment.seq, peer.window == 0
    if segment.length and shut and seq in (me.next, me.next - 1):
        return "window_probes"
    acked = peer.acked if peer.acked is not None else me.next
    below = seq in (me.next - 1, acked - 1) and seq < me.next
    if below and (segment.length == 0 or seq < acked):
        return "window_probes" if shut else "keep_alives"
    return ""


def _answered(segment: Segment, peer: Sender | None) -> list[Segment]:
    """The peer's probes with which the capture began: the answer acknowledges one number more than they have."""
    if peer is None or not peer.first or segment.ack != peer.first[0].seq + 1 or peer.next != segment.ack - 1:
        return []
    probes, peer.first = peer.first, []
    peer.next = segment.ack
    return probes


def _again(segment: Segment, me: Sender, peer: Sender | None) -> str:
    """Has it, or part of it, been sent before?

    A number below the highest sent means so.  Only a capture that missed the first copy, or that was made
    where segments had already overtaken each other, has a hole there to fill.  What fills it was sent again if its
    timestamp is later than that of what opened the hole, and overtaken if it is earlier (RFC 7323 section 4).
    Where they are the same, or not there: overtaken if it follows within a round trip, sent again if later, for so
    long takes the news of the hole and the answer to it; as in Wireshark, 3 ms if the round trip is unknown.  Round
    trips shorter than that are uncertain themselves: there the third duplicate acknowledgement decides, too, which is
    what a sender waits for (RFC 5681 section 3.2).
    """
    if me.next is None or segment.seq >= me.next:
        return ""
    starts = me.seen.starts
    if segment.seq <= 0 or (starts and segment.seq < starts[0]):
        return "retransmissions"
    if me.seen.overlaps(segment.seq, segment.end_seq):
        return "retransmissions"
    at = bisect_right(me.holes, segment.seq, key=lambda hole: hole.start) - 1
    if at < 0:
        return "retransmissions"
    hole, stamp = me.holes[at], stamp_of(segment)
    if stamp is not None and hole.stamp is not None and stamp != hole.stamp:
        later = (stamp - hole.stamp) & 0xFFFFFFFF < 1 << 31
        return "retransmissions" if later else ""
    near = NEAR_NS if me.trip_ns is None else me.trip_ns
    if near < NEAR_NS and peer is not None and peer.acked == segment.seq and peer.repeats >= 3:
        return "retransmissions"
    return "" if segment.departed_ns - hole.opened_ns < near else "retransmissions"


def _duplicate(segment: Segment, me: Sender, peer: Sender | None) -> bool:
    """RFC 5681 section 2: its receiver has data outstanding; no data, no SYN or FIN; the same number as the
    greatest so far; the same window, or a selective acknowledgement (RFC 6675 section 2; Wireshark too)."""
    return (
        segment.length == 0
        and "S" not in segment.flags
        and "F" not in segment.flags
        and segment.ack == me.acked
        and peer is not None
        and peer.next is not None
        and peer.next > (segment.ack or 0)
        and (segment.window == me.window or segment.option("sack") is not None)
    )


def _overtaken(fresh: list[Segment]) -> list[Segment]:
    """Which segments, none of them sent again, arrived after a later one?  (RFC 4737 section 3)"""
    highest: dict[tuple, int] = {}
    late = []
    behind = setbacks(fresh)
    arrived = [
        ((segment.arrived_ns or 0) + behind.get(segment.number, 0), segment)
        for segment in fresh
        if segment.delivered
    ]
    arrived.sort(key=lambda pair: pair[0])  # stable: what arrives together stays in order of departure
    for _, segment in arrived:
        mine, _ = senders_of(segment)
        if segment.seq < highest.get(mine, segment.seq):
            late.append(segment)
        highest[mine] = max(segment.end_seq, highest.get(mine, segment.end_seq))
    late.sort(key=lambda segment: segment.number)
    return late
