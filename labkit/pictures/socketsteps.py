"""`watch_sockets(net)`: the socket tables before and after each call, as one table of what changed."""

from __future__ import annotations

import gc
import html
import threading
import time
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple, overload

from labkit.drawing.style import colour_of
from labkit.drawing.tables import Cell, aligned, page_table
from labkit.sockets.at_rest import tables_at_rest
from labkit.sockets.changes import Changed, changes
from labkit.sockets.timeline import BEGIN, END, as_call
from labkit.traces.calls import Call
from labkit.words import say

if TYPE_CHECKING:
    from labkit.network.network import Network

_CELL = "text-align:left;vertical-align:top;padding:3px 14px 3px 8px"


class Step(NamedTuple):
    """One socket call, and what was different in each host's table afterwards."""

    call: Call
    changes: dict[str, tuple[Changed, ...]]  # host's name: what changed there

    def __str__(self) -> str:
        return str(self.call)


class SocketSteps(Sequence[Step]):
    """Socket calls in order, and what each changed in the hosts' socket tables; text, and HTML in a notebook."""

    def __init__(self, steps: Iterable[Step] = (), hosts: Iterable[str] = ()) -> None:
        self._steps, self.hosts = list(steps), tuple(hosts)

    def __len__(self) -> int:
        return len(self._steps)

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> list[Step]: ...
    def __getitem__(self, index: int | slice) -> Step | list[Step]:
        return self._steps[index]

    def first(self, host: str, state: str = "") -> Step | None:
        """Which step was the first to change something there (that left a socket in `state`, as "ESTABLISHED")?"""
        for step in self:
            for change in step.changes.get(host, ()):
                if state in ("", change.after and change.after.state):
                    return step
        return None

    def __repr__(self) -> str:
        rows = [[say("call"), *self.hosts]]
        for step in self:
            told = [[*map(str, step.changes.get(host, ()))] or ["-"] for host in self.hosts]
            rows += [list(cells) for cells in zip_longest([str(step)], *told, fillvalue="")]
        return "\n".join(aligned(rows))

    __str__ = __repr__

    def _repr_html_(self) -> str:
        heads = [Cell.of(say("Call"), _CELL, "col")]
        for host in self.hosts:
            told = say("In the table of {host}", host=host)
            heads.append(Cell.of(told, _CELL + _edge(self.hosts, host), "col"))
        rows = []
        for step in self:
            style = f"{_CELL};font-weight:normal;white-space:nowrap{_edge(self.hosts, step.call.host)}"
            changed = [Cell(_lines(step.changes.get(host, ())), _CELL) for host in self.hosts]
            rows.append([Cell.of(str(step), style, "row"), *changed])
        return page_table(
            rows,
            heads,
            caption=html.escape(say("What each call changed")),
            kind="labkit-steps",
            style="border-collapse:collapse",
        )


def _edge(hosts, host) -> str:
    """A host's colour at the left of a cell, as in the table of its sockets."""
    return f";border-left:4px solid {colour_of(hosts.index(host))}" if host in hosts else ""


def _lines(words: Sequence[Changed]) -> str:
    """What changed, a line for each socket, with what came, went or became in bold."""
    if not words:
        return f'<span style="opacity:.6">{html.escape(say("no change"))}</span>'
    lines = []
    for line in words:
        told = f"{html.escape(line.ends)} <strong>{html.escape(line.became)}</strong>"
        lines.append(f"{line.sign} {told}".lstrip())
    return "<br>".join(lines)


class WatchedSteps(SocketSteps):
    """The steps of a network's programs; they grow until the `with` block ends."""

    def __init__(self, net: Network) -> None:
        super().__init__((), [host.name for host in net.hosts])
        self._net, self._timeline = net, net.hosts[0].core.timeline
        self._lock = threading.Lock()
        self._collecting: set[int] = set()  # threads in which the collector is at work
        self._entry: list | None = None  # the call that was begun last
        self._watched = False
        self._tables: dict = {}

    def __enter__(self) -> WatchedSteps:
        if self._watched:
            raise RuntimeError("these steps have been watched already; write watch_sockets(net) again")
        self._watched = True
        self._tables = self._look()
        gc.callbacks.append(self._collected)
        self._timeline.watchers += (self._begun,)
        return self

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        self._timeline.watchers = tuple(one for one in self._timeline.watchers if one != self._begun)
        gc.callbacks.remove(self._collected)
        with self._lock:
            if not self._net.closed:
                self._step()
            self._entry = None

    def _begun(self, entry) -> None:
        if isinstance(entry, Call) or entry[END] is not None:  # noted when it was over: it did not wait
            return
        if (
            threading.get_ident() in self._collecting
        ):  # perhaps in the middle of a look, which would wait for itself
            return
        with self._lock:
            self._step()
            self._entry = entry
        entry[BEGIN] = time.monotonic_ns()  # our look at the tables is no part of the call

    def _collected(self, phase: str, info: object) -> None:
        """The collector begins in this thread, or ends: what it closes is no call of a program."""
        (self._collecting.add if phase == "start" else self._collecting.discard)(threading.get_ident())

    def _step(self) -> None:
        """What the last call has changed: the tables now against those before it."""
        tables = self._look()
        if self._entry is not None:
            found = {name: changes(self._tables[name], table) for name, table in tables.items()}
            self._steps.append(Step(as_call(self._entry), found))
        self._tables = tables

    def _look(self) -> dict:
        return dict(zip(self.hosts, tables_at_rest(self._net.hosts), strict=True))


def watch_sockets(net: Network) -> WatchedSteps:
    """Look at every host's socket table before and after each socket call that is made in the `with` block.

        with watch_sockets(net) as steps:
            listener.bind(("server", 8080))
        steps

    Each look waits until what is on the wire has arrived and is acknowledged (1 s at most), so what stands
    beside a call is all that it brought about.  Calls that are made at the same time in several threads share
    their changes as they come.  Raises TypeError for what is not a network.
    """
    if not hasattr(net, "hosts"):
        raise TypeError(
            f"watch_sockets looks at a network (got {type(net).__name__}); write watch_sockets(net)"
        )
    return WatchedSteps(net)
