"""What is unusual about a segment: sent again, a duplicate acknowledgement, out of order, a probe.  Pure.

The definitions are those of RFC 5681 section 2 (duplicate acknowledgement), RFC 4737 section 3 (reordering),
RFC 9293 sections 3.8.4 and 3.8.6.1 (keep-alives, zero-window probes), and of the Wireshark User's Guide,
section "TCP Analysis", which our answers agree with except where a lesson would be misled (said below).

A segment that another host sends on (a router, a man in the middle) or forges is not judged: it is neither
sent again nor out of order by the doing of the host whose address it bears.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from labkit.packets.segment import Segment, Segments
from labkit.traces.ranges import Ranges

NEAR_NS = (
    3_000_000  # Wireshark's default for "out of order rather than sent again" when no round trip is known
)


DUPLICATE_ACK = "duplicate ack"
MARKS = ("retransmission", DUPLICATE_ACK, "out of order", "keep-alive", "zero-window probe")
"""What a segment among each of the `Findings` is called."""


class Findings(NamedTuple):
    """What `examine` found; each field holds segments in order of departure."""

    retransmissions: Segments[Segment]
    duplicate_acks: Segments[Segment]
    out_of_order: Segments[Segment]
    keep_alives: Segments[Segment]
    window_probes: Segments[Segment]


class _Sender:
    """What one end of a connection has sent so far."""

    __slots__ = ("acked", "host", "next", "next_ns", "seen", "syn_ns", "trip_ns", "window")

    def __init__(self, host: str) -> None:
        self.host = host
        self.next: int | None = None  # the number after the highest sent
        self.next_ns = 0  # when that was sent
        self.seen = Ranges()
        self.acked: int | None = None  # the highest acknowledgement that it gave
        self.window: int | None = None  # the last window that it advertised
        self.syn_ns: int | None = None
        self.trip_ns: int | None = None  # the handshake's round trip, as seen where the capture was made


def senders_of(segment: Segment) -> tuple[tuple, tuple]:
    """The two directions of a segment's connection, as keys: its own, and the other."""
    return (
        (segment.flow, segment.src, segment.sport, segment.dst, segment.dport),
        (segment.flow, segment.dst, segment.dport, segment.src, segment.sport),
    )


def examine(segments: Iterable[Segment]) -> Findings:
    """Judge segments that are given in order of departure."""
    senders: dict[tuple, _Sender] = {}
    found: dict[str, list[Segment]] = {name: [] for name in Findings._fields}
    fresh = []
    for segment in segments:
        mine, theirs = senders_of(segment)
        me = senders.get(mine)
        if me is None:
            me = senders[mine] = _Sender(segment.source)
        if me.host != segment.source or "R" in segment.flags:
            continue
        peer = senders.get(theirs)
        word = _probe(segment, me, peer)
        if not word and segment.end_seq > segment.seq:
            word = _again(segment, me)
            if not word:
                fresh.append(segment)
            _sent(segment, me, peer)
        if segment.ack is not None:
            if not word and _duplicate(segment, me, peer):
                word = "duplicate_acks"
            me.acked = segment.ack if me.acked is None else max(me.acked, segment.ack)
        me.window = segment.window
        if word:
            found[word].append(segment)
    found["out_of_order"] = _overtaken(fresh)
    return Findings(*(Segments(found[name]) for name in Findings._fields))


def _probe(segment: Segment, me: _Sender, peer: _Sender | None) -> str:
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


def _again(segment: Segment, me: _Sender) -> str:
    """Has it, or part of it, been sent before?

    A number below the highest sent means so.  Only a capture that missed the first copy, or that was made
    where segments had already overtaken each other, has a gap there to fill: as in Wireshark, one that
    follows within a round trip (3 ms if unknown) was overtaken, a later one sent again.
    """
    if me.next is None or segment.seq >= me.next:
        return ""
    if (
        segment.seq > 0
        and not me.seen.overlaps(segment.seq, segment.end_seq)
        and me.seen.starts[0] <= segment.seq
    ):
        near = NEAR_NS if me.trip_ns is None else me.trip_ns
        if segment.departed_ns - me.next_ns < near:
            return ""
    return "retransmissions"


def _sent(segment: Segment, me: _Sender, peer: _Sender | None) -> None:
    if "S" in segment.flags:
        me.syn_ns = segment.departed_ns
        if peer is not None and peer.syn_ns is not None and segment.ack is not None:
            peer.trip_ns = me.trip_ns = segment.departed_ns - peer.syn_ns
    if me.next is None or segment.end_seq > me.next:
        me.next, me.next_ns = segment.end_seq, segment.departed_ns
    me.seen.add(segment.seq, segment.end_seq)


def _duplicate(segment: Segment, me: _Sender, peer: _Sender | None) -> bool:
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
    arrived = [(segment.arrived_ns or 0, segment) for segment in fresh if segment.delivered]
    arrived.sort(key=lambda pair: pair[0])  # stable: what arrives together stays in order of departure
    for _, segment in arrived:
        mine, _ = senders_of(segment)
        if segment.seq < highest.get(mine, segment.seq):
            late.append(segment)
        highest[mine] = max(segment.end_seq, highest.get(mine, segment.end_seq))
    late.sort(key=lambda segment: segment.number)
    return late


def round_trips(
    segments: Sequence[Segment], sent_again: Iterable[Segment], source: str | None = None
) -> list[tuple[int, float]]:
    """(relative sequence number, seconds) of each segment with SYN, data or FIN that was sent once."""
    unclear: dict[tuple, Ranges] = {}
    for segment in sent_again:
        unclear.setdefault(senders_of(segment)[0], Ranges()).add(segment.seq, segment.end_seq)
    acks: dict[tuple, list[tuple[int, int]]] = {}
    for segment in segments:
        if segment.ack is not None and segment.delivered and "R" not in segment.flags:
            acks.setdefault(senders_of(segment)[1], []).append((segment.arrived_ns or 0, segment.ack))
    for answers in acks.values():
        answers.sort()
    waiting: dict[tuple, list[Segment]] = {}
    for segment in segments:
        mine, _ = senders_of(segment)
        if segment.end_seq > segment.seq and "R" not in segment.flags and source in (None, segment.source):
            doubt = unclear.get(mine)
            if doubt is None or not doubt.overlaps(segment.seq, segment.end_seq):
                waiting.setdefault(mine, []).append(segment)
    found = []
    for mine, sent in waiting.items():
        sent.sort(key=lambda segment: segment.end_seq)
        place = 0
        for time_ns, ack in acks.get(mine, ()):
            while place < len(sent) and sent[place].end_seq <= ack and sent[place].departed_ns <= time_ns:
                found.append((sent[place].number, sent[place].seq, (time_ns - sent[place].departed_ns) / 1e9))
                place += 1
    return [(seq, seconds) for _, seq, seconds in sorted(found)]


def unacknowledged(segments: Sequence[Segment]) -> list[Segment]:
    """Segments with SYN, data or FIN that arrived, and that their receiver has not acknowledged yet."""
    acked: dict[tuple, int] = {}
    ended = set()
    for segment in segments:
        if "R" in segment.flags:
            ended.add(segment.flow)
        elif segment.ack is not None:
            theirs = senders_of(segment)[1]
            acked[theirs] = max(segment.ack, acked.get(theirs, segment.ack))
    return [
        segment
        for segment in segments
        if segment.end_seq > segment.seq
        and segment.delivered
        and segment.flow not in ended
        and segment.end_seq > acked.get(senders_of(segment)[0], segment.seq)
    ]
