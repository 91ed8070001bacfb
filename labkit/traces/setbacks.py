"""Where the clock of a capture goes back.  Pure.

Frames stand in the order in which they were captured, and that holds where their times say otherwise: such a clock was
set, or each of several processors had one of its own.
"""

from __future__ import annotations

from collections.abc import Iterable

from labkit.packets.segment import Segment


def setbacks(segments: Iterable[Segment]) -> dict[int, int]:
    """By how many nanoseconds the time of a frame lies behind that of one before it, by the frame's number.

    Added to its times, those of a trace follow its order. Empty where the clock never goes back, as on our own wire.
    """
    latest, behind = 0, {}
    for segment in segments:
        frame = segment.frame
        if frame.departed_ns < latest:
            behind[frame.number] = latest - frame.departed_ns
        else:
            latest = frame.departed_ns
    return behind
