"""What the steps of a ladder took, for each message: processor time and calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

from labkit.drawing.tables import aligned
from labkit.words import say


class Cost(NamedTuple):
    """What a step took, for each message.

    rates     messages a second, a value for each round
    cpu_us    microseconds of processor time, of both processes together: the median of the rounds
    sends     calls of send(), sendall() or sendmsg()
    receives  calls of recv() or recv_into(); 0 where they could not be counted
    """

    rates: tuple[float, ...]
    cpu_us: float
    sends: float
    receives: float

    @property
    def rate(self) -> float:
        """Messages a second: the median of the rounds."""
        return median(self.rates)


class Climbed(dict[str, Cost]):
    """What each step took, by its name; as text how many messages a call of send carried."""

    def gain(self, step: str, over: str = "") -> float:
        """How many times less processor time a message takes than on another step: the first, if none is named."""
        return self[over or next(iter(self))].cpu_us / self[step].cpu_us

    def nearest(self, step: str, among: Sequence[int]) -> int:
        """Its gain over the first step, as the nearest of these numbers."""
        gain = self.gain(step)
        return min(among, key=lambda each: max(each / gain, gain / each))

    def less(self, parts: Mapping[str, int]) -> str:
        """For each of these steps a line: does a message take less than such a part of the first step's work?"""
        template = "{step}: less than 1/{part} of the work of {first}: {holds}"
        first = next(iter(self))
        rows = [(step, part, self.gain(step) > part) for step, part in parts.items()]
        return "\n".join(
            say(template, step=step, part=part, first=first, holds=is_) for step, part, is_ in rows
        )

    def __repr__(self) -> str:
        head = [say("step"), say("calls of send, for 1,000 messages")]
        rows = [[name, _whole(cost.sends * 1000)] for name, cost in self.items()]
        return "\n".join(aligned([head, *rows], (1,)))


def _whole(calls: float) -> str:
    """A number of calls, to be read among thousands: no point, which looks like their comma, where it is 1 or more."""
    return f"{calls:,.0f}" if calls >= 1 else f"{calls:.1g}"
