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


def plain(value: Any) -> Any:
    """The value, as Python's own float where it is one of another kind: marshal takes a numpy.float64 for bytes."""
    return float(value) if isinstance(value, float) else value


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


def size(name: str, value: Any) -> int | None:
    """Bytes in an IP packet that a larger one can have on a wire of ours.  Raises ValueError for what says no such."""
    if value is not None and not (is_int(value) and 1 <= value <= 1499):
        raise ValueError(
            f"{name} is a number of bytes in an IP packet from 1 to 1499, as no packet here has more than 1500 "
            f"(got {value!r}); write {name}=1400"
        )
    return None if value is None else int(value)


def turns(after: Any, until: Any) -> tuple[int, int | None] | None:
    """(matches that pass first, the last match to hit; None: no last) of what counts frames; None: nothing does."""
    for name, value in (("after", after), ("until", until)):
        if value is not None and not (is_int(value) and value >= 1):
            raise ValueError(
                f"{name} counts frames from 1 (got {value!r}); for seconds write {name}_s, as in {name}_s=2.5"
            )
    if after is not None and until is not None and until <= after:
        raise ValueError(f"until={until} has passed when after={after} has: write a larger one")
    return None if after is None and until is None else (after or 0, until)


def period(after_s: Any, until_s: Any) -> tuple[int, int | None] | None:
    """(first, last nanosecond; None: no last) of a time since the faults were set; None: any time."""
    for name, value in (("after_s", after_s), ("until_s", until_s)):
        if value is not None and not (is_number(value) and 0 < value <= 86_400):
            raise ValueError(
                f"{name} is a number of seconds since the faults were set, above 0 and at most 86400 (got {value!r})"
            )
    if after_s is not None and until_s is not None and until_s <= after_s:
        raise ValueError(f"until_s={until_s} has passed when after_s={after_s} has: write a larger one")
    if after_s is None and until_s is None:
        return None
    return round((after_s or 0) * 1e9), None if until_s is None else round(until_s * 1e9)
