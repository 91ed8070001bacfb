"""What may stand in a file where something else should: each value of a good one in turn, made odd."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import Any

DEEP = reduce(lambda inner, _: [inner], range(200), [])
ODD = (None, 0, -1, 10**400, "", "\ud800", [], {}, True, DEEP)


def oddities(good: Any) -> Iterator[Any]:
    """*good*, a value as JSON has it, with itself and each value in it replaced in turn by each that is odd."""
    yield from ODD
    if isinstance(good, dict):
        for name, value in good.items():
            yield from ({**good, name: odd} for odd in oddities(value))
    elif isinstance(good, list):
        for place, value in enumerate(good):
            yield from ([*good[:place], odd, *good[place + 1 :]] for odd in oddities(value))
