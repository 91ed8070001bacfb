"""What has become of the frames that one host sent, counted since the network was made.

Most frames pass at once, a batch at a time: they are counted by the batch, and only those that take another way
are counted one by one.  So a frame that passed at once costs no count of its own.
"""

from __future__ import annotations

from labkit.wire.record import CUT, DROPPED, FATES, FILTERED, LOST, QUEUE_FULL, REFUSED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

LOSSES = (DROPPED, LOST, QUEUE_FULL, CUT, REFUSED)
"""The fates of frames that somebody should have had and nobody got (a filtered one nobody had asked for)."""


class Tally:
    """Frames and bytes (Ethernet frames, destination address to payload) of one host."""

    __slots__ = (
        "ended",
        "handed_bytes",
        "handed_frames",
        "sent_bytes",
        "sent_frames",
        "slow_bytes",
        "slow_frames",
    )

    def __init__(self) -> None:
        self.sent_frames = self.sent_bytes = 0
        self.slow_frames = self.slow_bytes = 0  # of those sent: what did not pass at once
        self.handed_frames = self.handed_bytes = 0  # of the slow ones: what reached a host
        self.ended = [0] * len(FATES)  # frames by fate, of those that reached nobody

    def batch(self, frames: Sequence[bytes]) -> None:
        """Frames that have left the host together."""
        self.sent_frames += len(frames)
        self.sent_bytes += sum(map(len, frames))

    def slow(self, size: int) -> None:
        """One of them did not pass at once."""
        self.slow_frames += 1
        self.slow_bytes += size

    def handed(self, size: int) -> None:
        """A slow frame reached a host; however many got it."""
        self.handed_frames += 1
        self.handed_bytes += size

    def refused(self, size: int) -> None:
        """A frame that passed at once was not taken by its receiver's kernel."""
        self.slow(size)
        self.ended[REFUSED] += 1

    def counters(self, waiting: int) -> tuple[int, int, int, int, dict[str, int], int]:
        """(frames sent, bytes sent, frames delivered, bytes delivered, {fate: frames}, packets that wait now).

        A frame counts once, when it has come to its end: those sent and not among the others are under way.
        """
        lost = {FATES[fate]: self.ended[fate] for fate in (*LOSSES, FILTERED) if self.ended[fate]}
        return (
            self.sent_frames,
            self.sent_bytes,
            self.sent_frames - self.slow_frames + self.handed_frames,
            self.sent_bytes - self.slow_bytes + self.handed_bytes,
            lost,
            waiting,
        )
