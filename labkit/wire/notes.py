"""What the record says of a frame that takes time: an entry when it sets out, and then what became of it.

The laws: the entry of a frame names the fault that struck it as a whole, the entry of a copy the one that struck
this copy. A frame that one of several receivers got was delivered. Frames that set out in an earlier recording
change nothing in this one.
"""

from __future__ import annotations

from labkit.wire.record import DELIVERED, IN_FLIGHT, MANY, REFUSED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from labkit.wire.record import Writer
    from labkit.wire.station import Station
    from labkit.wire.transit import Sent, Transit


class Notes:
    """Writes the record while captures are open.

    recording   captures that are open        snap   bytes kept of each frame; None: all
    """

    def __init__(self, record: Writer) -> None:
        self.record = record
        self.recording = 0
        self.snap: int | None = None

    def begin(self, frame: bytes, now: int, source: Station, receivers: Sequence[Station]) -> int:
        """A frame sets out at `now`, ns; returns the offset of its entry, 0 when it has none."""
        if not self.recording:
            return 0
        to = receivers[0].index if len(receivers) == 1 else MANY
        kept = frame if self.snap is None else frame[: self.snap]
        return self.record.frame(kept, len(frame), now, source.index, to)

    def fate(self, sent: Sent, fate: int) -> None:
        """What became of a frame, or that a fault has struck it; what a duplicate of it has arrived for stays."""
        record, offset = self.record, sent.offset
        if offset and sent.generation == record.generation and record.fate_of(offset) != DELIVERED:
            record.fate(offset, fate, sent.fault)

    def arrival(self, transit: Transit, receiver: Station, fate: int, arrived: int = 0) -> tuple[int, int]:
        """One receiver's share: in the frame's own entry if that is its only arrival, else as a copy.

        arrived   monotonic ns; 0: it did not
        Returns (offset of what was written, the frame's fate before) for `refused`; (0, fate) when nothing was.
        """
        record, sent = self.record, transit.sent
        offset = sent.offset
        if not offset or sent.generation != record.generation:
            return 0, IN_FLIGHT
        before = record.fate_of(offset)
        if (
            len(transit.receivers) == 1
            and not record.arrived(offset)
            and record.is_for(offset, receiver.index)
        ):
            if arrived:
                record.arrival(offset, arrived)
            record.fate(offset, fate, transit.fault)
            return offset, before
        where = record.copy(offset, arrived, receiver.index, fate, transit.fault)
        if fate == DELIVERED or before == IN_FLIGHT:
            record.fate(offset, fate, sent.fault)  # several receivers: one that got it is enough
        return where, before

    def refused(self, transit: Transit, noted: tuple[int, int]) -> None:
        """The receiver's kernel has not taken what `arrival` noted as delivered."""
        where, before = noted
        if where:
            self.record.refuse(where)
            if where != transit.sent.offset:
                fate = REFUSED if before == IN_FLIGHT else before
                self.record.fate(transit.sent.offset, fate, transit.sent.fault)
