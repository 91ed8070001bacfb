"""Connections in a trace: who called whom, how much each said, and what.  Pure."""

from typing import NamedTuple

from labkit.packets.addresses import format_address
from labkit.packets.segment import Segment, Segments
from labkit.traces.ranges import Ranges


class Flow(NamedTuple):
    """One TCP connection, or an attempt at one.

    number          its place among the trace's connections, from 1 (`Segment.flow`)
    client, server  host names: the client sent the SYN (if the capture began later: it has the higher port)
    client_address, server_address   (address, port)
    from_client, from_server         bytes of data that each sent, each byte counted once
    segments        how many segments it took, in both directions
    """

    number: int
    client: str
    server: str
    client_address: tuple[str, int]
    server_address: tuple[str, int]
    from_client: int
    from_server: int
    segments: int

    def __str__(self) -> str:
        return (
            f"{self.client} {format_address(self.client_address)} > {self.server} "
            f"{format_address(self.server_address)}  {self.from_client} bytes there, {self.from_server} back, "
            f"{self.segments} segment{'s' * (self.segments != 1)}"
        )

    def __repr__(self) -> str:
        return f"<Flow {self.number}: {self}>"


def client_end(segments) -> tuple[str, int]:
    """(address, port) of the end that opened the connection, from its segments."""
    for segment in segments:
        if "S" in segment.flags:
            return (segment.dst, segment.dport) if "." in segment.flags else (segment.src, segment.sport)
    first = segments[0]
    return (first.src, first.sport) if first.sport >= first.dport else (first.dst, first.dport)


def flows(segments) -> tuple[Flow, ...]:
    """The connections among segments, in order of their first segment."""
    found: dict[int, list[Segment]] = {}
    for segment in segments:
        found.setdefault(segment.flow, []).append(segment)
    return tuple(_flow(number, members) for number, members in sorted(found.items()))


def _flow(number: int, members: list[Segment]) -> Flow:
    client = client_end(members)
    first = members[0]
    outward = client == (first.src, first.sport)
    server = (first.dst, first.dport) if outward else (first.src, first.sport)
    names = (first.source, first.target) if outward else (first.target, first.source)
    sent = {True: 0, False: 0}
    seen = {True: Ranges(), False: Ranges()}
    for segment in members:
        if segment.length:
            mine = (segment.src, segment.sport) == client
            start = segment.data_seq
            sent[mine] += seen[mine].add(start, start + segment.length)
    return Flow(number, *names, client, server, sent[True], sent[False], len(members))


def handshake(segments) -> Segments:
    """SYN, SYN-ACK and ACK of one connection: of a repeated one the copy that counted.

    Of SYN-ACKs with different numbers (two servers, or one of them forged) that which the client's ACK confirms.
    """
    syn = None
    answers: list[Segment] = []
    for segment in segments:
        if "S" in segment.flags and segment.ack is None:
            if not answers and (syn is None or segment.delivered):
                syn = segment
        elif "S" in segment.flags:
            if not answers or segment.delivered or segment.raw_seq != answers[-1].raw_seq:
                answers.append(segment)
        elif answers and segment.ack is not None and "R" not in segment.flags:
            beyond = [(segment.raw_ack - answer.raw_seq - 1) % (1 << 32) for answer in answers]
            nearest = min(beyond)
            answer = answers[len(beyond) - 1 - beyond[::-1].index(nearest)]
            if (segment.src, segment.sport) == (answer.dst, answer.dport) and nearest < 1 << 31:
                return Segments(part for part in (syn, answer, segment) if part)
    return Segments(part for part in (syn, *answers[-1:]) if part)


def stream(segments) -> bytes:
    """The bytes that one end sent, put together in order, up to the first that the capture does not hold."""
    parts: dict[int, bytes] = {}
    for segment in segments:
        start = segment.data_seq
        if len(segment.payload) > len(parts.get(start, b"")):
            parts[start] = segment.payload
    whole = bytearray()
    first = expected = min(parts, default=1)
    for start in sorted(parts):
        if start > expected:
            break
        whole[start - first :] = parts[start] + whole[start - first + len(parts[start]) :]
        expected = max(expected, start + len(parts[start]))
    return bytes(whole)
