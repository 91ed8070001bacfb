"""The thread that looks at the hosts' socket tables: at news on the wire, and once a second for what makes none."""

from __future__ import annotations

import threading
import time
import weakref
from typing import TYPE_CHECKING

from labkit.drawing.svg import svg_of
from labkit.panels.sockets.data import flow_of, rows_of, said
from labkit.pictures.ladders import ladder
from labkit.running.tracebacks import named

if TYPE_CHECKING:
    from labkit.network.capture import CapturedTrace
    from labkit.network.core import Watch

REST_S = 0.15
"""Seconds between two looks at least: a look at two hosts takes 2 to 6 ms, of a processor that the cell needs."""

SLOW_S = 1.0
"""Seconds after which it looks without news: the end of TIME-WAIT and a call of bind() make none on the wire."""

SNAP, MOST = 128, 5_000
"""What the panel's own capture keeps: so many bytes of each frame, and so many frames."""

_GONE = "The network is closed: these are the last sockets that were seen."


class Looking:
    """Looks until it is told to end, or its network is closed or held by nobody any more.

    tell(changes)  is called in the thread with what the widget is to show: {"hosts": …, "log": …, "ladder": …}

    The network and the hosts are held weakly: a table on a page keeps no network alive.
    """

    def __init__(self, hosts, owner, tables, trace, tell):
        self._hosts = [weakref.ref(host) for host in hosts]
        self._owner = weakref.ref(owner)
        self._core = weakref.ref(hosts[0].core)
        self._about = [
            {"name": host.name, "address": host.address, "colour": host.number - 1} for host in hosts
        ]
        self._tables, self._trace, self._tell = dict(tables), trace, tell
        self._capture: CapturedTrace | None = None  # our own, once it was asked for
        self._remark = ""
        self._wanted: dict | None = None  # the row whose ladder is open
        self._drawn: tuple | None = None  # what was drawn of it last
        self._next_drawing = self._next_count = 0.0
        self._paused = self._over = False
        self._something = threading.Event()  # one of these three was changed
        self._watch: Watch | None = None
        self._lock = threading.Lock()
        self.thread = threading.Thread(target=self._run, name="labkit-socket-panel", daemon=True)

    def hosts(self) -> list[dict]:
        """The hosts and their rows, as they were seen last."""
        return [{**about, "rows": rows_of(self._tables[about["name"]])} for about in self._about]

    # -- what the page asks, from any thread

    def pause(self, on: bool) -> None:
        """Look no more, or again."""
        self._paused = bool(on)
        self._wake()

    def open(self, row: dict | None) -> None:
        """Draw the ladder of a row's connection, and again when more of it is there; None: no more."""
        self._wanted, self._drawn, self._next_drawing = row, None, 0.0
        self._wake()

    def end(self) -> None:
        """End the thread, soon."""
        self._over = True
        self._wake()

    def _wake(self) -> None:
        self._something.set()
        with self._lock:
            if self._watch is not None:
                self._watch.signal()

    # -- the thread

    def _run(self) -> None:
        try:
            core = self._core()
            if core is not None and not core.closed:
                self._watch = core.watch()
            del core
            while not self._over and self._there():
                if not self._paused:
                    self._look()
                self._rest()
        except Exception as error:
            if self._there():
                self._tell({"ended": f"The panel stopped looking: {named(error)}"})
        finally:
            self._finish()

    def _there(self) -> bool:
        core = self._core()
        return self._owner() is not None and core is not None and not core.closed

    def _rest(self) -> None:
        asked = self._something.wait(SLOW_S if self._paused else REST_S)
        self._something.clear()
        if not (asked or self._paused):
            assert self._watch is not None  # `_run` looks by it
            self._watch.wait(SLOW_S)

    def _look(self) -> None:
        hosts = [host for each in self._hosts if (host := each()) is not None]
        if len(hosts) < len(self._hosts):
            return
        tables = {host.name: host.sockets() for host in hosts}
        if tables != self._tables:
            lines = said(self._tables, tables)
            self._tables = tables
            self._tell({"hosts": self.hosts(), "log": lines})
        self._bound()
        if self._wanted is not None and time.monotonic() >= self._next_drawing:
            self._draw(self._wanted)

    # -- ladders

    def _bound(self) -> None:
        """End our own capture when it has grown enough."""
        now = time.monotonic()
        if self._capture is None or not self._capture.running or now < self._next_count:
            return
        self._next_count = now + SLOW_S
        if len(self._capture.frames) > MOST:
            self._capture.stop()
            self._remark = f"The panel's capture has ended: it keeps {MOST:,} frames at most."

    def _draw(self, row: dict) -> None:
        began = time.monotonic()
        trace = self._trace or self._capture
        if trace is None:
            from labkit.network.capture import CapturedTrace

            core = self._core()
            assert core is not None  # whoever runs holds it
            trace = self._capture = CapturedTrace(core, SNAP)
            self._remark = (
                f"The panel captures since you asked for a ladder ({SNAP} bytes of each frame, {MOST:,} frames at "
                "most): what was before is not in it."
            )
        flow = flow_of(trace, row)
        calls = trace.calls
        frames = tuple(segment.frame for segment in trace.select(flow=flow)) if flow else ()
        drawn = (frames, len(calls), sum(call.end_ns is not None for call in calls), self._remark)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        ends = f"{row['local']} ↔ {row['remote']}"
        if flow is None:
            here = (
                "the trace that the panel was given" if self._trace else "the capture yet: it draws the first"
            )
            words, svg = f"No segment of {ends} is in {here}.", ""
        else:
            words = f"{flow.segments} segment{'s' * (flow.segments != 1)} of {ends}."
            svg = svg_of(ladder(trace, flow=flow)._picture, standalone=False)
        self._tell(
            {"ladder": {"key": row["key"], "title": ends, "words": words, "note": self._remark, "svg": svg}}
        )
        # a long ladder takes its time: the cell that runs needs the processor, too
        self._next_drawing = time.monotonic() + 5 * (time.monotonic() - began)

    # -- the end

    def _finish(self) -> None:
        if not self._over and not self._there():
            self._tell({"ended": _GONE})
        with self._lock:
            watch, self._watch = self._watch, None
        capture, self._capture, self._trace = self._capture, None, None
        try:
            if capture is not None:
                capture.stop()
            if watch is not None:
                watch.close()
        except RuntimeError:  # the network was closed in this moment, and all this with it
            if self._there():
                raise
