"""What the notebook may ask of the helper, one method for each operation; `channel` says in which form.

An operation `do_…(given, …)` gets the descriptors that came with the question, and returns (value, descriptors to
hand over). It takes what it keeps out of `given`; the rest is closed. Hosts are numbers. An OSError goes back as the
answer; any other error is a fault of ours, of which the learner sees all.
"""

from __future__ import annotations

import mmap
import os
import socket
from time import monotonic_ns

from labkit.wire import channel as messages
from labkit.wire import namespaces
from labkit.wire.faults import from_message
from labkit.wire.programs import Programs
from labkit.wire.sockets import Sockets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from labkit.wire.cable import Conditions
    from labkit.wire.judge import Judge
    from labkit.wire.loop import Wire

    Value = tuple[Any, list[int]]


class Requests:
    """Carries out what the notebook asks, between two turns of the wire's loop."""

    def __init__(
        self, channel: socket.socket, wire: Wire, wire_network: int, record_memory: mmap.mmap
    ) -> None:
        self._channel = channel
        self._wire = wire
        self._wire_network = wire_network  # descriptor of the network namespace that the helper itself is in
        self._record_memory = record_memory
        self._programs = Programs(wire)
        self._sockets = Sockets(wire_network)
        wire.handle(channel.fileno(), self.serve)

    def serve(self) -> None:
        """Answer the question that has come; when the notebook is gone, end the wire."""
        try:
            question, given, _ = messages.receive(self._channel)
        except ConnectionResetError:
            question = None
        if question is None:
            self._wire.end()
            return
        number, operation, arguments = question
        handed_over: list[int] = []
        try:
            value, handed_over = getattr(self, "do_" + operation)(given, *arguments)
            answer = (number, "ok", value)
        except OSError as error:
            answer = messages.failure(number, error)
        except Exception:  # a fault of ours: the learner sees it, and the wire goes on
            import traceback  # late: it takes 3 ms to load, and a network starts without it

            answer = (number, "error", ("Bug", 0, traceback.format_exc(), None))
        finally:
            for descriptor in given:  # what the operation took over is no longer in the list
                os.close(descriptor)
        try:
            self.send(answer, handed_over)
        finally:
            for descriptor in handed_over:
                os.close(descriptor)

    def send(self, message: tuple[Any, ...], descriptors: list[int]) -> None:
        """Send an answer; when the notebook is gone, end the wire."""
        try:
            messages.send(self._channel, message, descriptors)
        except (BrokenPipeError, ConnectionResetError):
            self._wire.end()

    def end(self) -> None:
        """End all programs."""
        self._programs.end_all()

    # Sockets, files, settings and programs of a host

    def do_socket(self, given: list[int], host: int, family: int, kind: int, protocol: int) -> Value:
        """A new socket in the host's network; the value is the port to bind to before it calls, or None."""
        made, port = self._sockets.make(host, self._wire.stations[host].network, family, kind, protocol)
        return port, [made.detach()]

    def do_open(self, given: list[int], host: int, path: str) -> Value:
        """A file of /proc/net as the host sees it, open to be read."""
        namespaces.enter(self._wire.stations[host].network)
        try:
            return None, [os.open(path, os.O_RDONLY | os.O_CLOEXEC)]
        finally:
            namespaces.enter(self._wire_network)

    def do_sysctl(self, given: list[int], host: int, name: str, value: object) -> Value:
        """Read a net.… of the host's network; with a value other than None write it first."""
        namespaces.enter(self._wire.stations[host].network)
        try:
            return namespaces.sysctl(name, value), []
        finally:
            namespaces.enter(self._wire_network)

    def do_spawn(
        self, given: list[int], host: int, argv: list[str], cwd: str, environment: dict[str, str]
    ) -> Value:
        """Start a program on the host; the value is its pid.

        given   its standard input, output and error, and where its wait status is written when it has ended
        """
        *standard, status = given
        del given[:]
        network = self._wire.stations[host].network
        return self._programs.spawn(network, argv, cwd, environment, standard, status), []

    def do_signal(self, given: list[int], pid: int, number: int) -> Value:
        """Send a signal to a program's process group; the value is False when it has ended."""
        return self._programs.signal(pid, number), []

    # Links and their faults

    def do_conditions(self, given: list[int], host: int, conditions: Conditions) -> Value:
        """Set what the host's cable does to the frames that leave from now on."""
        self._wire.quiet()  # what left before now meets the conditions of before
        station = self._wire.stations[host]
        station.cut = conditions["cut"]
        station.cable.set(conditions)
        return None, []

    def do_faults(
        self, given: list[int], host: int | None, faults: list[tuple[str, dict[str, Any]]]
    ) -> Value:
        """Set the faults of one host's link, or of all (host None); the value is their numbers in the record."""
        self._wire.quiet()
        numbers = self._judge(host).set([from_message(fault) for fault in faults])
        self._wire.traffic.faults_changed()
        return numbers, []

    def do_fault_counts(self, given: list[int], host: int | None) -> Value:
        """[(number, frames matched, frames hit)] of the faults of one host's link, or of all."""
        self._wire.quiet()
        faults = self._judge(host).faults
        return [(counted.number, counted.matched, counted.hit) for counted in faults], []

    def _judge(self, host: int | None) -> Judge:
        return self._wire.judge if host is None else self._wire.stations[host].judge

    # Captures

    def do_capture_start(self, given: list[int], snap: int | None, abandoned: int = 0) -> Value:
        """Begin a capture; the value is (where it begins in the record, frames that each port had missed by then).

        snap        bytes kept of each frame; None: all. The first of several captures that are open decides.
        abandoned   captures that will never be released
        """
        wire = self._wire
        record, notes = wire.notes.record, wire.notes
        notes.recording -= abandoned
        wire.quiet()  # what left before now belongs before now
        if not notes.recording:
            record.reset()
            # The pages of the capture before go back to the machine.
            self._record_memory.madvise(mmap.MADV_REMOVE, mmap.PAGESIZE, record.capacity - mmap.PAGESIZE)
            record.make_ready()
            notes.snap = snap
        notes.recording += 1
        return (record.head, self._missed()), []

    def do_capture_stop(self, given: list[int], patient: bool) -> Value:
        """Where a capture ends; with `patient` only if nothing is under way, else the value is None.

        The memory stays the notebook's to read until `capture_release`.
        """
        wire = self._wire
        if not wire.quiet() and patient:
            return None, []
        return (wire.notes.record.head, self._missed()), []

    def do_capture_release(self, given: list[int]) -> Value:
        """The notebook has read what it captured: another capture may have the memory."""
        self._wire.notes.recording -= 1
        return None, []

    def do_catch_up(self, given: list[int]) -> Value:
        """Take what has left the hosts by now; the value is where the record ends then."""
        self._wire.quiet()
        return self._wire.notes.record.head, []

    def do_counters(self, given: list[int]) -> Value:
        """(monotonic ns, a `Tally.counters()` for each host): what became of its frames since the network was made."""
        now = monotonic_ns()
        return (now, [s.tally.counters(s.cable.waiting(now)) for s in self._wire.stations]), []

    def do_missed(self, given: list[int]) -> Value:
        """Frames lost at each host's port or refused by its kernel since the network was made, by its name."""
        return self._missed(), []

    def _missed(self) -> dict[str, int]:
        return {station.name: station.port.missed() + station.refused for station in self._wire.stations}

    def do_watch(self, given: list[int]) -> Value:
        """Tell an eventfd of every change of the record; the value names it for `unwatch`."""
        watcher = given.pop()
        self._wire.watchers.append(watcher)
        return watcher, []

    def do_unwatch(self, given: list[int], watcher: int) -> Value:
        """Tell a watcher no more."""
        self._wire.watchers.remove(watcher)
        os.close(watcher)
        return None, []

    def do_end(self, given: list[int]) -> Value:
        """The notebook lets the network go."""
        self._wire.end()
        return None, []

    def do_inject(self, given: list[int], host: int, frame: bytes) -> Value:
        """Put a frame on the wire as if the host had sent it."""
        self._wire.inject(self._wire.stations[host], frame)
        return None, []
