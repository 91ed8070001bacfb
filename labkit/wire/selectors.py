"""What the selectors of a fault may be: numbers, several of them, spans of bytes."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def is_int(value: object) -> bool:
    """A whole number, and no truth value?"""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    """A number, and no truth value?"""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def ordinals(name: str, value: Any) -> frozenset[int] | None:
    """Which of a row are meant, counted from 1.  Raises ValueError for what says no such thing."""
    if value is None:
        return None
    numbers = [value] if is_int(value) else value
    if (
        not isinstance(numbers, (tuple, list, set, range))
        or not numbers
        or not all(is_int(n) and n >= 1 for n in numbers)
    ):
        raise ValueError(f"{name} counts from 1: a number, several as (1, 2), or a range (got {value!r})")
    return frozenset(numbers)


def span(value: Any) -> tuple[int, int] | None:
    """(first, last) of the bytes that are meant, counted from 1.  Raises ValueError for what says no such thing."""
    if value is None:
        return None
    if not (
        isinstance(value, (tuple, list))
        and len(value) == 2
        and all(map(is_int, value))
        and 1 <= value[0] <= value[1]
    ):
        raise ValueError(f"bytes is (first, last), counted from 1, as in bytes=(2001, 3000) (got {value!r})")
    first, last = value
    return first, last
