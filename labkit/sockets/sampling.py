"""The sampler of a connection: a thread that looks beside the program, and ends with its block."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Sequence
from time import monotonic_ns as now
from types import TracebackType
from typing import Any

from labkit.sockets.samples import Samples, place_of
from labkit.sockets.tcpinfo import parse
from labkit.words import say

_LONGEST_MS = 60_000


class Sampler:
    """`with Sampler(…) as samples:` looks at a socket as long as the block runs; of many blocks, one after the other.

    The first look is made as the block begins, the last as it ends, or when the socket is closed before; both are kept.

    look        gives the bytes of `struct tcp_info`; OSError (EBADF) of a closed socket ends the looking
    every_ms    milliseconds from one look to the next
    on_change   names of fields: between first and last, only looks at which one of them has another value are kept
    most        samples that are kept; of more, the oldest are forgotten
    """

    def __init__(
        self, look: Callable[[], bytes], every_ms: float, on_change: Sequence[str] = (), most: int = 100_000
    ):
        if not isinstance(every_ms, int | float) or not 0 < every_ms <= _LONGEST_MS:
            template = (
                "every_ms is a number of milliseconds, more than 0 and at most {longest:,} (got {got!r})"
            )
            raise ValueError(say(template, longest=_LONGEST_MS, got=every_ms))
        self._places = tuple(place_of(name) for name in on_change)
        self._look, self._every_s, self._most = look, every_ms / 1000, most
        self._samples = Samples(most)
        self._seen: tuple[Any, ...] | None = None
        self._unkept: tuple[int, bytes] | None = None  # the latest look, as long as nothing has changed since
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self._failed: BaseException | None = None

    def __enter__(self) -> Samples:
        if self._thread is not None:
            raise RuntimeError(
                say("this sampler is at work already; write `with sock.sample() as samples:` for another")
            )
        self._samples, self._seen, self._unkept = Samples(self._most), None, None
        self._over.clear()
        self._take()  # what is wrong with the socket is said before the block begins
        self._thread = threading.Thread(target=self._go_on, name="sampler", daemon=True)
        self._thread.start()
        return self._samples

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        thread, self._thread = self._thread, None
        self._over.set()
        if thread is not None:
            thread.join()  # it looks once more, and has ended
        failed, self._failed = self._failed, None
        if failed is not None and error is None:
            raise failed

    def _go_on(self) -> None:
        try:
            going_on = True
            while going_on:
                going_on = not self._over.wait(self._every_s)
                self._take()
        except BaseException as failed:
            if (
                not isinstance(failed, OSError) or failed.errno != errno.EBADF
            ):  # a closed socket is an end, too
                self._failed = failed
        if self._unkept is not None:
            self._samples.add(*self._unkept)

    def _take(self) -> None:
        data = self._look()
        at_ns = now()
        if self._places:
            info = parse(data)
            seen = tuple(info[place] for place in self._places)
            if seen == self._seen:
                self._unkept = at_ns, data
                return
            self._seen, self._unkept = seen, None
        self._samples.add(at_ns, data)
