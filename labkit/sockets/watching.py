"""Waiting for news on the wire, for a while."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any, TypeVar

from labkit.running.patience import PARTS, Patience
from labkit.running.uninterrupted import LOOK_S, let_through, uninterrupted

T = TypeVar("T")


def watch_until(
    core: Any, look: Callable[[float], T | None], deadline: float, again_s: float = math.inf
) -> T:
    """What look(seconds left) gives, once that is not None: called now, whenever there is news, and at the deadline
    (monotonic s), when it must give something or raise.  Interrupts come between two looks.

    again_s  look again after so many seconds without news, too
    """
    with uninterrupted():
        watch = core.watch()
        try:
            while (found := look(deadline - time.monotonic())) is None:
                _wait_for_news(watch, min(deadline, time.monotonic() + again_s))
            return found
        finally:
            watch.close()


def watch_for(core: Any, look: Callable[[bool], T | None], seconds: float, again_s: float = math.inf) -> T:
    """What look(is time over?) gives, once that is not None: as `watch_until`, for so many seconds in which this
    process runs, and the wire's does, of which look() asks something.

    A stand-still of either takes an eighth of them at most: what is waited for did not go on either.
    """
    patience = Patience(seconds)
    return watch_until(
        core, lambda _: look(not patience.left()), math.inf, min(again_s, max(0.0, seconds) / PARTS)
    )


def _wait_for_news(watch: Any, until: float) -> None:
    let_through()
    while (left := until - time.monotonic()) > 0 and not watch.wait(min(left, LOOK_S)):
        let_through()
