"""Arrows: what a ladder draws of each frame, with the words on it.  Pure."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from labkit.packets.datagram import Datagram, quoted, said
from labkit.packets.frame import IN_FLIGHT, Frame
from labkit.traces.analysis import DUPLICATE_ACK
from labkit.words import say

QUOTED = 16
"""How many characters of the data an arrow shows."""


class Tip(NamedTuple):
    """Where an arrow ends: the place of the host (from 0, left to right) and the time in nanoseconds."""

    host: int
    time: int


class Why(NamedTuple):
    """Why a frame, or a copy of it, never arrived: in words, and in as few as there may be room for."""

    words: str
    brief: str


class Arrow(NamedTuple):
    """One frame on its way, or a run of them folded into one (`count` above 1).

    source      place of the sending host, from 0
    departed    when it left, in nanoseconds
    tips        where and when it arrived: several for a multicast, none for a lost one
    toward      places of the hosts that it was for, should none of them have got it; none, as well as no tips, if it
                was for all and nobody knows who got it
    kind        "syn", "fin", "rst", "data", "ack", "datagram" or "other"
    head, body, quote   the words on it: "SYN", "seq 0", '"hello"'
    mark        what is remarkable: "retransmission", "duplicate ACK 2", "keep-alive"
    fate        why it never arrived; None if it did
    missed      (place, why) of each host that should have got a copy of what others got, and did not
    ended, last_tip     when the last frame of a run left, and where it arrived
    size        bytes of data in it
    duplicate   which duplicate acknowledgement it is, from 1; 0: none
    uncounted   the head of a run without its number of frames
    members     the numbers of a run's frames
    """

    number: int
    source: int
    departed: int
    tips: tuple[Tip, ...]
    toward: tuple[int, ...]
    kind: str
    head: str
    body: str
    quote: str
    mark: str
    fate: Why | None
    flow: tuple[Any, ...]
    item: Any
    count: int = 1  # type: ignore[assignment]  # nobody counts equal fields of an arrow
    size: int = 0
    ended: int = 0
    last_tip: Tip | None = None
    missed: tuple[tuple[int, Why], ...] = ()
    duplicate: int = 0
    uncounted: str = ""
    members: tuple[int, ...] = ()

    @property
    def words(self) -> str:
        """All that stands on the arrow."""
        return "  ".join(part for part in (self.head, self.body, self.quote, self.mark) if part)

    @property
    def terms(self) -> tuple[str, ...]:
        """What it shows, as the glossary knows it: ("SYN", "seq"), ("UDP",), ("ARP",)."""
        if self.kind == "datagram":
            return ("UDP",)
        if self.kind == "other":
            return (self.head,)
        numbers = () if self.kind == "ack" else ("seq",)
        return (*(name for letter, name in FLAG_NAMES.items() if letter in self.item.flags), *numbers)

    @property
    def to_all(self) -> bool:
        """Was it for all, and nobody knows who got it?"""
        return not self.tips and not self.toward and self.fate is None

    @property
    def steady_words(self) -> str:
        """The words without the number of acknowledgements folded into one arrow, which chance decides."""
        return f"{self.uncounted}  {self.body}" if self.kind == "ack" and self.uncounted else self.words


FLAG_NAMES = {"S": "SYN", "F": "FIN", "R": "RST", "P": "PSH", ".": "ACK", "U": "URG", "E": "ECE", "W": "CWR"}


def flag_names(flags: str) -> str:
    """ "S." as people write it: "SYN, ACK"."""
    return ", ".join(name for letter, name in FLAG_NAMES.items() if letter in flags)


def arrows(
    items: Iterable[Any], names: tuple[str, ...], marks: dict[int, str], late: bool = False
) -> list[Arrow]:
    """An arrow for each item (in the trace's order) that one of the named hosts sent.

    `marks` says what each unusual one is: {number: "retransmission" ...} (`Trace.marks`).  `late`: times go back
    in it, and a frame counts as departed after the one before it, whatever its time.
    """
    places = {name: place for place, name in enumerate(names)}
    segment_words = _SegmentWords(marks)
    made = []
    last: dict[int, int] = {}
    for item in items:
        kind, head, body, quote, mark, flow, size, duplicate = (
            segment_words.of(item) if hasattr(item, "flags") else _plain(item)
        )
        source = places.get(item.source)
        if source is None:
            continue
        frame = item.frame
        # the wire may stamp several frames of one batch with the same time
        line = -1 if late else source
        departed = last[line] = max(frame.departed_ns, last.get(line, frame.departed_ns - 1) + 1)
        came = [arrival for arrival in frame.arrivals if arrival.host in places]
        tips = tuple(
            Tip(places[arrival.host], max(arrival.time_ns, departed + 1))
            for arrival in sorted(came, key=lambda arrival: arrival.time_ns)
        )
        note, missed = _branches(frame, places)
        toward: tuple[int, ...]
        if tips:
            toward = ()
        elif missed:
            toward = tuple(place for place, _ in missed)
        elif any(arrival.host == "*" for arrival in frame.arrivals):
            toward = ()  # another program's capture does not say who got a broadcast
        elif frame.arrivals or item.target not in (*places, "*", ""):
            continue  # between the host and others that are not drawn
        elif item.target in places:
            toward = (places[item.target],)
        else:
            toward = tuple(place for place in range(len(names)) if place != source)
        fate = None
        if not frame.arrivals:
            fate = None if frame.fate == IN_FLIGHT else Why(frame.why, frame.brief)
            missed = ()
        elif missed and not tips:
            fate, missed = missed[0][1], ()
        if frame.arrivals and note:
            mark = f"{mark}, {note}" if mark else note
        made.append(
            Arrow(
                frame.number,
                source,
                departed,
                tips,
                toward,
                kind,
                head,
                body,
                quote,
                mark,
                fate,
                flow,
                item,
                1,
                size,
                departed,
                None,
                missed,
                duplicate,
            )
        )
    return made


def _branches(frame: Frame, places: dict[str, int]) -> tuple[str, tuple[tuple[int, Why], ...]]:
    """A frame's note without the copies that did not arrive, and (place, why) of those for drawn hosts."""
    if not frame.hits:
        return "", ()
    came = {arrival.host for arrival in frame.arrivals}
    rest, missed = [], []
    for hit in frame.hits:
        if hit.receiver is None or hit.receiver in came:
            rest.append(str(hit))
        elif hit.receiver in places:
            missed.append((places[hit.receiver], Why(hit.why, hit.brief)))
    return "; ".join(rest), tuple(missed)


class _SegmentWords:
    """The words on a segment; an acknowledgement number stands on data only when it is news."""

    def __init__(self, marks: dict[int, str]):
        self._marks = marks
        self._acked: dict = {}
        self._duplicates: dict = {}

    def of(self, segment: Any) -> tuple[Any, ...]:
        way = segment.flow, segment.src, segment.sport
        flags = segment.flags
        mark = self._marks.get(segment.number, "")
        duplicate = 0
        if mark == DUPLICATE_ACK:
            duplicate = self._duplicates[way, segment.ack] = self._duplicates.get((way, segment.ack), 0) + 1
            mark = say("duplicate ACK {n}", n=duplicate)
        elif mark:
            mark = say(mark)
        if "S" in flags:
            kind, body = "syn", f"seq {segment.seq}"
        elif "R" in flags:
            kind, body = "rst", f"seq {segment.seq}"
        elif segment.length:
            kind, body = "data", f"seq {segment.seq}:{segment.seq + segment.length}"
        elif "F" in flags:
            kind, body = "fin", f"seq {segment.seq}"
        else:
            kind, body = "ack", ""
        if segment.ack is not None:
            if kind not in ("data", "fin") or self._acked.get(way) != segment.ack:
                body = f"{body}  ack {segment.ack}".strip()
            self._acked[way] = segment.ack
        if segment.window == 0 and kind != "rst":
            body += "  win 0"
        # where nothing can be quoted, the sequence numbers say how many bytes there are
        quote = quoted(segment.payload, segment.length, QUOTED) if segment.length <= 200 else ""
        flow = segment.flow, *sorted([(segment.src, segment.sport), (segment.dst, segment.dport)])
        return kind, flag_names(flags) or "no flags", body, quote, mark, flow, segment.length, duplicate


def _plain(item: Any) -> tuple[Any, ...]:
    """The words on what is not TCP."""
    if isinstance(item, Datagram):
        flow = 0, *sorted([(item.src, item.sport), (item.dst, item.dport)])
        return (
            "datagram",
            "UDP",
            f"{item.sport} → {item.dport}",
            said(item.payload, item.length, QUOTED) or "0 bytes",
            "",
            flow,
            item.length,
            0,
        )
    return "other", item.told.name, item.told.what, "", "", (), 0, 0
