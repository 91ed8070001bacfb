"""Code that goes on although it is interrupted, wherever in it that may be."""

from __future__ import annotations

from collections.abc import Callable

from labkit.running.threads import Stopped

INTERRUPTIONS = 3  # so many a worker gets before it is given up


def goes_on(work: Callable[[], object], times: int = INTERRUPTIONS) -> None:
    """work(), begun anew after each interruption, of which it bears so many.

    Each is caught by a `try` of its own: a loop around a single one has lines outside of it, and who has lost the
    processor there, just behind the first interruption, is ended by the second.
    """
    try:
        if times:
            goes_on(work, times - 1)
        work()
    except Stopped:
        work()
