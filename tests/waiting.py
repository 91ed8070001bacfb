"""Waiting for what shall come to be, never for time to pass."""

from __future__ import annotations

import contextlib
import select
import signal
import threading
import time
from collections.abc import Callable, Iterator


def wait_for(condition: Callable[[], object], timeout: float = 20.0) -> None:
    """Until condition() is true; fails when it is not within so many seconds."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        select.select([], [], [], 0.01)


@contextlib.contextmanager
def signalled_when(condition: Callable[[], object], number: int) -> Iterator[None]:
    """Send the main thread, which runs the block, this signal as soon as condition() is true."""

    def send() -> None:
        wait_for(condition)
        signal.pthread_kill(threading.main_thread().ident, number)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        thread.join()
