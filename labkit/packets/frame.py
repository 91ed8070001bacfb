"""A frame on the wire: when it left, when it arrived, and what became of it.  Pure: opens nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from labkit.words import say

if TYPE_CHECKING:
    from labkit.wire.fault import Fault

IN_FLIGHT, QUEUE_FULL = "in flight", "queue full"
FATES = ("delivered", "dropped", "lost", QUEUE_FULL, "cut", "refused", "filtered", IN_FLIGHT)
"""What can become of a frame: delivered, dropped (by a scripted fault), lost (at random), refused by a full
queue, sent into a cut cable, refused by the receiver's interface, filtered by the switch (sent to a group that
has no member), or still on its way."""


EFFECTS = {
    "dropped": "dropped by {fault}",
    "delayed": "delayed by {fault}",
    "duplicated": "duplicated by {fault}",
    "reordered": "reordered by {fault}",
    "corrupted": "corrupted by {fault}",
    "rewritten": "rewritten by {fault}",
}
"""What a scripted fault can do to a frame, and the words for it."""


class Arrival(NamedTuple):
    """One copy of a frame reached a host.

    `host` is the receiving host's name, `time_ns` the moment on the same clock as `Frame.departed_ns`.
    """

    host: str
    time_ns: int


class Hit(NamedTuple):
    """A scripted fault hit a frame.

    effect    what it did: one of `EFFECTS`; of a fault that is not known any more, what became of the frame
    fault     the `Drop`, `Corrupt` ... that was set; None if it is not known
    receiver  name of the host whose copy was hit; None: the frame was, on its way to all of them
    """

    effect: str
    fault: Fault | None
    receiver: str | None = None

    @property
    def brief(self) -> str:
        """The effect alone, in words."""
        return say(self.effect) if self.effect in EFFECTS else fate_words(self.effect)

    @property
    def why(self) -> str:
        """In words, without the receiver: "corrupted by Corrupt(nth=1)"."""
        fault = say("a fault") if self.fault is None else repr(self.fault)
        if self.effect not in EFFECTS:
            return say("{fate} by {fault}", fate=fate_words(self.effect), fault=fault)
        return say(EFFECTS[self.effect], fault=fault)

    def __str__(self) -> str:
        return self.why if self.receiver is None else on_the_way(self.why, self.receiver)


def on_the_way(why: str, host: str) -> str:
    """What happened to one receiver's copy, in words."""
    return say("{why} on the way to {host}", why=why, host=host)


def fate_words(fate: str) -> str:
    """One of `FATES` in words; another's word for what became of a frame (in a file) as it is."""
    return say(fate) if fate in FATES else fate


class Frame(NamedTuple):
    """One Ethernet frame, as the wire saw it.

    number       its place in the trace, counted from 1 in order of departure
    departed_ns  when the wire took it from the sender's interface: CLOCK_MONOTONIC in nanoseconds
                 (nanoseconds since 1970 when the frame was read from another program's file)
    source       name of the host that sent it
    target       name of the host it was for; "*" for several (broadcast, multicast, flooded), "" for none
    arrivals     one `Arrival` per delivered copy, duplicates included; empty when lost or still in flight
    fate         one of `FATES`
    hits         one `Hit` for each scripted fault that hit it, or one receiver's copy of it; mostly empty
    data         its bytes as they left, from the Ethernet header on; maybe cut to a snap length
    length       its full length in bytes
    comments     what other programs wrote beside it in a capture file
    segment      the name of the segment of the network that it was sent on; "" where segments have none
    """

    number: int
    departed_ns: int
    source: str
    target: str
    arrivals: tuple[Arrival, ...]
    fate: str
    hits: tuple[Hit, ...]
    data: bytes
    length: int
    comments: tuple[str, ...] = ()
    segment: str = ""

    @property
    def arrived_ns(self) -> int | None:
        """When did the first copy arrive, in nanoseconds?  None if none did."""
        arrivals = self.arrivals
        if not arrivals:
            return None
        return arrivals[0].time_ns if len(arrivals) == 1 else min(arrival.time_ns for arrival in arrivals)

    @property
    def delivered(self) -> bool:
        """Did any copy arrive?"""
        return bool(self.arrivals)

    @property
    def note(self) -> str:
        """What its hits did, in words ("dropped by Drop(data=3)"); mostly empty."""
        return "; ".join(map(str, self.hits))

    @property
    def why(self) -> str:
        """What became of it, in words: its note, or else its fate."""
        return self.note or fate_words(self.fate)

    @property
    def brief(self) -> str:
        """What became of it, without what did it: the first word or two of `why`."""
        return self.hits[0].brief if self.hits else fate_words(self.fate)

    def corrupted_for(self, host: str) -> bool:
        """Was the copy for this host corrupted?  Its checksum is wrong then, and the host's kernel throws it away."""
        return any(hit.effect == "corrupted" and hit.receiver in (None, host) for hit in self.hits)

    def __repr__(self) -> str:
        on = f" on {self.segment}" if self.segment else ""
        return f"<Frame {self.number}: {self.source} > {self.target or 'nobody'}{on}, {self.length} bytes, {self.why}>"


class Carried:
    """What a frame carries, asked when it left and what became of it: its frame knows."""

    __slots__ = ()
    if TYPE_CHECKING:

        @property
        def frame(self) -> Frame: ...

    @property
    def number(self) -> int:
        """Its frame's place in the trace, from 1."""
        return self.frame.number

    @property
    def departed_ns(self) -> int:
        """When it left, in nanoseconds."""
        return self.frame.departed_ns

    @property
    def arrived_ns(self) -> int | None:
        """When it first arrived, in nanoseconds; None if never."""
        return self.frame.arrived_ns

    @property
    def delivered(self) -> bool:
        """Did any copy arrive?"""
        return self.frame.delivered


def outcome(frame: Frame) -> str:
    """What became of the frame, as the end of a text line.

    Nothing for an ordinary delivery or while it is in flight, `  ✗ dropped by Drop(data=3)` for one that
    never arrived, `  (duplicated by Duplicate(nth=2))` for one that arrived and has a note.
    """
    if frame.arrivals:
        return f"  ({frame.note})" if frame.hits else ""
    return "" if frame.fate == IN_FLIGHT else f"  ✗ {frame.why}"
