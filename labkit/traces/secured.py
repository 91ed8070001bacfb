"""What TLS shows in a trace: its records in order, and which of them begin in which frame.  Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from heapq import heappop, heappush
from itertools import groupby
from typing import NamedTuple

from labkit.packets.segment import Segment
from labkit.packets.tls import messages as tls
from labkit.packets.tls.records import (
    ALERT,
    APPLICATION_DATA,
    CHANGE_CIPHER_SPEC,
    HANDSHAKE,
    HEADER,
    NAMES,
    Record,
    is_tls,
    records,
)
from labkit.traces.flows import client_end, stream
from labkit.traces.tlsrecord import TlsRecord

_BEGINNINGS = bytes([HANDSHAKE]), bytes([ALERT])


class Inner(NamedTuple):
    """What was inside an encrypted record: its true type, and its bytes (RFC 8446, section 5.2)."""

    kind: int
    content: bytes


class Half:
    """What one end of a connection sent: its stream, its records, and the segments by their place in it.

    starts     where in the stream each record begins
    carriers   of each record, the segment that first carried its first byte
    """

    def __init__(self, segments: Iterable[Segment]) -> None:
        self.segments = [segment for segment in segments if segment.length]
        # as of the stream: of a segment whose data the capture does not hold, it knows nothing
        self.first = min((segment.data_seq for segment in self.segments if segment.payload), default=1)
        self.stream = stream(self.segments)
        self.records = records(self.stream)
        self.starts = [record.start for record in self.records]
        self.carriers = self._carriers()

    def _carriers(self) -> list[Segment]:
        """In one walk along the stream: on the heap are the segments that began up to here, the earliest on top."""
        ahead = sorted(range(len(self.segments)), key=lambda place: -self.segments[place].data_seq)
        begun: list[int] = []
        found = []
        for start in self.starts:
            at = self.first + start
            while ahead and self.segments[ahead[-1]].data_seq <= at:
                heappush(begun, ahead.pop())
            while (earliest := self.segments[begun[0]]).data_seq + earliest.length <= at:
                heappop(begun)
            found.append(earliest)
        return found


Open = Callable[[Sequence[Record], Sequence[Record]], tuple[Sequence[Inner | None], Sequence[Inner | None]]]
"""What gives, of the client's and of the server's records, what is inside each; None where it is not encrypted."""


class Secured:
    """The TLS conversations among segments, by the numbers of their connections.

    open_   what has the keys; None: nobody has
    """

    def __init__(self, segments: Iterable[Segment], open_: Open | None = None) -> None:
        by_flow: dict[int, list[Segment]] = {}
        for segment in segments:
            by_flow.setdefault(segment.flow, []).append(segment)
        self.flows = {
            flow: halves for flow, members in by_flow.items() if (halves := _halves(members)) is not None
        }
        self.told = {flow: self._tell(*halves, open_) for flow, halves in self.flows.items()}

    @property
    def records(self) -> list[TlsRecord]:
        """All of them, in the order in which they set out."""
        return sorted(
            (record for halves in self.told.values() for half in halves for record in half), key=_departure
        )

    def words(self, segments: Iterable[Segment]) -> dict[int, str]:
        """What begins in each segment that carries TLS, by the number of its frame: "ServerHello, CCS, 4 AppData"."""
        found = {}
        for segment in segments:
            halves = self.flows.get(segment.flow)
            if halves is None or not segment.length:
                continue
            mine = (segment.src, segment.sport) != _end(halves[0])
            half, told = halves[mine], self.told[segment.flow][mine]
            begin = segment.data_seq - half.first
            here = slice(bisect_left(half.starts, begin), bisect_left(half.starts, begin + segment.length))
            words = _joined([record.brief for record in told[here]])
            if not words and half.records and begin < half.records[-1].end:
                words = "…"
            if words:
                found[segment.number] = words
        return found

    def _tell(
        self, client: Half, server: Half, open_: Open | None
    ) -> tuple[list[TlsRecord], list[TlsRecord]]:
        inner = open_(client.records, server.records) if open_ else ((), ())
        answers = tls.hellos(server.records, tls.SERVER_HELLO)
        modern = bool(answers) and answers[0].version == tls.TLS13
        return _told(client, inner[0], modern), _told(server, inner[1], modern)


def _departure(record: TlsRecord) -> tuple[int, int]:
    return record.frame.departed_ns, record.frame.number


def _end(half: Half) -> tuple[str, int] | None:
    return (half.segments[0].src, half.segments[0].sport) if half.segments else None


def _halves(members: list[Segment]) -> tuple[Half, Half] | None:
    """What the client said, and what the server did; None where they did not begin with TLS."""
    first = next((segment for segment in members if segment.length), None)
    if (
        first is None or first.payload[:1] not in _BEGINNINGS
    ):  # most are none, and need no look at all they said
        return None
    caller = client_end(members)
    client = Half(segment for segment in members if (segment.src, segment.sport) == caller)
    server = Half(segment for segment in members if (segment.src, segment.sport) != caller)
    return (client, server) if is_tls(client.stream) else None


def _told(half: Half, inner: Sequence[Inner | None], modern: bool) -> list[TlsRecord]:
    made, secret, owed = [], False, 0
    for place, (record, carrier) in enumerate(zip(half.records, half.carriers, strict=True)):
        within = inner[place] if place < len(inner) else None
        kind, content = within if within is not None else (record.kind, record.body)
        names: tuple[str, ...] = ()
        name = ""
        if within is not None or not secret:
            if kind == HANDSHAKE:
                names, name, owed = _begun(content, owed)
            elif kind == ALERT:
                names = tuple(filter(None, (tls.alert(content),)))
        made.append(
            TlsRecord(
                carrier.frame,
                carrier.source,
                carrier.target,
                carrier.flow,
                NAMES[record.kind],
                half.stream[record.start : record.start + HEADER],
                record.body,
                names,
                name,
                "" if within is None else NAMES.get(kind, ""),
                None if within is None else content,
            )
        )
        # In TLS 1.2 all is encrypted behind it; in 1.3 it says nothing, and a record's type says whether it is.
        secret = secret or (record.kind == CHANGE_CIPHER_SPEC and not modern)
    return made


def _begun(content: bytes, owed: int) -> tuple[tuple[str, ...], str, int]:
    """The messages that begin in a record, whom a ClientHello asks for, and how many bytes of the last are to come.

    owed   so many bytes of a message before are still to come
    """
    at, names, server = min(owed, len(content)), [], ""
    owed -= at
    while at + 4 <= len(content):
        end = at + 4 + int.from_bytes(content[at + 1 : at + 4], "big")
        message = tls.Message(content[at], content[at + 4 : end])
        names.append(message.name)
        if message.kind == tls.CLIENT_HELLO:
            server = server or tls.hello(message).server_name
        owed, at = max(0, end - len(content)), end
    return tuple(names), server, owed


def _joined(brief: Sequence[tuple[str, bool]]) -> str:
    """Records in a row: those alike counted, and in brackets what only keys show."""
    parts: list[str] = []
    for inside, row in groupby(brief, key=lambda each: each[1]):
        words = []
        for text, alike in groupby(text for text, _ in row):
            count = len(tuple(alike))
            words.append(text if count == 1 else f"{count} {text}")
        parts.append(f"[{', '.join(words)}]" if inside else ", ".join(words))
    return ", ".join(parts)


def is_encrypted(record: Record) -> bool:
    """In TLS 1.3: is it one whose true type is inside?"""
    return record.kind == APPLICATION_DATA
