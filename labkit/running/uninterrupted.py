"""Something is made, or ended, as a whole: an interrupt (Ctrl-C, an alarm) waits until it is.

Python runs the handlers of signals between any two instructions of the main thread, and most raise an exception: what
the instruction before has acquired is then nobody's.  So what is acquired is put where it can be reached before a
handler runs: `with uninterrupted(): self.thing = acquire()`.  Only what is short belongs inside.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # its answers are numbers; signal's cost four times as much
import threading
import time
from types import FrameType, TracebackType
from typing import Any

_NAMES = "SIGINT SIGTERM SIGHUP SIGQUIT SIGUSR1 SIGUSR2 SIGALRM SIGVTALRM SIGPROF SIGBREAK"
_SIGNALS = tuple(getattr(_signal, name) for name in _NAMES.split() if hasattr(_signal, name))
LOOK_S = 0.1  # who waits inside looks up so often, and lets through what has come
_PATIENCE_S = 1.0  # whoever interrupts again after that does not want to wait for the whole

_depth = 0
_before: dict[int, Any] = {}  # the handlers that are to run
_noted: list[int] = []  # the signals that have come meanwhile
_since = 0.0  # when the first of them came


class uninterrupted:
    """While it is entered in the main thread no handler of a signal runs; those that were due do at its end.

    Entering it again inside changes nothing.  In other threads no handler runs anyway.  An interrupt that comes again
    more than a second after the first runs its handler at once: something hangs.
    """

    __slots__ = ("_main",)

    def __enter__(self) -> None:
        global _depth
        self._main = threading.current_thread() is threading.main_thread()
        if not self._main:
            return
        if not _depth:
            try:
                for number in _SIGNALS:
                    handler = _signal.getsignal(number)
                    if callable(handler):  # one of Python's; SIG_DFL and SIG_IGN are numbers
                        _before[number] = handler
                        _signal.signal(number, _come)
            except BaseException:  # one of those that were still in place
                _restore()
                raise
        _depth += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        global _depth
        if not self._main:
            return
        _depth -= 1
        if not _depth:
            _restore()
            if _noted:
                _run(_noted.copy())


def let_through() -> None:
    """Inside `uninterrupted`, where nothing is half done: run the handlers of what has come meanwhile."""
    if _depth and _noted and threading.current_thread() is threading.main_thread():
        numbers, handlers = _noted.copy(), dict(_before)
        _noted.clear()
        for number in dict.fromkeys(numbers):
            handlers[number](number, None)


def _come(number: int, frame: FrameType | None) -> None:
    global _since
    now = time.monotonic()
    if not _noted:
        _since = now
    _noted.append(number)
    if now - _since > _PATIENCE_S:
        _before[number](number, frame)


def _restore() -> None:
    for number in list(_before):
        if _signal.getsignal(number) is _come:  # else somebody has set another meanwhile
            _signal.signal(number, _before[number])
    _before.clear()


def _run(numbers: list[int]) -> None:
    _noted.clear()
    for number in dict.fromkeys(numbers):
        handler = _signal.getsignal(number)
        if callable(handler):
            handler(number, None)
