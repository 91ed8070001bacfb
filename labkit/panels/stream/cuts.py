"""Where recvs end: the cuts of a stream, and the pieces between them.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any


def pieces_of(data: bytes, cuts: Sequence[int]) -> tuple[bytes, ...]:
    """The bytes of each recv; *cuts*: after how many bytes a recv ends, the last one left out."""
    return tuple(data[start:end] for start, end in pairwise((0, *cuts, len(data))))


def cuts_of(size: int, cuts: Any) -> tuple[int, ...]:
    """Cuts in order, each once; ValueError for what is not within a stream of *size* bytes."""
    try:
        found = tuple(sorted({int(cut) for cut in cuts}))
    except (TypeError, ValueError):
        raise ValueError(
            f"cuts are numbers of bytes after which a recv ends, as in cuts=(2, 5) (got {cuts!r:.60})"
        ) from None
    if found and not 0 < found[0] <= found[-1] < size:
        raise ValueError(f"a recv can end after byte 1 to {size - 1} of {size} bytes (got {cuts!r:.60})")
    return found
