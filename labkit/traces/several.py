"""A trace of several segments: one of them by itself, a packet's way over them, and all packets end to end.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from labkit.packets.frame import Frame
from labkit.packets.segment import Item, Segment, Segments
from labkit.traces.choosing import same_frame
from labkit.traces.journeys import Journey, journeys
from labkit.words import say

if TYPE_CHECKING:
    from labkit.traces.trace import Trace


class OfSegments:
    """What a trace tells of the segments of its network, where these have names (`Trace.layout`)."""

    if TYPE_CHECKING:  # a trace gives them

        @property
        def frames(self) -> tuple[Frame, ...]: ...
        @property
        def items(self) -> Segments[Item]: ...
        @property
        def segments(self) -> Segments[Segment]: ...
        @property
        def hosts(self) -> tuple[str, ...]: ...
        @property
        def addresses(self) -> dict[str, str]: ...
        @property
        def layout(self) -> dict[str, tuple[str, ...]]: ...
        def _once(self, name: str, compute: Callable[[Any], Any]) -> Any: ...
        def _part(
            self,
            frames: Iterable[Frame],
            layout: Mapping[str, tuple[str, ...]],
            items: Iterable[Item] | None = None,
        ) -> Trace: ...

    def on(self, segment: str) -> Trace:
        """What crossed one segment of the network, as a trace of its own; frames keep their numbers.

        Raises ValueError for a segment that the trace does not have.
        """
        layout = self.layout
        if segment not in layout:
            told = say("no segment {segment!r} in this trace", segment=segment)
            known = say("it has {segments}", segments=", ".join(layout))
            raise ValueError(f"{told}; {known if layout else say('it is of one, which has no name')}")
        here = (frame for frame in self.frames if frame.segment == segment)
        return self._part(here, {segment: layout[segment]})

    def hops(self, packet: Item | Frame | int) -> Segments[Item]:
        """Which frames carried this packet, one on each segment that it crossed, in order of departure?

        packet   a segment, a datagram or another item of the trace, its frame, or the number of that

        Those of a packet that was cut into fragments on the way are among them, as are those of each copy that a
        fault made.  Raises ValueError for a number that the trace does not have, and for a packet of
        another trace.
        """
        number = packet if isinstance(packet, int) else packet.number
        by_number, found = self._journeys()
        if number not in by_number:
            raise ValueError(say("no frame {number} in this trace", number=number))
        if not isinstance(packet, int):
            same_frame(packet, by_number[number].frame)
        journey = next(each for each in found if any(frame.number == number for frame in each.frames))
        return Segments(by_number[frame.number] for frame in journey.frames)

    @property
    def end_to_end(self) -> Trace:
        """The trace as the two ends see it: each packet once, from the departure at its sender to the arrival at the
        host that it is for, whatever segments lie between, with the number of the frame in which it set out.

        The questions about connections are answered so where a trace has several segments.  Of a trace of one segment
        this is the trace itself.
        """
        if len(self.layout) < 2:
            return self  # type: ignore[return-value]  # a trace is what it is a part of
        return self._once("end to end", lambda _: self._whole())

    @property
    def forwarders(self) -> Mapping[int, frozenset[str]]:
        """Which hosts sent a packet on, by the numbers of the frames that carried it?  Only where one did."""
        if len(self.layout) < 2:
            return {}

        def compute(_: object) -> dict[int, frozenset[str]]:
            _, found = self._journeys()
            by_number = {}
            for journey in found:
                first, *later = journey.frames
                hosts = frozenset(frame.source for frame in later) - {first.source}
                by_number.update({frame.number: hosts for frame in journey.frames if hosts})
            return by_number

        return self._once("forwarders", compute)

    def _whole(self) -> Trace:
        by_number, found = self._journeys()
        items = []
        for journey in found:
            item, frame = by_number[journey.plain.number], journey.as_one()
            target = frame.target if frame is not journey.frames[0] else item.target
            items.append(item._replace(frame=frame, source=frame.source, target=target))
        return self._part((item.frame for item in items), {}, items)

    def _journeys(self) -> tuple[dict[int, Item], list[Journey]]:
        """What the frames carry, by their numbers, and which go together."""

        def compute(_: object) -> tuple[dict[int, Item], list[Journey]]:
            by_number = {item.frame.number: item for item in self.items}
            return by_number, journeys((item.frame for item in by_number.values()), self.addresses)

        return self._once("journeys", compute)
