"""Interrupt (Ctrl-C) while a check runs: it ends the learner's code, but not the tidying up after it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


class Interrupts:
    """While it is entered, KeyboardInterrupt is raised at most once, and only inside `let_through`."""

    def __init__(self) -> None:
        self._noted = self._through = False
        self._before: Callable[[int, FrameType | None], Any] | None = None

    def __enter__(self) -> Interrupts:
        handler = signal.getsignal(signal.SIGINT)
        # Only the main thread is interrupted, and only there a handler can be set.
        if threading.current_thread() is threading.main_thread() and callable(handler):
            self._before = handler
            signal.signal(signal.SIGINT, self._come)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    @contextmanager
    def let_through(self) -> Iterator[None]:
        """What runs inside may be interrupted; an interrupt that came earlier is raised now."""
        self._through = True
        try:
            if self._noted:
                raise KeyboardInterrupt
            yield
        finally:
            self._through = False

    def _come(self, *_: Any) -> None:
        self._noted = True
        if self._through:
            self._through = False
            raise KeyboardInterrupt
