"""A process that stood still for as long as a test says."""

from __future__ import annotations

from labkit.running.pulse import Pulse


class Stopped(Pulse):
    """Put in Pulse's place: it stood still for so long the first time, the second time and so on, in seconds."""

    stills: list[float]

    def __exit__(self, *error):
        super().__exit__(*error)
        self.longest = self.stills.pop(0)
