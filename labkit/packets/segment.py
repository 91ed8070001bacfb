"""A TCP segment: what RFC 9293 section 3.1 puts on the wire, with relative numbers and a text form.  Pure.

`Dissector` turns frames into segments (and whatever else they carry); it follows each connection from segment
to segment, because relative numbers and the window's scale depend on what went before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, SupportsIndex, TypeAlias, TypeVar, overload

from labkit.packets.datagram import Datagram, Other, said
from labkit.packets.frame import Carried, Frame, outcome

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
# tcpdump's order: flags end in "." for ACK, so "S." is the handshake's second segment
_LETTERS = ((FIN, "F"), (SYN, "S"), (RST, "R"), (PSH, "P"), (ACK, "."), (32, "U"), (64, "E"), (128, "W"))
FLAGS = tuple("".join(letter for bit, letter in _LETTERS if value & bit) for value in range(256))
"""The text of each value of the flags byte (man tcpdump, section "TCP Packets"); "" when none is set."""

Options: TypeAlias = tuple[tuple[str, Any], ...]
"""The options of a TCP header: (name, value) each."""

FLAG_WORDS = {"SYN": "S", "SYN-ACK": "S.", "ACK": ".", "FIN": "F", "RST": "R"}

T = TypeVar("T")


class _Segment(NamedTuple):
    frame: Frame
    source: str
    target: str
    src: str
    sport: int
    dst: str
    dport: int
    seq: int
    ack: int | None
    raw_seq: int
    raw_ack: int
    flags: str
    window: int
    options: Options
    payload: bytes
    length: int
    flow: int = 0


class Segment(_Segment, Carried):
    """One TCP segment.

    frame           the `Frame` that carried it
    source, target  names of the sending and the receiving host
    src, sport      address and port it came from;  dst, dport: where it went
    seq             sequence number relative to the initial one (SYN 0, first data byte 1).  When the capture
                    began in mid-connection the first number seen counts as 1, as in Wireshark.  Counts on
                    beyond 2**32, where the field in the header wraps
    ack             acknowledgement number, relative; None without the ACK flag
    raw_seq, raw_ack  the same as they stand in the header (modulo 2**32)
    flags           as tcpdump writes them: "S" "S." "." "P." "F." "R." ...; "." stands for ACK
    window          in bytes: scaled (RFC 7323) when both SYNs are in the trace, raw in a SYN itself
    options         (("mss", 1460), ("sackOK", None), ("TS", (value, echo)), ("wscale", 7),
                    ("sack", ((left, right), ...)) with relative edges, ...); padding is left out
    payload         its data, as far as they were captured
    length          the length of its data in bytes
    flow            number of its connection in the trace, from 1 (a port used again counts anew)
    """

    __slots__ = ()

    @property
    def arrived_ns(self) -> int | None:
        """When the first copy reached the host it was for, in nanoseconds; None if none did."""
        arrivals = self.frame.arrivals
        if len(arrivals) == 1:
            return arrivals[0].time_ns
        times = [arrival.time_ns for arrival in arrivals if arrival.host == self.target]
        return min(times) if times else self.frame.arrived_ns

    @property
    def end_seq(self) -> int:
        """The next sequence number after it: SYN and FIN count one each (RFC 9293 section 3.4)."""
        flags = self.flags
        return self.seq + self.length + ("S" in flags) + ("F" in flags)

    @property
    def data_seq(self) -> int:
        """The sequence number of its first byte of data: in a SYN the one behind its own (RFC 9293 section 3.4), for a
        SYN may carry data (TCP Fast Open, RFC 7413)."""
        return self.seq + ("S" in self.flags)

    @property
    def data(self) -> bool:
        """Does it carry data?"""
        return self.length > 0

    def option(self, name: str) -> Any:
        """The value of its option `name` ("mss", "wscale", "sack" ...); None if it has none.

        "sackOK" has no value: ask `"sackOK" in dict(segment.options)`.
        """
        return dict(self.options).get(name)

    def columns(self) -> tuple[str, str, str, str, str]:
        """Its text in columns: hosts, flags, sequence numbers, acknowledgement, and the rest."""
        flags = self.flags
        if self.length:
            seq = f"seq {self.seq}:{self.seq + self.length}"
        else:
            seq = f"seq {self.seq}" if "S" in flags or "F" in flags or "R" in flags else ""
        ack = "" if self.ack is None else f"ack {self.ack}"
        rest: list[str] = []
        if "R" not in flags and ("S" in flags or self.window == 0):
            rest.append(f"win {self.window}")
        shown = [_option(name, value) for name, value in self.options if "S" in flags or name != "TS"]
        if shown:
            rest.append(f"<{','.join(shown)}>")
        if self.length:
            rest.append(said(self.payload, self.length))
        return (
            f"{self.source} > {self.target}",
            flags or "none",
            seq,
            ack,
            "  ".join(rest) + outcome(self.frame),
        )

    def __str__(self) -> str:
        return line(self.columns())

    def __repr__(self) -> str:
        return f"<Segment {self}>"


def line(columns: tuple[str, ...], widths: tuple[int, ...] = (0, 2, 7, 7)) -> str:
    """One text line from `Segment.columns()`, each column at least as wide as `widths` says."""
    who, flags, seq, ack, rest = columns
    a, b, c, d = widths
    return f"{who:<{a}}  {flags:<{b}}  {seq:<{c}} {ack:<{d}}  {rest}".rstrip()


def lines(items: Iterable[Any]) -> list[str]:
    """The text of segments, datagrams and others, one line each, their columns aligned."""
    items = tuple(items)
    rows: list[tuple[str, ...]] = [
        item.columns()
        if isinstance(item, Segment)
        else (f"{item.source} > {item.target or 'nobody'}", item.summary + outcome(item.frame))
        for item in items
    ]
    table = [row for row in rows if len(row) == 5]
    hosts = max((len(row[0]) for row in rows), default=0)
    widths = (
        hosts,
        *(max([least, *(len(row[place]) for row in table)]) for place, least in ((1, 2), (2, 7), (3, 7))),
    )
    return [line(row, widths) if len(row) == 5 else f"{row[0]:<{hosts}}  {row[1]}" for row in rows]


Item: TypeAlias = Segment | Datagram | Other
"""What a frame carries."""


class Segments(tuple[T, ...]):
    """Several segments (or datagrams, or others): a tuple that shows itself as text, one line each."""

    __slots__ = ()

    @overload
    def __getitem__(self, place: SupportsIndex) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> Segments[T]: ...
    def __getitem__(self, place: SupportsIndex | slice) -> T | Segments[T]:
        found: Any = tuple.__getitem__(self, place)
        return Segments(found) if isinstance(place, slice) else found

    def __add__(self, more: Iterable[Any]) -> Segments[Any]:
        return Segments(tuple.__add__(self, tuple(more)))

    def __repr__(self) -> str:
        return "\n".join(lines(self)) or "no segments"

    __str__ = __repr__


def flag_test(flags: str | None) -> Callable[[Segment], bool] | None:
    """What tells whether a segment has these flags?"""
    if flags is None:
        return None
    if flags == "ACK":
        return lambda segment: segment.flags == "." and not segment.length
    if flags in ("FIN", "RST"):
        letter = FLAG_WORDS[flags]
        return lambda segment: letter in segment.flags
    letters = FLAG_WORDS.get(flags, flags)
    if not isinstance(letters, str) or set(letters) - set("FSRP.UEW"):
        raise ValueError(f"flags is {', '.join(FLAG_WORDS)} or tcpdump's letters as in 'P.' (got {flags!r})")
    wanted = set(letters)
    if flags in FLAG_WORDS:
        return lambda segment: (
            set(segment.flags) - set("EW") == wanted
        )  # ECN's flags do not make it another SYN
    return lambda segment: set(segment.flags) == wanted


def _option(name: str, value: Any) -> str:
    """One option in words, without what differs from run to run."""
    if name == "sack":
        return "sack " + " ".join(f"{left}:{right}" for left, right in value)
    if isinstance(value, int):
        return f"{name} {value}"
    return name
