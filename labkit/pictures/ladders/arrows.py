"""Arrows: what a ladder draws of each frame, with the words on it.  Pure."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from labkit.packets.frame import IN_FLIGHT, Frame
from labkit.pictures.ladders.wording import FLAG_NAMES, SegmentWords, plain


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
    secured     is it of a connection in TLS?  Its numbers then depend on the sizes of certificates
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
    secured: bool = False

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
        """The words without what chance decides: the number of acknowledgements folded into one arrow, the sizes of
        certificates."""
        if self.secured and self.kind != "syn":
            return "  ".join(part for part in (self.quote or self.uncounted or self.head, self.mark) if part)
        return f"{self.uncounted}  {self.body}" if self.kind == "ack" and self.uncounted else self.words


def arrows(
    items: Iterable[Any],
    names: tuple[str, ...],
    marks: dict[int, str],
    late: bool = False,
    secured: Mapping[int, str] | None = None,
) -> list[Arrow]:
    """An arrow for each item (in the trace's order) that one of the named hosts sent.

    `marks` says what each unusual one is: {number: "retransmission" ...} (`Trace.marks`).  `late`: times go back
    in it, and a frame counts as departed after the one before it, whatever its time.  `secured` says what of TLS begins
    in each frame that carries TLS (`Trace.tls_words`).
    """
    places = {name: place for place, name in enumerate(names)}
    items = tuple(items)
    words = secured or {}
    segment_words = SegmentWords(marks, words)
    in_tls = {item.flow for item in items if hasattr(item, "flags") and item.number in words}
    made = []
    last: dict[int, int] = {}
    for item in items:
        kind, head, body, quote, mark, flow, size, duplicate = (
            segment_words.of(item) if hasattr(item, "flags") else plain(item)
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
                secured=bool(flow) and flow[0] in in_tls,
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
