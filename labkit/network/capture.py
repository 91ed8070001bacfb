"""From the wire's record to a Trace."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable
from typing import Any

from labkit.network.core import Core
from labkit.packets.frame import Arrival, Frame, Hit
from labkit.running.forks import home
from labkit.running.uninterrupted import uninterrupted
from labkit.sockets.watching import watch_for, watch_until
from labkit.traces.calls import Call
from labkit.traces.trace import Trace
from labkit.wire.fault import Fault
from labkit.wire.record import FATES, KIND_COPY, MANY, NO_FAULT, entry_size

_AGAIN_S = 0.05  # of a call that sends no frame nothing tells
_PATIENCE = 1.0  # seconds that the end of a capture waits for the wire to be quiet
_LARGE = 20_000  # frames; beyond, acknowledgements are not waited for
_LARGEST = 1_514  # bytes of a frame, mostly
_EFFECTS = {
    "drop": "dropped",
    "delay": "delayed",
    "duplicate": "duplicated",
    "reorder": "reordered",
    "corrupt": "corrupted",
    "rewrite": "rewritten",
}


class CapturedTrace(Trace):
    """A trace of what crosses a network's wire; it grows until `stop()`, or until its `with` block ends."""

    def __init__(self, core: Core, snap: int | None) -> None:
        layout = {} if "" in core.layout else core.layout
        super().__init__((), hosts=core.names, addresses=core.addresses, layout=layout)
        self._core, self._home = core, home()
        self._began_ns = time.monotonic_ns()
        with uninterrupted():
            self._start, self._missed_before = core.capture_start(snap)
            self._abandon = weakref.finalize(self, core.abandoned.append, ("capture_release",))
        self._entered = False
        self._final: tuple[Frame, ...] | None = None
        self._seen: tuple[Any, tuple[Frame, ...]] = (None, ())  # (version of the record, the frames it gave)

    @property
    def running(self) -> bool:
        """Is the capture still going on?"""
        return self._final is None and not self._core.closed

    def stop(self) -> Trace:
        """End the capture and return the trace.

        It waits until the wire is quiet, 1 s at most: nothing under way, every segment that arrived
        acknowledged, no connection closed on one side only.  A forked child ends no capture of its parent's.
        """
        if self._final is None and self._home.here:
            end, record = None, self._core.record
            if not self._core.closed:
                end, missed = self._end_when_quiet()
                self._missed = sum(missed.values()) - sum(self._missed_before.values())
            self._full = record.unrecorded > 0
            self._calls = self._core.timeline.calls(self._began_ns, time.monotonic_ns())
            seen, frames = self._seen  # those that told that all is quiet are mostly all
            final = frames if seen == record.version and seen[0] == end else self._read(end)
            with uninterrupted():
                self._final = final
                if self._abandon.detach() and not self._core.closed:
                    self._core.capture_release()
        return self

    def wait_for(self, condition: Callable[[], object], timeout: float = 5.0) -> None:
        """Wait until `condition()` holds, looking again whenever a frame has left or arrived, and now and then.

            trace.wait_for(lambda: trace.retransmitted())

        timeout: seconds. Raises TimeoutError, with what was captured by then, when it did not come to hold.
        """
        deadline = time.monotonic() + timeout

        def come(left: float) -> bool | None:
            if condition():
                return True
            if left <= 0 or not self.running:
                when = f"within {timeout} s" if self.running else "before the capture ended"
                raise TimeoutError(f"what was waited for did not happen {when}; captured were:\n{self}")
            return None

        watch_until(self._core, come, deadline, _AGAIN_S)

    def wait_until_quiet(self, timeout: float = 5.0) -> None:
        """Wait until nothing is under way, every segment is acknowledged and no connection is half closed.

        timeout: seconds. Raises TimeoutError, with what was captured by then, when the wire does not come to rest.
        """

        def quiet() -> bool:
            self._core.catch_up()  # what has left a host and not been read is under way, too
            return self._settled() is not None

        self.wait_for(quiet, timeout)

    @property
    def frames(self) -> tuple[Frame, ...]:
        if self._final is not None:
            return self._final
        record = self._core.latest()
        version = record.version  # before the entries: what changes while they are read makes it another
        if self._seen[0] != version:
            self._seen = (version, self._read(version[0]))
        return self._seen[1]

    @property
    def calls(self) -> tuple[Call, ...]:
        return self._calls if self._final is not None else self._core.timeline.calls(self._began_ns)

    def _read(self, end: int | None) -> tuple[Frame, ...]:
        stations, faults = self._core.stations, self._core.cables.faults
        names = [host for host, _ in stations]
        rows: dict[int, tuple[Any, ...]] = {}
        copies: dict[int, list[tuple[int, int, int, int]]] = {}
        for (
            offset,
            length,
            departed,
            arrived,
            source,
            target,
            fate,
            kind,
            fault,
            data,
        ) in self._core.record.entries(self._start, end):
            if kind == KIND_COPY:
                of = int.from_bytes(data, "little")
                copies.setdefault(of, []).append((target, arrived, fate, fault))
            else:
                rows[offset] = (length, departed, arrived, source, target, fate, fault, data)
        frames = []
        for number, (offset, row) in enumerate(rows.items(), 1):
            length, departed, arrived, source, target, fate, fault, data = row
            arrivals: tuple[Arrival, ...] = (Arrival(names[target], arrived),) if arrived else ()
            hits: tuple[Hit, ...] = (_hit(FATES[fate], faults.get(fault), None),) if fault != NO_FAULT else ()
            for to, at, what, which in copies.get(offset, ()):
                if at:
                    arrivals += (Arrival(names[to], at),)
                if which != NO_FAULT and which != fault:
                    hits += (_hit(FATES[what], faults.get(which), names[to]),)
            receiver = "*" if target == MANY else names[target]
            frames.append(
                Frame(
                    number,
                    departed,
                    names[source],
                    receiver,
                    arrivals,
                    FATES[fate],
                    hits,
                    data,
                    length,
                    segment=stations[source][1],
                )
            )
        return tuple(frames)

    def _end_when_quiet(self) -> tuple[int, dict[str, int]]:
        """End the capture in a quiet moment, or when patience is over: then frames may be "in flight"."""

        def end(over: bool) -> tuple[int, dict[str, int]] | None:
            self._core.catch_up()
            settled = None if over else self._settled()
            return self._core.capture_stop(settled) if over or settled is not None else None

        return watch_for(self._core, end, _PATIENCE)

    def _settled(self) -> int | None:
        """Up to where in the record nothing is under way, and nothing is to come; None: it is, or came meanwhile."""
        record = self._core.latest()
        version = record.version
        if record.under_way:
            return None
        large = version[0] - self._start > _LARGE * entry_size(_LARGEST)  # and is not read for that
        large = large or len(self.frames) > _LARGE
        if not large and (self.unacknowledged() or self.half_closed()):
            return None
        return version[0] if record.version == version else None

    def __enter__(self) -> CapturedTrace:
        if self._entered:
            raise RuntimeError("this capture has been opened already; start another with net.capture()")
        self._entered = True
        return self

    def __exit__(self, kind, error, traceback) -> None:
        self.stop()


def _hit(fate: str, fault: Fault | None, receiver: str | None) -> Hit:
    """A fault is not known while `Cables.set_faults` is still waiting for its number."""
    return Hit(_EFFECTS[fault.kind] if fault else fate, fault, receiver)
