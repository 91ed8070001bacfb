"""The questions that one asks of a trace: which segments, what happened, how much, how long.  Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from labkit.packets.segment import Item, Segment, Segments, flag_test
from labkit.traces import acknowledging as _acknowledging
from labkit.traces import analysis as _analysis
from labkit.traces import flows as _flows
from labkit.traces import rounds as _rounds
from labkit.traces.analysis import Findings
from labkit.traces.choosing import Choosing, Chosen
from labkit.traces.flows import Flow

if TYPE_CHECKING:
    from labkit.traces.journeys import Journey
    from labkit.traces.trace import Trace


class Questions(Choosing):
    """What a trace answers of its TCP segments.

    Where a trace has several segments of a network, questions about connections are answered as their two ends see
    them (`end_to_end`), whatever hosts forward between; `trace.on("wan")` answers for one segment.

    Many questions take `flow`, a connection (see `flows()`; its number, or one of its segments, will do), and
    `source`, the name of the host that sent; without them they ask of all.  Raises ValueError for those that the trace
    does not have.
    """

    if TYPE_CHECKING:  # a trace gives them

        @property
        def segments(self) -> Segments[Segment]: ...
        @property
        def hosts(self) -> tuple[str, ...]: ...
        @property
        def end_to_end(self) -> Trace: ...
        def _journeys(self) -> tuple[dict[int, Item], list[Journey]]: ...
        def _once(self, name: str, compute: Callable[[Any], Any]) -> Any: ...

    # -- which segments?

    def select(
        self,
        *,
        flow: Chosen = None,
        source: str | None = None,
        target: str | None = None,
        flags: str | None = None,
        data: bool | None = None,
        port: int | None = None,
        delivered: bool | None = None,
    ) -> Segments[Segment]:
        """Which segments have all of these?

        flow       a `Flow`, its number, or one of its segments
        source, target   host names
        flags      "SYN", "SYN-ACK", "ACK" (no data), "FIN", "RST", or exactly these letters: "P.", "F."
        data       True: those with data; False: those without
        port       at either end
        delivered  True: those that arrived; False: those that did not

        Of several segments of a network those on each: what is forwarded is there once more for each of them.
        """
        number = self._flow_number(flow)
        self._host(source)
        self._host(target)
        wanted = flag_test(flags)
        return Segments(
            segment
            for segment in (self.segments if number is None else self._of(number))
            if (source is None or segment.source == source)
            and (target is None or segment.target == target)
            and (wanted is None or wanted(segment))
            and (data is None or segment.data == data)
            and (port is None or port in (segment.sport, segment.dport))
            and (delivered is None or segment.delivered == delivered)
        )

    def handshake(self, flow: Chosen = None) -> Segments[Segment]:
        """Which three segments opened the connection (the first one that has a SYN, or `flow`)?

        Of a SYN or SYN-ACK that was sent several times, the copy that arrived.  Fewer than three when the
        connection was refused or the rest is not in the trace.
        """
        number = self._flow_number(flow)
        if number is None:
            number = next((segment.flow for segment in self._told if "S" in segment.flags), 0)
        return _flows.handshake(segment for segment in self._told if segment.flow == number)

    def flows(self) -> tuple[Flow, ...]:
        """Which connections are in it, between whom, with how much data each way?"""
        return self._once("flows", lambda _: _flows.flows(self._told))

    # -- what happened?

    @property
    def findings(self) -> Findings:
        """All that is unusual: retransmissions, duplicate acknowledgements, reordering, probes."""
        return self._once("findings", lambda _: _analysis.examine(self._told))

    def marks(self) -> dict[int, str]:
        """What is each unusual segment?  {frame number: "retransmission" | "duplicate ack" | "out of order" |
        "keep-alive" | "zero-window probe"}"""
        marks = {
            segment.number: mark
            for mark, found in zip(_analysis.MARKS, self.findings, strict=True)
            for segment in found
        }
        if marks and self.end_to_end is not self:  # on each segment that it crosses
            for journey in self._journeys()[1]:
                if mark := marks.get(journey.frames[0].number):
                    marks |= {frame.number: mark for frame in journey.frames}
        return marks

    def retransmissions(self, *, flow: Chosen = None, source: str | None = None) -> Segments[Segment]:
        """Which segments repeat data, a SYN or a FIN that had been sent before?  Every copy after the first.

        Keep-alives and zero-window probes are not among them.  As in Wireshark ("TCP Analysis"), but seen
        from the sender's side of the wire: a copy that the network made (`Duplicate`) is not one either.
        """
        return self._among(self.findings.retransmissions, flow, source)

    def retransmitted(self, *, flow: Chosen = None, source: str | None = None) -> list[int]:
        """Which relative sequence numbers were sent again?  Each once, in order of the first repetition."""
        return list(dict.fromkeys(segment.seq for segment in self.retransmissions(flow=flow, source=source)))

    def duplicate_acks(self, *, flow: Chosen = None, source: str | None = None) -> Segments[Segment]:
        """Which acknowledgements repeat the one before while data is outstanding (RFC 5681 section 2)?"""
        return self._among(self.findings.duplicate_acks, flow, source)

    def out_of_order(self, *, flow: Chosen = None, source: str | None = None) -> Segments[Segment]:
        """Which segments arrived after one that was sent later, not being sent again (RFC 4737 section 3)?"""
        return self._among(self.findings.out_of_order, flow, source)

    def keep_alives(self, *, flow: Chosen = None, source: str | None = None) -> Segments[Segment]:
        """Which segments only ask whether the peer is still there (RFC 9293 section 3.8.4)?"""
        return self._among(self.findings.keep_alives, flow, source)

    def window_probes(self, *, flow: Chosen = None, source: str | None = None) -> Segments[Segment]:
        """Which segments only ask whether a closed window has opened (RFC 9293 section 3.8.6.1)?"""
        return self._among(self.findings.window_probes, flow, source)

    def zero_windows(self, *, flow: Chosen = None, source: str | None = None) -> Segments[Segment]:
        """Which segments say that their sender can take no more data (window 0; resets not counted)?"""
        return self._among(
            (segment for segment in self._told if segment.window == 0 and "R" not in segment.flags),
            flow,
            source,
        )

    def resets(self, *, flow: Chosen = None, source: str | None = None) -> Segments[Segment]:
        """Which segments end a connection at once, or refuse one (RST)?"""
        return self._among((segment for segment in self._told if "R" in segment.flags), flow, source)

    def unacknowledged(self, *, flow: Chosen = None, source: str | None = None) -> Segments[Segment]:
        """Which segments with SYN, data or FIN have arrived and are not acknowledged yet?

        Those of a connection that was reset are not counted: nothing will acknowledge them.
        """
        return self._among(_acknowledging.unacknowledged(self._told), flow, source)

    def half_closed(self) -> tuple[Flow, ...]:
        """Which connections has one end closed (FIN) and the other not, yet?  Not those that were reset."""
        reset = {segment.flow for segment in self._told if "R" in segment.flags}
        ends = {(segment.flow, segment.src, segment.sport) for segment in self._told if "F" in segment.flags}
        return tuple(
            each
            for each in self.flows()
            if each.number not in reset
            and sum((each.number, *address) in ends for address in (each.client_address, each.server_address))
            == 1
        )

    # -- how much, how long?

    def stream(self, source: str, *, flow: Chosen = None) -> bytes:
        """What did this host say on the connection (the first one that it sent data on, or `flow`)?

        The bytes in order, each once, up to the first that the trace does not hold.
        """
        said = [segment for segment in self._among(self._told, flow, source) if segment.length]
        return _flows.stream(segment for segment in said if segment.flow == said[0].flow)

    def bytes(self, *, flow: Chosen = None, source: str | None = None, wire: bool = False) -> int:
        """How many bytes of data were sent, each counted once?

        wire=True: how many bytes crossed the wire for it, with all headers and every repetition (only those
        of TCP).
        """
        number = self._flow_number(flow)
        self._host(source)
        if wire:
            return sum(segment.frame.length for segment in self._among(self.segments, flow, source))
        total = 0
        for each in self.flows():
            if number in (None, each.number):
                total += each.from_client * (source in (None, each.client))
                total += each.from_server * (source in (None, each.server))
        return total

    def round_trips(self, *, flow: Chosen = None, source: str | None = None) -> list[tuple[int, float]]:
        """How long until each segment was acknowledged?  [(relative sequence number, seconds), ...]

        From its departure to the arrival of the first acknowledgement that covers it, so that a delayed
        acknowledgement counts in full.  Segments that were sent more than once are left out, since nothing
        says which copy was acknowledged (Karn's algorithm, RFC 6298 section 3), and so are those that another
        program's capture has after their acknowledgement.
        """
        number = self._flow_number(flow)
        chosen = self._told if number is None else [each for each in self._told if each.flow == number]
        return _acknowledging.round_trips(chosen, self.findings.retransmissions, self._host(source))

    def rounds(self, *, flow: Chosen = None, source: str | None = None) -> list[Segments[Segment]]:
        """Which data segments left in each round trip, of the end of a connection that sent most?

        A round begins with a data segment, and ends when the first acknowledgement that covers it has arrived: what
        left in between is on its way at once.  So `[len(each) for each in trace.rounds()]` is how many segments the
        congestion window let out in each, where nothing else held the sender up (RFC 5681 section 3.1).  While a
        lost segment is waited for, a round lasts until its repetition is acknowledged.
        """
        return _rounds.rounds(self._among(self._told, flow, None), self._host(source))

    @property
    def _told(self) -> Segments[Segment]:
        return self.end_to_end.segments
