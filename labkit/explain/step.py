"""One segment of a connection, as it is judged.  Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labkit.traces.analysis import MARKS

if TYPE_CHECKING:
    from labkit.packets.segment import Segment

CLIENT, SERVER = 0, 1
RETRANSMISSION, DUPLICATE_ACK, OUT_OF_ORDER, KEEP_ALIVE, PROBE = MARKS


class Step:
    """One segment: which end sent it (0: the client, 1: the server), when it left, and when it came; None: it did not.

    `mark` is what `trace.marks()` calls it; `stop` the number after its last; `forged`: its sender is not the end whose
    address it bears.
    """

    __slots__ = (
        "ack",
        "came",
        "data_seq",
        "end",
        "fin",
        "forged",
        "left",
        "mark",
        "number",
        "rst",
        "segment",
        "seq",
        "size",
        "stop",
        "syn",
        "window",
    )

    def __init__(
        self, segment: Segment, end: int, left: int, came: int | None, mark: str, forged: bool
    ) -> None:
        flags = segment.flags
        self.segment, self.end, self.left, self.came, self.mark = segment, end, left, came, mark
        self.number, self.seq, self.ack = segment.frame.number, segment.seq, segment.ack
        self.data_seq = segment.data_seq
        self.size, self.window, self.forged = segment.length, segment.window, forged
        self.syn, self.fin, self.rst = "S" in flags, "F" in flags, "R" in flags
        self.stop = self.seq + self.size + self.syn + self.fin

    def option(self, name: str) -> Any:
        """The value of one of its TCP options."""
        return self.segment.option(name)
