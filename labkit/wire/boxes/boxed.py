"""A router's port behind middle boxes: what the router sends goes out through them, what it gets comes in through them.

They stand between the port and the wire, so the record has what crosses the segment: outer addresses, and nothing
that a box has kept. Frames that a box answers with go back to where their cause came from, through the boxes on
that way.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Protocol

    from labkit.wire.boxes.packet import Endpoint
    from labkit.wire.station import Port

    Passed = tuple[bytes | None, bytes | None]
    """What goes on (None: nothing does), and what goes back to where it came from."""
    Row = tuple[int, tuple[Endpoint, ...], str, int]
    """Protocol, ends, state, and for how many ns it has been idle: of a connection."""

    class Box(Protocol):
        """A middle box.  Times are ns."""

        def leaving(self, frame: bytes, now: int) -> Passed: ...
        def arriving(self, frame: bytes, now: int) -> Passed: ...
        def translates(self, frame: bytes, now: int) -> bool: ...
        def rows(self, now: int) -> Iterator[Row]: ...
        def forget(self) -> None: ...


class Boxed:
    """A port with boxes; for the wire a port like any other.

    mac       of the router's interface: what is for others (on a hub, or flooded) is none of the boxes' business
    boxes     by what they are ("firewall", "nat"), the innermost first
    waiting   frames that a box has for the wire, which `receive` gives
    """

    def __init__(self, port: Port, mac: bytes, clock: Callable[[], int]) -> None:
        self.port, self._mac, self._clock = port, mac, clock
        self.descriptor = port.descriptor
        self.boxes: dict[str, Box] = {}
        self.waiting: list[bytes] = []

    def put(self, kind: str, box: Box) -> None:
        """Put a box where its kind belongs: a firewall sees the addresses that are inside, as in Linux (a packet that
        comes is filtered behind the translation, one that goes is before it)."""
        self.boxes[kind] = box
        self.boxes = {each: self.boxes[each] for each in ("firewall", "nat") if each in self.boxes}

    def receive(self, limit: int) -> list[bytes]:
        """Up to `limit` frames of the host's that have come through, and behind those that the boxes have."""
        out, self.waiting = self.waiting, []
        while frames := self.port.receive(limit):
            out += [passed for frame in frames if (passed := self._out(frame)) is not None]
            if out:
                break
        return out

    def send(self, frame: bytes) -> bool:
        """Hand a frame to the host, if it comes through; returns whether the host's kernel took what did."""
        if frame[:6] != self._mac:
            return self.port.send(frame)
        passed = self._in(frame, list(self.boxes.values()))
        return passed is None or self.port.send(passed)

    def missed(self) -> int:
        """Frames that the port has lost."""
        return self.port.missed()

    def translates(self, frame: bytes) -> bool:
        """Has a box given the frame, as it left, another sender?"""
        now = self._clock()
        return any(box.translates(frame, now) for box in self.boxes.values())

    def _out(self, frame: bytes, first: int = 0) -> bytes | None:
        """From the box with this number outwards; what answers goes inwards from there."""
        boxes, now = list(self.boxes.values()), self._clock()
        for number, box in enumerate(boxes[first:], first):
            passed, back = box.leaving(frame, now)
            if back is not None:
                answer = self._in(back, boxes[:number])
                if answer is not None:
                    self.port.send(answer)
            if passed is None:
                return None
            frame = passed
        return frame

    def _in(self, frame: bytes, boxes: list[Box]) -> bytes | None:
        """Through these boxes inwards; what answers goes outwards from there."""
        now = self._clock()
        for number in reversed(range(len(boxes))):
            passed, back = boxes[number].arriving(frame, now)
            if back is not None:
                answer = self._out(back, number + 1)
                if answer is not None:
                    self.waiting.append(answer)
            if passed is None:
                return None
            frame = passed
        return frame
