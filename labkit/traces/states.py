"""The states of TCP that a trace implies.  Pure.

A state belongs to one end of one connection, and only what that end knows can change it: a segment changes
its sender's state when it departs and its receiver's when it arrives.  A lost one changes only its sender's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from labkit.traces.machine import next_state
from labkit.traces.ranges import Ranges
from labkit.traces.setbacks import setbacks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from labkit.packets.segment import Segment
    from labkit.traces.trace import Trace


class Transition(NamedTuple):
    """One end of a connection entered a state.

    host      the host's name;  local, peer: the two ends as (address, port)
    state     the state that it entered, by the RFC's name;  before: the one that it left
    time_ns   when, on the trace's clock
    cause     the `Segment` that departed or arrived then
    """

    host: str
    local: tuple[str, int]
    peer: tuple[str, int]
    state: str
    time_ns: int
    cause: Segment
    before: str = ""

    def __str__(self) -> str:
        return f"{self.host} {self.local[0]}:{self.local[1]}  {self.before} → {self.state}"

    def __repr__(self) -> str:
        return f"<Transition {self}>"


class _End:
    """One end of one connection: its state, and what it has received."""

    __slots__ = ("fin_sent", "first", "got", "host", "local", "passive", "peer", "peer_fin", "state")

    def __init__(self, host: str, local: tuple[str, int], peer: tuple[str, int]) -> None:
        self.host, self.local, self.peer = host, local, peer
        self.state = ""  # not known to exist
        self.passive = False
        self.fin_sent: int | None = None  # the number that acknowledges our FIN
        self.peer_fin: int | None = None  # the number after the peer's FIN
        self.first: int | None = None  # the first number that it received
        self.got = Ranges()

    def received(self) -> int | None:
        """RCV.NXT: the next number that it expects."""
        return None if self.first is None else self.got.end_of(self.first)

    def receive(self, segment: Segment) -> None:
        if self.first is None:
            self.first = segment.seq
        self.got.add(segment.seq, segment.end_seq)
        if "F" in segment.flags:
            self.peer_fin = segment.end_seq


def states(trace: Trace) -> tuple[Transition, ...]:
    """The states that the segments of a trace imply, at each end of each connection, in order of time.

    Where the clock of a capture goes back, the order of its frames counts instead.
    Of a listener, the state of the connection that it makes is given: SYN-RECEIVED when its SYN-ACK departs.
    Leaving TIME-WAIT, or giving up after many attempts, takes no segment, so neither is seen.  When the
    capture began in mid-connection, both ends are taken to have been ESTABLISHED.  Segments that were forged
    (sent by a host that has not their source address), corrupted on the way, or whose reset does not fit
    (RFC 5961 section 3) change nothing, nor do those that a host only sends on, be it as its own (a NAT).
    """
    owners = trace.addresses
    opened = set()
    ends: dict[tuple, _End] = {}
    found = []
    for time_ns, arrives, segment in _events(trace.segments, owners, trace.forwarders):
        source, target = (segment.src, segment.sport), (segment.dst, segment.dport)
        local, peer = (target, source) if arrives else (source, target)
        key = (segment.flow, local, peer)
        end = ends.get(key)
        if end is None:
            host = segment.target if arrives else segment.source
            end = ends[key] = _End(owners.get(local[0], host), local, peer)
        if "S" in segment.flags:
            opened.add(segment.flow)
        before = end.state
        if not before and segment.flow not in opened and "R" not in segment.flags:
            before = end.state = "ESTABLISHED"
            found.append(Transition(end.host, local, peer, "ESTABLISHED", time_ns, segment))
        (_arrival if arrives else _departure)(end, segment)
        if end.state != before:
            left = before or ("LISTEN" if end.passive else "CLOSED")
            found.append(Transition(end.host, local, peer, end.state, time_ns, segment, left))
    return tuple(found)


def _events(
    segments: Sequence[Segment], owners: Mapping[str, str], forwarders: Mapping[int, frozenset[str]]
) -> list[tuple[int, bool, Segment]]:
    """(time, arrives, segment) for each departure and arrival that its host's TCP takes notice of."""
    behind = setbacks(segments)
    events: list[tuple[int, int, bool, int, Segment]] = []  # first what they are put in order by
    for segment in segments:
        frame = segment.frame
        late, passing = behind.get(frame.number, 0), forwarders.get(frame.number, ())
        if segment.source not in passing and owners.get(segment.src, segment.source) == segment.source:
            events.append((frame.departed_ns + late, frame.number, False, frame.departed_ns, segment))
        owner = owners.get(segment.dst, segment.target)
        if frame.hits and frame.corrupted_for(owner):
            continue
        events += [
            (arrival.time_ns + late, frame.number, True, arrival.time_ns, segment)
            for arrival in frame.arrivals
            if arrival.host == owner and arrival.host not in passing
        ]
    events.sort(key=lambda event: event[:3])
    return [(time_ns, arrives, segment) for _, _, arrives, time_ns, segment in events]


def _departure(end: _End, segment: Segment) -> None:
    flags = segment.flags
    if "R" in flags:
        # in SYN-SENT it answers a segment of an older connection (RFC 9293 section 3.10.7.3)
        if end.state and end.state not in ("SYN-SENT", "TIME-WAIT"):
            end.state = next_state(end.state, "ABORT")
    elif "S" in flags:
        if not end.state:
            end.passive = segment.ack is not None
            end.state = (
                next_state("LISTEN", "rcv SYN") if end.passive else next_state("CLOSED", "active OPEN")
            )
    elif "F" in flags and end.state and end.fin_sent is None:
        end.fin_sent = segment.end_seq
        end.state = next_state(end.state, "CLOSE")


def _arrival(end: _End, segment: Segment) -> None:
    flags, ack, state = segment.flags, segment.ack, end.state
    if state in ("", "CLOSED"):
        if "S" in flags and not state:
            end.receive(segment)  # if it is listened to, the SYN-ACK will show it
        return
    if state == "SYN-SENT":
        if ack is not None and ack < 1:
            return
        if "R" in flags:
            end.state = next_state(state, "rcv RST") if ack is not None else state
        elif "S" in flags:
            end.receive(segment)
            end.state = next_state(state, "rcv SYN" if ack is None else "rcv SYN,ACK")
        return
    if "R" in flags:
        if end.first is None or segment.seq == end.received() or segment.seq in end.got.ends:
            # the listener stays in LISTEN all the time: what returns there is the connection, by vanishing
            end.state = "CLOSED"
        return
    if end.first is None or segment.end_seq > segment.seq:
        end.receive(segment)
    if ack is not None and ack >= 1 and state == "SYN-RECEIVED":
        end.state = next_state(end.state, "rcv ACK of SYN")
    acked = ack is not None and end.fin_sent is not None and ack >= end.fin_sent
    received = end.received()
    finished = end.peer_fin is not None and received is not None and received >= end.peer_fin
    if acked and finished:
        end.state = next_state(end.state, "rcv FIN,ACK of FIN")
    elif acked:
        end.state = next_state(end.state, "rcv ACK of FIN")
    elif finished:
        end.state = next_state(end.state, "rcv FIN")
