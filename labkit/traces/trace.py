"""A trace: what crossed the wire, in order, and the questions that one asks of it."""

from __future__ import annotations

from labkit.packets.datagram import Datagram
from labkit.packets.dissector import Dissector
from labkit.packets.frame import Frame
from labkit.packets.segment import Segment, Segments, flag_test, lines
from labkit.traces import analysis as _questions
from labkit.traces import flows as _flows
from labkit.traces.analysis import Findings
from labkit.traces.flows import Flow

SHOWN = 400  # lines of a repr: a notebook that shows a bulk transfer by mistake stays usable


class Trace:
    """Frames in order of departure, what they carried, and what the programs did meanwhile.

    frames     `Frame` values in order of departure
    hosts      names of the hosts in the order in which they are drawn; those that only occur in frames follow
    addresses  {address: host name}
    calls      socket calls (`Call`) that were made while it was captured
    missed     how many frames a port lost, so that they are not here
    full       True if the record had no more room, so that later frames are not here

    A trace is a value.  Two are equal when they hold the same frames, hosts, addresses and defects; calls are
    not compared, because files do not hold them.
    """

    def __init__(self, frames=(), *, hosts=(), addresses=None, calls=(), missed: int = 0, full: bool = False):
        self._frames = tuple(frames)
        self._hosts = tuple(hosts)
        self._addresses = dict(addresses or {})
        self._calls = tuple(calls)
        self._missed = missed
        self._full = full

    @property
    def frames(self) -> tuple[Frame, ...]:
        """All frames, in order of departure."""
        return self._frames

    @property
    def calls(self) -> tuple:
        """The socket calls made meanwhile, in order of their beginning."""
        return self._calls

    @property
    def addresses(self) -> dict[str, str]:
        """{address: host name}, as far as they are known."""
        return dict(self._addresses)

    @property
    def missed(self) -> int:
        """How many frames did a port lose?  They are not in the trace."""
        return self._missed

    @property
    def full(self) -> bool:
        """Did the record run out of room, so that later frames are not in the trace?"""
        return self._full

    def _once(self, name: str, compute):
        """compute(), remembered until the frames change (they do while a capture runs)."""
        frames = tuple(self.frames)
        memory = self.__dict__.get("_memory")
        if memory is None or (memory["frames"] is not frames and memory["frames"] != frames):
            memory = self._memory = {"frames": frames}
        if name not in memory:
            memory[name] = compute(frames)
        return memory[name]

    @property
    def items(self) -> Segments:
        """Everything in order of departure: `Segment`, `Datagram` and `Other` values, one for each frame."""
        return self._once("items", lambda frames: Segments(map(Dissector(self._addresses).item, frames)))

    @property
    def segments(self) -> Segments:
        """The TCP segments, in order of departure."""
        return self._once(
            "segments", lambda _: Segments(item for item in self.items if type(item) is Segment)
        )

    @property
    def datagrams(self) -> Segments:
        """The UDP datagrams, in order of departure."""
        return self._once(
            "datagrams", lambda _: Segments(item for item in self.items if type(item) is Datagram)
        )

    @property
    def hosts(self) -> tuple[str, ...]:
        """Names of the hosts, in the order in which they are drawn from left to right."""
        return self._once(
            "hosts",
            lambda frames: tuple(
                dict.fromkeys(
                    (
                        *self._hosts,
                        *(
                            name
                            for frame in frames
                            for name in (frame.source, frame.target)
                            if name not in ("*", "")
                        ),
                    )
                )
            ),
        )

    # -- which segments?

    def select(
        self,
        *,
        flow=None,
        source: str | None = None,
        target: str | None = None,
        flags: str | None = None,
        data: bool | None = None,
        port: int | None = None,
        delivered: bool | None = None,
    ) -> Segments:
        """Which segments have all of these?

        flow       a `Flow`, its number, or one of its segments
        source, target   host names
        flags      "SYN", "SYN-ACK", "ACK" (no data), "FIN", "RST", or exactly these letters: "P.", "F."
        data       True: those with data; False: those without
        port       at either end
        delivered  True: those that arrived; False: those that did not
        """
        number = self._flow_number(flow)
        self._host(source)
        self._host(target)
        wanted = flag_test(flags)
        return Segments(
            segment
            for segment in self.segments
            if (number is None or segment.flow == number)
            and (source is None or segment.source == source)
            and (target is None or segment.target == target)
            and (wanted is None or wanted(segment))
            and (data is None or segment.data == data)
            and (port is None or port in (segment.sport, segment.dport))
            and (delivered is None or segment.delivered == delivered)
        )

    def handshake(self, flow=None) -> Segments:
        """Which three segments opened the connection (the first one that has a SYN, or `flow`)?

        Of a SYN or SYN-ACK that was sent several times, the copy that arrived.  Fewer than three when the
        connection was refused or the rest is not in the trace.
        """
        number = self._flow_number(flow)
        if number is None:
            number = next((segment.flow for segment in self.segments if "S" in segment.flags), 0)
        return _flows.handshake(segment for segment in self.segments if segment.flow == number)

    def flows(self) -> tuple[Flow, ...]:
        """Which connections are in it, between whom, with how much data each way?"""
        return self._once("flows", lambda _: _flows.flows(self.segments))

    # -- what happened?

    @property
    def findings(self) -> Findings:
        """All that is unusual: retransmissions, duplicate acknowledgements, reordering, probes."""
        return self._once("findings", lambda _: _questions.examine(self.segments))

    def marks(self) -> dict[int, str]:
        """What is each unusual segment?  {frame number: "retransmission" | "duplicate ack" | "out of order" |
        "keep-alive" | "zero-window probe"}"""
        return {
            segment.number: mark
            for mark, found in zip(_questions.MARKS, self.findings, strict=True)
            for segment in found
        }

    def retransmissions(self, *, flow=None, source: str | None = None) -> Segments:
        """Which segments repeat data, a SYN or a FIN that had been sent before?  Every copy after the first.

        Keep-alives and zero-window probes are not among them.  As in Wireshark ("TCP Analysis"), but seen
        from the sender's side of the wire: a copy that the network made (`Duplicate`) is not one either.
        """
        return self._among(self.findings.retransmissions, flow, source)

    def retransmitted(self, *, flow=None, source: str | None = None) -> list[int]:
        """Which relative sequence numbers were sent again?  Each once, in order of the first repetition."""
        return list(dict.fromkeys(segment.seq for segment in self.retransmissions(flow=flow, source=source)))

    def duplicate_acks(self, *, flow=None, source: str | None = None) -> Segments:
        """Which acknowledgements repeat the one before while data is outstanding (RFC 5681 section 2)?"""
        return self._among(self.findings.duplicate_acks, flow, source)

    def out_of_order(self, *, flow=None, source: str | None = None) -> Segments:
        """Which segments arrived after one that was sent later, not being sent again (RFC 4737 section 3)?"""
        return self._among(self.findings.out_of_order, flow, source)

    def keep_alives(self, *, flow=None, source: str | None = None) -> Segments:
        """Which segments only ask whether the peer is still there (RFC 9293 section 3.8.4)?"""
        return self._among(self.findings.keep_alives, flow, source)

    def window_probes(self, *, flow=None, source: str | None = None) -> Segments:
        """Which segments only ask whether a closed window has opened (RFC 9293 section 3.8.6.1)?"""
        return self._among(self.findings.window_probes, flow, source)

    def zero_windows(self, *, flow=None, source: str | None = None) -> Segments:
        """Which segments say that their sender can take no more data (window 0; resets not counted)?"""
        return self._among(
            (segment for segment in self.segments if segment.window == 0 and "R" not in segment.flags),
            flow,
            source,
        )

    def resets(self, *, flow=None, source: str | None = None) -> Segments:
        """Which segments end a connection at once, or refuse one (RST)?"""
        return self._among((segment for segment in self.segments if "R" in segment.flags), flow, source)

    def unacknowledged(self, *, flow=None, source: str | None = None) -> Segments:
        """Which segments with SYN, data or FIN have arrived and are not acknowledged yet?

        Those of a connection that was reset are not counted: nothing will acknowledge them.
        """
        return self._among(_questions.unacknowledged(self.segments), flow, source)

    def half_closed(self) -> tuple[Flow, ...]:
        """Which connections has one end closed (FIN) and the other not, yet?  Not those that were reset."""
        reset = {segment.flow for segment in self.segments if "R" in segment.flags}
        ends = {
            (segment.flow, segment.src, segment.sport) for segment in self.segments if "F" in segment.flags
        }
        return tuple(
            each
            for each in self.flows()
            if each.number not in reset
            and sum((each.number, *address) in ends for address in (each.client_address, each.server_address))
            == 1
        )

    # -- how much, how long?

    def bytes(self, *, flow=None, source: str | None = None, wire: bool = False) -> int:
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

    def stream(self, source: str, *, flow=None) -> bytes:
        """What did this host say on the connection (the first one that it sent data on, or `flow`)?

        The bytes in order, each once, up to the first that the trace does not hold.
        """
        said = [segment for segment in self._among(self.segments, flow, source) if segment.length]
        return _flows.stream(segment for segment in said if segment.flow == said[0].flow)

    def round_trips(self, *, flow=None, source: str | None = None) -> list[tuple[int, float]]:
        """How long until each segment was acknowledged?  [(relative sequence number, seconds), ...]

        From its departure to the arrival of the first acknowledgement that covers it, so that a delayed
        acknowledgement counts in full.  Segments that were sent more than once are left out, since nothing
        says which copy was acknowledged (Karn's algorithm, RFC 6298 section 3).
        """
        number = self._flow_number(flow)
        chosen = self.segments if number is None else [each for each in self.segments if each.flow == number]
        return _questions.round_trips(chosen, self.findings.retransmissions, self._host(source))

    @property
    def packets(self):
        """The frames as a scapy `PacketList`: every field of every layer, times since 1970."""
        from labkit.network.scapy_socket import packets

        return packets(self)

    # -- files

    def save(self, path, *, epoch_ns: int | None = None) -> None:
        """Write it as pcapng, which Wireshark opens: nanoseconds, one interface for each host, and what
        became of each frame as its comment.  `Trace.load` gives an equal trace back, without the calls.

        epoch_ns   what to add to the frames' times to get nanoseconds since 1970; by default what the two
                   clocks differ by now, or 0 for times that already are since 1970 (a loaded capture)
        """
        from labkit.traces.files.tracefile import save

        save(self, path, epoch_ns)

    @staticmethod
    def load(path, *, addresses: dict[str, str] | None = None, partial: bool = False) -> Trace:
        """Read a trace back, or any Ethernet, loopback or raw-IP capture (pcap or pcapng) of another program.

        addresses  {address: host name} for a capture that does not say
        partial    True: read what is whole of a file that breaks off, and set `full`

        In another program's capture each frame has one time, which counts as departure and arrival.  Raises
        `TraceFileError`, a ValueError, for a file that is damaged, breaks off, or is of an unknown kind.
        """
        from labkit.traces.files.tracefile import load

        return load(path, addresses, partial)

    # -- as a value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Trace):
            return NotImplemented
        return (
            tuple(self.frames) == tuple(other.frames)
            and self.hosts == other.hosts
            and self.addresses == other.addresses
            and self.missed == other.missed
            and self.full == other.full
        )

    __hash__ = None  # it may still grow

    def _notes(self) -> list[str]:
        notes = []
        if self.missed:
            notes.append(
                f"({self.missed} frame{'s' * (self.missed != 1)} missing: a port of the wire lost them)"
            )
        if self.full:
            notes.append("(the record was full: later frames are missing)")
        return notes

    def __str__(self) -> str:
        return "\n".join(lines(self.items) + self._notes()) or "no frames"

    def __repr__(self) -> str:
        items = self.items
        if len(items) <= SHOWN:
            return str(self)
        half = SHOWN // 2
        text = lines(items[:half] + items[-half:])
        text.insert(half, f"... {len(items) - SHOWN} more; print(trace) shows all ...")
        return "\n".join(text + self._notes())

    # -- arguments

    def _flow_number(self, flow) -> int | None:
        if flow is None:
            return None
        if isinstance(flow, (Flow, Segment)):
            return flow.number if isinstance(flow, Flow) else flow.flow
        if not isinstance(flow, int):
            raise TypeError(
                f"flow is a Flow (see trace.flows()), its number or one of its segments (got {flow!r})"
            )
        known = [each.number for each in self.flows()]
        if flow not in known:
            raise ValueError(
                f"no flow {flow} in this trace; it has "
                + (f"{known[0]} to {known[-1]}" if known else "no TCP connection at all")
            )
        return flow

    def _host(self, name: str | None) -> str | None:
        if name is not None and name not in self.hosts:
            host = getattr(name, "name", None)
            hint = f"; write {host!r}" if host in self.hosts else ""
            raise ValueError(
                f"no host {name!r} in this trace; it has {', '.join(self.hosts) or 'none'}{hint}"
            )
        return name

    def _among(self, segments, flow, source: str | None) -> Segments:
        number = self._flow_number(flow)
        self._host(source)
        return Segments(
            segment
            for segment in segments
            if number in (None, segment.flow) and source in (None, segment.source)
        )
