"""The wire: one loop that takes each frame from its host and hands it over, at once or when its time has come.

The laws:

1. One thread, one loop: it serves whoever is ready (ports, the timer, the notebook, programs that end) and between
   two turns nothing is half done.
2. A frame that nothing acts on (a plain cable, no fault, no cut, one known receiver) is handed over in the turn that
   took it, and costs no object of its own. Any other frame is `transit`'s: the loop asks when it is due, and knows
   no effect, no fault and no condition by name.
3. While a capture is open every frame taken is in the record, in the order in which they were taken; a fate
   is filled in when it is known. Whoever watches is told once a turn, when something has changed.
4. The clock is read once for a frame's departure and once for its arrival; what is due later is due at a time, so
   errors of the loop's timing do not add up.
"""

from __future__ import annotations

import os
import select
from time import monotonic_ns

from labkit.wire import record as rec
from labkit.wire.judges import Judges
from labkit.wire.notes import Notes
from labkit.wire.transit import Traffic
from labkit.wire.waiting import Processors, Waiting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from labkit.wire.boxes.boxed import Boxed
    from labkit.wire.record import Writer
    from labkit.wire.station import Station

_BATCH = 64  # frames taken from one host before the others have their turn
_TURNS = 1000  # that ports are served at most in one turn, should hosts, or boxes, send without end


class Wire:
    """Stations, each joined to others by the switch of its segment, and the record of all that crosses any of them."""

    def __init__(self, record: Writer) -> None:
        self.notes = Notes(record)
        self.stations: list[Station] = []
        self.judges = Judges()
        self.traffic = Traffic(self.notes, self.judges, monotonic_ns)
        self.boxed: dict[Station, Boxed] = {}  # whose ports are behind middle boxes
        self.watchers: list[int] = []  # eventfds that are told of every change
        self.ended = False
        self._by_descriptor: dict[int, Station] = {}
        self._handlers: dict[int, Callable[[], object]] = {}
        # numbers that were unhandled in this turn, and may have been given anew
        self._let_go: set[int] = set()
        self._taken = 0  # frames, from all hosts
        self._told = (0, 0, 0)
        self._waiting = Waiting(Processors())
        self._due = 0  # when the next frame under way is, monotonic ns; 0: none is

    # What else the loop serves

    def handle(self, descriptor: int, handler: Callable[[], object]) -> None:
        """Call `handler()` whenever `descriptor` is ready to be read."""
        self._handlers[descriptor] = handler
        self._waiting.register(descriptor)

    def unhandle(self, descriptor: int) -> None:
        """Serve `descriptor` no more."""
        del self._handlers[descriptor]
        self._waiting.unregister(descriptor)
        self._let_go.add(descriptor)

    def add(self, station: Station) -> None:
        """Join an interface of a host to its segment."""
        station.switch.add(station)
        self.stations.append(station)
        self._by_descriptor[station.port.descriptor] = station
        self._waiting.register(station.port.descriptor)

    # The loop

    def run(self) -> None:
        """Be the wire until `end()` is called."""
        while not self.ended:
            self.turn()

    def end(self) -> None:
        """Let this turn of the loop be the last."""
        self.ended = True

    def turn(self) -> None:
        """Wait until there is something to serve, and serve it."""
        taken = 0
        for descriptor, what in self._waiting.events(self._due):
            station = self._by_descriptor.get(descriptor)
            if station is not None:
                frames = self._take_from(station)
                taken += frames
                if not frames and what & (select.EPOLLERR | select.EPOLLHUP):
                    self._gone(station)
            else:
                handler = self._handlers.get(descriptor)
                if (
                    handler is not None and descriptor not in self._let_go
                ):  # else this news was for who had it before
                    handler()
        self._let_go.clear()
        self._release()
        self._tell()
        if taken:
            self._waiting.soon()

    def quiet(self) -> bool:
        """Serve the ports until none has a frame waiting; returns whether nothing is under way any more."""
        empty = False
        for _ in range(_TURNS):
            self._release()  # before the ports: what it hands over, a router may have passed on
            empty = not sum([self._take_from(station) for station in self.stations])
            if empty:
                break
        self._tell()
        return empty and not self.traffic.under_way

    def inject(self, station: Station, data: bytes) -> None:
        """Put a frame on the wire as if the host had sent it, behind what it has sent by now."""
        self.quiet()
        self._taken += 1
        station.tally.batch([data])
        self.traffic.enter(station, data, monotonic_ns())

    def _take_from(self, station: Station) -> int:
        frames = station.port.receive(_BATCH)
        if not frames:
            return 0
        station.tally.batch(frames)
        self._taken += len(frames)
        traffic, switch, notes = self.traffic, station.switch, self.notes
        table, record, recording, snap = switch.table, notes.record, notes.recording, notes.snap
        at_once = (
            station.cable.plain
            and station not in traffic.busy
            and not (station.cut or traffic.faulty or switch.hub)
        )
        for frame in frames:
            now = monotonic_ns()
            if at_once:
                sender = frame[6:12]
                if table.get(sender) is not station and not sender[0] & 1:
                    table[sender] = station
                target = table.get(frame[:6])
                if target is not None and target is not station and not target.cut:
                    if recording:
                        kept = frame if snap is None else frame[:snap]
                        offset = record.frame(
                            kept, len(frame), now, station.index, target.index, rec.DELIVERED, monotonic_ns()
                        )
                    if not target.port.send(frame):
                        target.refused += 1
                        station.tally.refused(len(frame))
                        if recording and offset:
                            record.fate(offset, rec.REFUSED)
                            record.arrival(offset, 0)
                    continue
            traffic.enter(station, frame, now)
        return len(frames)

    def _gone(self, station: Station) -> None:
        """Somebody has removed the host's interface: to epoll it would be ready for ever."""
        del self._by_descriptor[station.port.descriptor]
        self._waiting.unregister(station.port.descriptor)

    def _release(self) -> None:
        """Let go on what is due, and note when the next frame is."""
        self._due = 0
        if self.boxed:
            self._take_answers()
        if self.traffic.busy:
            self.traffic.release(monotonic_ns())
            if self.boxed:
                self._take_answers()  # to what has only now come to a box
            self._due = self.traffic.next_time() or 0

    def _take_answers(self) -> None:
        """What middle boxes answer outwards, of which no descriptor tells; and what others answer to that."""
        for _ in range(_TURNS):
            waiting = [station for station, port in self.boxed.items() if port.waiting]
            if not waiting:
                break
            for station in waiting:
                self._take_from(station)

    def _tell(self) -> None:
        """Say in the record, and to those who watch, that something has changed."""
        record = self.notes.record
        state = (record.head, self.traffic.under_way, self._taken)
        if state != self._told:
            record.changed(state[1])
            if self.notes.recording:
                record.make_ready()
            self._told = state
            for watcher in self.watchers:
                os.eventfd_write(watcher, 1)
