"""Where faults can be set, and who judges them there.  Reads no clock and opens nothing.

None                         the whole network
("segment", name)            what is sent on one segment
("host", name)               what a host sends, on whichever of its interfaces
("cable", name, segment)     what a host sends on one segment
"""

from __future__ import annotations

from itertools import count

from labkit.wire.judge import Judge

TYPE_CHECKING = False
if TYPE_CHECKING:
    Place = tuple[str, ...] | None


class Judges:
    """The judges of a wire, one for each place that was asked for; the numbers of their faults are no other's."""

    def __init__(self) -> None:
        self._numbers = count()
        self._at: dict[Place, Judge] = {}

    def at(self, place: Place) -> Judge:
        """The judge of the faults that are set at a place."""
        judge = self._at.get(place)
        if judge is None:
            judge = self._at[place] = Judge(self._numbers)
        return judge

    def of(self, host: str, segment: str) -> list[Judge]:
        """Those that the frames of a host meet on a segment: of the network first, of the cable last."""
        places = (None, ("segment", segment), ("host", host), ("cable", host, segment))
        return [self.at(place) for place in places]

    def any_faults(self) -> bool:
        """Is a fault set anywhere?"""
        return any(judge.faults for judge in self._at.values())
