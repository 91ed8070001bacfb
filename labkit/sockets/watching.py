"""Waiting for news on the wire, for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from labkit.running.uninterrupted import let_through, uninterrupted

_LOOK_S = (
    0.02  # what a host says to itself makes no news on the wire, and an interrupt none either: look again
)


def watch_until(core: Any, look: Callable[[float], bool], deadline: float) -> bool:
    """Call look(seconds left) now, and whenever there is news, until it returns True or the deadline (monotonic s) is
    over; returns whether it did.  Interrupts come between two looks.
    """
    with uninterrupted():
        watch = core.watch()
        try:
            while True:
                watch.clear()
                left = deadline - time.monotonic()
                if look(left):
                    return True
                if left <= 0:
                    return False
                let_through()
                watch.wait(min(left, _LOOK_S))
        finally:
            watch.close()
