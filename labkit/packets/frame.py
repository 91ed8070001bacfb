"""A frame on the wire: when it left, when it arrived, and what became of it.  Pure: opens nothing."""

from __future__ import annotations

from typing import NamedTuple

FATES = ("delivered", "dropped", "lost", "queue full", "cut", "refused", "filtered", "in flight")
"""What can become of a frame: delivered, dropped (by a scripted fault), lost (at random), refused by a full
queue, sent into a cut cable, refused by the receiver's interface, filtered by the switch (sent to a group that
has no member), or still on its way."""


class Arrival(NamedTuple):
    """One copy of a frame reached a host.

    `host` is the receiving host's name, `time_ns` the moment on the same clock as `Frame.departed_ns`.
    """

    host: str
    time_ns: int


class Frame(NamedTuple):
    """One Ethernet frame, as the wire saw it.

    number       its place in the trace, counted from 1 in order of departure
    departed_ns  when the wire took it from the sender's interface: CLOCK_MONOTONIC in nanoseconds
                 (nanoseconds since 1970 when the frame was read from another program's file)
    source       name of the host that sent it
    target       name of the host it was for; "*" for several (broadcast, multicast, flooded), "" for none
    arrivals     one `Arrival` per delivered copy, duplicates included; empty when lost or still in flight
    fate         one of `FATES`
    note         what happened, in words ("dropped by Drop(data=3)"); mostly empty
    data         its bytes as they left, from the Ethernet header on; maybe cut to a snap length
    length       its full length in bytes
    """

    number: int
    departed_ns: int
    source: str
    target: str
    arrivals: tuple[Arrival, ...]
    fate: str
    note: str
    data: bytes
    length: int

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

    def __repr__(self) -> str:
        return (
            f"<Frame {self.number}: {self.source} > {self.target or 'nobody'}, {self.length} bytes, "
            f"{self.note or self.fate}>"
        )


class Carried:
    """What each thing that a frame carries says of it: named in each class, for NamedTuples inherit nothing."""

    number = property(lambda self: self.frame.number, doc="Its frame's place in the trace, from 1.")
    departed_ns = property(lambda self: self.frame.departed_ns, doc="When it left, in nanoseconds.")
    arrived_ns = property(lambda self: self.frame.arrived_ns, doc="When it first arrived; None if never.")
    delivered = property(lambda self: self.frame.delivered, doc="Did any copy arrive?")


def outcome(frame: Frame) -> str:
    """What became of the frame, as the end of a text line.

    Nothing for an ordinary delivery or while it is in flight, `  ✗ dropped by Drop(data=3)` for one that
    never arrived, `  (duplicated by Duplicate(nth=2))` for one that arrived and has a note.
    """
    if frame.arrivals:
        return f"  ({frame.note})" if frame.note else ""
    if frame.fate == "in flight":
        return ""
    return f"  ✗ {frame.note or frame.fate}"
