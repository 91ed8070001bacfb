"""Waiting for what shall come to be, never for time to pass."""

from __future__ import annotations

import select
import time
from collections.abc import Callable


def wait_for(condition: Callable[[], object], timeout: float = 20.0) -> None:
    """Until condition() is true; fails when it is not within so many seconds."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        select.select([], [], [], 0.01)
