"""When to try again: twice as late each time, up to a limit, at a random moment before.  Pure, but for the chance."""

from __future__ import annotations

import random
from collections.abc import Callable


class Pauses:
    """The pauses between tries: `next()` gives seconds, or None when there were enough tries.

    first_s: the longest that the first pause may be; each later one may be twice as long, up to most_s.
    tries: so many failures in a row are borne.
    chance: a number from 0 to 1, the part of each pause that is kept ("full jitter"); `lambda: 1.0` keeps all.
    """

    def __init__(
        self,
        first_s: float = 0.1,
        most_s: float = 10.0,
        tries: int = 20,
        chance: Callable[[], float] = random.random,
    ) -> None:
        if not 0 < first_s <= most_s:
            raise ValueError(
                f"first_s and most_s are seconds above 0, the first not the larger (got {first_s!r}, {most_s!r})"
            )
        if tries < 1:
            raise ValueError(f"tries is how many failures in a row are borne, 1 or more (got {tries!r})")
        self.first_s, self.most_s, self.tries = first_s, most_s, tries
        self.failures = 0  # in a row
        self._chance = chance

    def next(self) -> float | None:
        """One more try has failed: seconds until the next; None: no more."""
        self.failures += 1
        if self.failures >= self.tries:
            return None
        # min() of the exponent: 2.0 ** 1024 is an OverflowError
        longest = min(self.most_s, self.first_s * 2.0 ** min(self.failures - 1, 60))
        return longest * self._chance()

    def reset(self) -> None:
        """It has worked.  Not to be called when connect() returns, but when the server has said something."""
        self.failures = 0
