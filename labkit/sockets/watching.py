"""Waiting for news on the wire, for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from labkit.running.uninterrupted import uninterrupted


@contextmanager
def watching(core: Any) -> Iterator[Any]:
    """A core's `watch()`, which is closed at the end whatever comes in between."""
    watch = None
    try:
        with uninterrupted():
            watch = core.watch()
        yield watch
    finally:
        if watch is not None:
            with uninterrupted():
                watch.close()
