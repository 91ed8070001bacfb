"""What a block must not leave behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_threads_left() -> Iterator[None]:
    """Threads that begin inside have ended with the block.

    Each is looked at by itself: a count would go down, too, where one of an earlier test ends only now.
    """
    before = set(threading.enumerate())
    yield
    left = [thread.name for thread in threading.enumerate() if thread not in before]
    assert left == [], "they run on"
