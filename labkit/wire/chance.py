"""The chance in a cable: a generator of random numbers, made when the first is drawn, for most cables draw none."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from random import Random


class Chance:
    """Draws what a `random.Random` of the same seed draws, in the same order."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._made: Random | None = None

    def random(self) -> float:
        """From 0 up to 1."""
        return self._generator().random()

    def uniform(self, first: float, last: float) -> float:
        """From the first to the last."""
        return self._generator().uniform(first, last)

    def _generator(self) -> Random:
        if self._made is None:
            from random import Random  # late: it takes 1 ms to load

            self._made = Random(self._seed)
        return self._made
