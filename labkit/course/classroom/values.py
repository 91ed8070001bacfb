"""What a file of somebody's says, as far as it is of the kind that it should be: else it says nothing.  Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

MOST = 1_000_000  # tries, hints, steps: more are nobody's, and too many cannot be counted with

# Control characters, which a terminal would obey, and halves of a character, which nothing can be written in.
_ILLEGIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def as_text(said: Any) -> str:
    """A text; "" for anything else."""
    return said if isinstance(said, str) else ""


def whole(said: Any) -> int:
    """A count; 0 for anything else."""
    return said if isinstance(said, int) and not isinstance(said, bool) and 0 <= said <= MOST else 0


def truth(said: Any) -> bool | None:
    """Yes or no; None for anything else."""
    return said if isinstance(said, bool) else None


def values(said: Any) -> Mapping[str, Any]:
    """Values by their names; none for anything else."""
    return said if isinstance(said, dict) else {}


def legible(said: Any) -> Any:
    """The same value with each text in it such that it can be shown and written anywhere."""
    if isinstance(said, str):
        return _ILLEGIBLE.sub("\N{REPLACEMENT CHARACTER}", said)
    if isinstance(said, dict):
        return {legible(name): legible(value) for name, value in said.items()}
    if isinstance(said, tuple):
        each = map(legible, said)
        return said._make(each) if hasattr(said, "_make") else tuple(each)
    return said
