"""Which of a prediction's choices a finding is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log


def one_of(names: Sequence[str], several: str, none: str) -> str:
    """The one name; or the words for several of them, or for none."""
    return names[0] if len(names) == 1 else several if names else none


def nearest(value: float, choices: Mapping[str, float]) -> str:
    """The choice whose number is by the smallest factor larger or smaller than the value; all above 0."""
    return min(choices, key=lambda choice: abs(log(value / choices[choice])))
