"""What the notebook may ask of the helper, one method for each operation; `askers` and `guests` say who, `channel` in
which form.

An operation `do_…(asker, …)` gets who asks, with the descriptors that came with the question as `asker.given`, and
returns (value, descriptors to hand over). It takes what it keeps out of `given`; the rest is closed. Hosts, and
stations, where one of their interfaces meets the wire, are numbers.
An OSError goes back as the answer; any other error is a fault of ours, of which the learner sees all.
"""

from __future__ import annotations

import mmap
import os
from time import monotonic_ns

from labkit.wire import namespaces
from labkit.wire.askers import Asker
from labkit.wire.faults import from_message
from labkit.wire.guests import Guests
from labkit.wire.programs import Programs
from labkit.wire.sockets import Sockets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from labkit.wire.askers import Value
    from labkit.wire.cable import Conditions
    from labkit.wire.inherited import Limits
    from labkit.wire.judges import Place
    from labkit.wire.loop import Wire


class Requests(Guests):
    """Carries out what the notebook asks, between two turns of the wire's loop."""

    def __init__(
        self,
        maker: Asker,
        wire: Wire,
        wire_network: int,
        networks: Sequence[int],
        record_memory: mmap.mmap,
        limits: Limits,
        tables: Mapping[int, bytes],
    ) -> None:
        super().__init__(maker, wire, Programs(wire, limits, tables), networks)
        self._wire_network = wire_network  # descriptor of the network namespace that the helper itself is in
        self._record_memory = record_memory
        self._sockets = Sockets(wire_network)

    def end(self) -> None:
        """Let nobody in any more, and end all programs."""
        self.shut()
        self._programs.end_all()

    def left(self, asker: Asker) -> None:
        """End what somebody who has gone held here."""
        self._programs.end_of(asker)
        self._wire.notes.recording -= asker.captures
        for watcher in asker.watchers:
            self._wire.watchers.remove(watcher)

    # Sockets, files, settings and programs of a host

    def do_socket(self, asker: Asker, host: int, family: int, kind: int, protocol: int) -> Value:
        """A new socket in the host's network; the value is the port to bind to before it calls, or None."""
        made, port = self._sockets.make(host, self._networks[host], family, kind, protocol)
        return port, [made.detach()]

    def do_port(self, asker: Asker, host: int, family: int, kind: int) -> Value:
        """Another ephemeral port for a socket of the host: somebody has taken the one that it was given."""
        return self._sockets.another(host, self._networks[host], family, kind), []

    def do_open(self, asker: Asker, host: int, path: str) -> Value:
        """A file of /proc/net as the host sees it, open to be read."""
        return None, [self._on(host, os.open, path, os.O_RDONLY | os.O_CLOEXEC)]

    def do_sysctl(self, asker: Asker, host: int, name: str, value: object) -> Value:
        """Read a net.… of the host's network; with a value other than None write it first."""
        return self._on(host, namespaces.sysctl, name, value), []

    def do_address(self, asker: Asker, host: int, add: bool, address: str, interface: str) -> Value:
        """Give one of the host's interfaces an address, or take it away."""
        from labkit.wire import addresses  # late: most networks never ask

        return self._on(host, addresses.add if add else addresses.delete, address, interface), []

    def do_route(
        self, asker: Asker, host: int, add: bool, destination: str, via: str | None, interface: str | None
    ) -> Value:
        """Add a route to the host's table, or take it away."""
        from labkit.wire import routes  # late: most networks never ask

        return self._on(host, routes.add if add else routes.delete, destination, via, interface), []

    def _on(self, host: int, function: Callable[..., Any], *arguments: Any) -> Any:
        """What a function gives in the host's network."""
        namespaces.enter(self._networks[host])
        try:
            return function(*arguments)
        finally:
            namespaces.enter(self._wire_network)

    def do_spawn(
        self, asker: Asker, host: int, argv: list[str], cwd: str, environment: dict[str, str]
    ) -> Value:
        """Start a program on the host; the value is its pid.

        given   its standard input, output and error, and where its wait status is written when it has ended
        """
        *standard, status = asker.given
        network = self._networks[host]
        pid = self._programs.spawn(asker, network, argv, cwd, environment, standard, status)
        asker.given.remove(status)
        return pid, []

    def do_signal(self, asker: Asker, pid: int, number: int) -> Value:
        """Send a signal to a program's process group; the value is False when it has ended."""
        return self._programs.signal(pid, number), []

    # Links and their faults

    def do_conditions(self, asker: Asker, number: int, conditions: Conditions) -> Value:
        """Set what the cable of a station does to the frames that leave from now on."""
        self._wire.quiet()  # what left before now meets the conditions of before
        station = self._wire.stations[number]
        station.cut = conditions["cut"]
        station.cable.set(conditions)
        return None, []

    def do_faults(self, asker: Asker, place: Place, faults: list[tuple[str, dict[str, Any]]]) -> Value:
        """Set the faults at a place (see `judges`); the value is their numbers in the record."""
        self._wire.quiet()
        numbers = self._wire.judges.at(place).set([from_message(fault) for fault in faults], monotonic_ns())
        self._wire.traffic.faults_changed()
        return numbers, []

    def do_fault_counts(self, asker: Asker, place: Place) -> Value:
        """[(number, frames matched, frames hit)] of the faults at a place."""
        self._wire.quiet()
        faults = self._wire.judges.at(place).faults
        return [(counted.number, counted.matched, counted.hit) for counted in faults], []

    def do_box(self, asker: Asker, verb: str, number: int, *arguments: Any) -> Value:
        """Middle boxes between a station's port and its segment: a verb of `boxes.asked`."""
        from labkit.wire.boxes import asked  # late: most networks have none

        self._wire.quiet()  # what left before now meets what was there before
        return asked.VERBS[verb](self._wire, self._wire.stations[number], *arguments), []

    # Captures

    def do_capture_start(self, asker: Asker, snap: int | None) -> Value:
        """Begin a capture; the value is (where it begins in the record, frames that each port had missed by then).

        snap   bytes kept of each frame; None: all. The first of several captures that are open decides.
        """
        wire = self._wire
        record, notes = wire.notes.record, wire.notes
        wire.quiet()  # what left before now belongs before now
        if not notes.recording:
            record.reset()
            # The pages of the capture before go back to the machine.
            self._record_memory.madvise(mmap.MADV_REMOVE, mmap.PAGESIZE, record.capacity - mmap.PAGESIZE)
            record.make_ready()
            notes.snap = snap
        notes.recording += 1
        asker.captures += 1
        return (record.head, self._missed()), []

    def do_capture_stop(self, asker: Asker, settled: int | None) -> Value:
        """Where a capture ends.

        settled   up to where the notebook has read the record, and found that nothing is missing: if more has come
                  since, or anything is under way, the capture goes on, and the value is None

        The memory stays the notebook's to read until `capture_release`.
        """
        wire = self._wire
        quiet, head = wire.quiet(), wire.notes.record.head
        if settled is not None and not (quiet and head == settled):
            return None, []
        return (head, self._missed()), []

    def do_capture_release(self, asker: Asker) -> Value:
        """The notebook has read what it captured: another capture may have the memory."""
        self._wire.notes.recording -= 1
        asker.captures -= 1
        return None, []

    def do_catch_up(self, asker: Asker) -> Value:
        """Take what has left the hosts by now; the value is where the record ends then."""
        self._wire.quiet()
        return self._wire.notes.record.head, []

    def do_counters(self, asker: Asker) -> Value:
        """(monotonic ns, a `Tally.counters()` for each station): what became of its frames since it was made."""
        now = monotonic_ns()
        return (now, [s.tally.counters(s.cable.waiting(now)) for s in self._wire.stations]), []

    def do_missed(self, asker: Asker) -> Value:
        """Frames lost at each host's ports or refused by its kernel since the network was made, by its name."""
        self._wire.quiet()
        return self._missed(), []

    def _missed(self) -> dict[str, int]:
        missed: dict[str, int] = {}
        for station in self._wire.stations:
            missed[station.name] = missed.get(station.name, 0) + station.port.missed() + station.refused
        return missed

    def do_watch(self, asker: Asker) -> Value:
        """Tell an eventfd of every change of the record; the value names it for `unwatch`."""
        watcher = asker.given.pop()
        self._wire.watchers.append(watcher)
        asker.watchers.append(watcher)
        return watcher, []

    def do_unwatch(self, asker: Asker, watcher: int) -> Value:
        """Tell a watcher no more."""
        self._wire.watchers.remove(watcher)
        asker.watchers.remove(watcher)
        os.close(watcher)
        return None, []

    def do_inject(self, asker: Asker, number: int, frame: bytes) -> Value:
        """Put a frame on the wire as if the host of a station had sent it there."""
        self._wire.inject(self._wire.stations[number], frame)
        return None, []
