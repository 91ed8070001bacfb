"""What the notebook may ask of the helper: one message, one answer, descriptors beside them.

Messages are marshalled tuples on an inherited socket pair (SOCK_SEQPACKET): both ends are the same
interpreter, and marshal is there without an import. A message is (number, operation, arguments); the answer
(number, "ok", value) or (number, "error", (kind, errno, text, filename)). Numbers let the notebook pass over
the answer to a question that a KeyboardInterrupt made it forget.
"""

import marshal
import mmap
import os
import socket
import struct
import traceback
from time import monotonic_ns

from . import namespaces
from .channel import MAX_MESSAGE
from .faults import from_message
from .programs import Programs

_IPPROTO_IP, _IP_LOCAL_PORT_RANGE = 0, 51
_LARGEST_WINDOW = 6_291_456  # the most that tcp_rmem allows a receive buffer
_FIRST_PORT, _LAST_PORT = 40_000, 60_999


class Control:
    """Carries out what the notebook asks, between two turns of the wire's loop."""

    def __init__(self, channel, wire, wire_network, record_memory):
        self._channel = channel
        self._wire = wire
        self._wire_network = wire_network
        self._record_memory = record_memory
        self._programs = Programs(wire)
        self._next_port = {}
        wire.handle(channel.fileno(), self.serve)

    def serve(self):
        try:
            data, descriptors, _, _ = socket.recv_fds(self._channel, MAX_MESSAGE, 8)
        except ConnectionResetError:
            data = b""
        if not data:
            self._wire.ended = True
            return
        number, operation, arguments = marshal.loads(data)
        given = list(descriptors)
        try:
            value, answer_descriptors = getattr(self, "do_" + operation)(given, *arguments)
            answer = (number, "ok", value)
        except OSError as error:
            answer, answer_descriptors = (
                (
                    number,
                    "error",
                    (type(error).__name__, error.errno or 0, error.strerror or str(error), error.filename),
                ),
                [],
            )
        except Exception:  # a fault of ours: the learner sees it, and the wire goes on
            answer, answer_descriptors = (number, "error", ("Bug", 0, traceback.format_exc(), None)), []
        finally:
            for descriptor in given:  # what the operation took over is no longer in the list
                os.close(descriptor)
        try:
            self.send(answer, answer_descriptors)
        finally:
            for descriptor in answer_descriptors:
                os.close(descriptor)

    def send(self, message, descriptors=()):
        try:
            socket.send_fds(self._channel, [marshal.dumps(message)], descriptors)
        except (BrokenPipeError, ConnectionResetError):
            self._wire.ended = True

    def end(self):
        self._programs.end_all()

    # Operations: (descriptors given, arguments) -> (value, descriptors to hand over)

    def do_socket(self, given, host, family, kind, protocol):
        station = self._wire.stations[host]
        namespaces.enter(station.network)
        try:
            made = socket.socket(family, kind, protocol)
        finally:
            namespaces.enter(self._wire_network)
        port = None
        if family in (socket.AF_INET, socket.AF_INET6):
            if made.type == socket.SOCK_STREAM and protocol in (0, socket.IPPROTO_TCP):
                _settle_tcp(made)
            if made.type in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                port = self._give_port(made, host)
        return port, [made.detach()]

    def _give_port(self, made, host):
        """Set the ephemeral port that is next, so that the same program gets the same ports each time.

        Returns the port where this kernel cannot be told (before Linux 6.3): the caller binds to it, then.
        """
        port = self._next_port.get(host, _FIRST_PORT)
        self._next_port[host] = port + 1 if port < _LAST_PORT else _FIRST_PORT
        try:
            made.setsockopt(_IPPROTO_IP, _IP_LOCAL_PORT_RANGE, struct.pack("I", port << 16 | port))
        except OSError:
            return port
        return None

    def do_open(self, given, host, path):
        """A file of /proc/net as the host sees it."""
        namespaces.enter(self._wire.stations[host].network)
        try:
            return None, [os.open(path, os.O_RDONLY | os.O_CLOEXEC)]
        finally:
            namespaces.enter(self._wire_network)

    def do_sysctl(self, given, host, name, value):
        namespaces.enter(self._wire.stations[host].network)
        try:
            return namespaces.sysctl(name, value), []
        finally:
            namespaces.enter(self._wire_network)

    def do_spawn(self, given, host, argv, cwd, environment):
        *standard, status = given
        del given[:]
        network = self._wire.stations[host].network
        return self._programs.spawn(network, argv, cwd, environment, standard, status), []

    def do_signal(self, given, pid, number):
        return self._programs.signal(pid, number), []

    def do_conditions(self, given, host, conditions):
        self._wire.quiet()  # what left before now meets the conditions of before
        station = self._wire.stations[host]
        station.cut = conditions["cut"]
        station.cable.set(conditions)
        return None, []

    def do_faults(self, given, host, faults):
        """Set the faults of one host's link, or of all (host None)."""
        self._wire.quiet()
        judge = self._wire.judge if host is None else self._wire.stations[host].judge
        numbers = judge.set([from_message(fault) for fault in faults])
        self._wire.traffic.faults_changed()
        return numbers, []

    def do_fault_counts(self, given, host):
        self._wire.quiet()
        judge = self._wire.judge if host is None else self._wire.stations[host].judge
        return [(counted.number, counted.matched, counted.hit) for counted in judge.faults], []

    def do_capture_start(self, given, snap, abandoned=0):
        wire = self._wire
        wire.notes.recording -= abandoned
        wire.quiet()  # what left before now belongs before now
        if not wire.notes.recording:
            wire.notes.record.reset()
            # The pages of the capture before go back to the machine.
            self._record_memory.madvise(
                mmap.MADV_REMOVE, mmap.PAGESIZE, wire.notes.record.capacity - mmap.PAGESIZE
            )
            wire.notes.record.make_ready()
            wire.notes.snap = snap
        wire.notes.recording += 1
        return (wire.notes.record.head, self._missed()), []

    def do_capture_stop(self, given, patient):
        """Where a capture ends; with `patient` only if nothing is under way, else the value is None.

        The memory stays the notebook's to read until `capture_release`.
        """
        wire = self._wire
        if not wire.quiet() and patient:
            return None, []
        return (wire.notes.record.head, self._missed()), []

    def do_capture_release(self, given):
        """The notebook has read what it captured: another capture may have the memory."""
        self._wire.notes.recording -= 1
        return None, []

    def do_catch_up(self, given):
        """Take what has left the hosts by now; the value is where the record ends then."""
        self._wire.quiet()
        return self._wire.notes.record.head, []

    def do_counters(self, given):
        """(monotonic ns, a `Tally.counters()` for each host): what became of its frames since the network was made."""
        now = monotonic_ns()
        return (now, [s.tally.counters(s.cable.waiting(now)) for s in self._wire.stations]), []

    def do_missed(self, given):
        return self._missed(), []

    def _missed(self):
        return {station.name: station.port.missed() + station.refused for station in self._wire.stations}

    def do_watch(self, given):
        """Tell an eventfd of every change of the record; the value names it for `unwatch`."""
        watcher = given.pop()
        self._wire.watchers.append(watcher)
        return watcher, []

    def do_unwatch(self, given, watcher):
        self._wire.watchers.remove(watcher)
        os.close(watcher)
        return None, []

    def do_end(self, given):
        self._wire.ended = True
        return None, []

    def do_inject(self, given, host, frame):
        self._wire.inject(self._wire.stations[host], frame)
        return None, []


def _settle_tcp(made):
    """What the machine's administrator may have set otherwise for all sockets."""
    # Else the kernel takes the window's scale from net.core.rmem_max, a setting of the whole machine.
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_WINDOW_CLAMP, _LARGEST_WINDOW)
    try:
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"cubic")
    except FileNotFoundError:  # this kernel has no CUBIC: its default, Reno in our networks, stands
        pass
