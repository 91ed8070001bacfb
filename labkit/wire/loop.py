"""The wire: one loop that takes each frame from its host, asks the cable what becomes of it, and delivers it."""

import ctypes
import heapq
import itertools
import os
import select
import struct
from time import monotonic_ns

from . import record as rec
from .faults import Judge
from .snooping import Snooping
from .tally import Tally

_BATCH = 64  # frames taken from one host before the others have their turn
_REORDER_PATIENCE = 1_000_000_000
_libc = ctypes.CDLL(None, use_errno=True)


class Station:
    """One host's place on the wire: its port, its cable, its faults."""

    def __init__(self, index, name, mac, network, port, cable, judge):
        self.index = index
        self.name = name
        self.mac = mac
        self.network = network  # descriptor of the host's network namespace
        self.port = port
        self.cable = cable
        self.judge = judge
        self.cut = False
        self.refused = 0  # frames that the host's kernel would not take
        self.overtakers = []  # [frames still to let pass, transit] held back by Reorder
        self.tally = Tally()


class Transit:
    """A frame under way that does not arrive at once."""

    __slots__ = (
        "arrived",
        "data",
        "fault",
        "generation",
        "held",
        "late",
        "offset",
        "receivers",
        "single",
        "source",
    )

    def __init__(self, data, source, receivers, offset, generation, single):
        self.data, self.source, self.receivers = data, source, receivers
        self.offset, self.generation = offset, generation
        self.single = single  # {receiver's name: (number, fault)} for those of several receivers
        self.fault = rec.NO_FAULT
        self.held = False
        self.late = False  # one receiver's copy, which has the cable behind it
        self.arrived = False  # somebody got it

    def __len__(self):
        return len(self.data)


class Wire:
    """Stations joined by a learning switch (or, with `hub`, by a hub), and the record of all that crosses it.

    With `snooping` the switch sends an IPv4 multicast to those that want it, otherwise to all.
    """

    def __init__(self, record, hub=False, snooping=False):
        self.record = record
        self.recording = 0  # captures that are open
        self.snap = None
        self.hub = hub
        self.snooping = Snooping() if snooping else None
        self.stations = []
        self.fault_numbers = itertools.count()
        self.judge = Judge(self.fault_numbers)
        self.watchers = []  # eventfds that are told of every change
        self.ended = False
        self._table = {}  # MAC address: station
        self._by_descriptor = {}
        self._handlers = {}
        self._faulty = False
        self._busy = {}  # stations with frames in their cable
        self._held = []  # heap of (due, count, station, transit): frames held back by a fault
        self._count = 0
        self._under_way = 0
        self._told = (0, 0)
        self._armed = None
        self._epoll = select.epoll()
        self._timer = _libc.timerfd_create(1, 0o2004000)  # CLOCK_MONOTONIC, NONBLOCK | CLOEXEC
        if self._timer < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create")
        self.handle(self._timer, self._expired)

    # What else the loop serves

    def handle(self, descriptor, handler, events=select.EPOLLIN):
        """Call `handler()` whenever `descriptor` is ready."""
        self._handlers[descriptor] = handler
        self._epoll.register(descriptor, events)

    def unhandle(self, descriptor):
        del self._handlers[descriptor]
        self._epoll.unregister(descriptor)

    def add(self, station):
        self.stations.append(station)
        self._table[station.mac] = station
        self._by_descriptor[station.port.descriptor] = station
        self._epoll.register(station.port.descriptor, select.EPOLLIN)

    def faults_changed(self):
        self._faulty = bool(self.judge.faults) or any(station.judge.faults for station in self.stations)

    # The loop

    def run(self):
        while not self.ended:
            self.step(-1)

    def step(self, timeout):
        """Serve what is ready, waiting `timeout` seconds at most (-1: for ever). Returns whether there was anything."""
        events = self._epoll.poll(timeout)
        for descriptor, what in events:
            station = self._by_descriptor.get(descriptor)
            if station is not None:
                if not self._take_from(station) and what & (select.EPOLLERR | select.EPOLLHUP):
                    self._gone(station)
            else:
                handler = self._handlers.get(descriptor)
                if handler is not None:  # one that an earlier handler of this round took out is gone
                    handler()
        if self._busy or self._held:
            self._release()
        self._tell()
        return bool(events)

    def _gone(self, station):
        """Somebody has removed the host's eth0: to epoll it would be ready for ever."""
        del self._by_descriptor[station.port.descriptor]
        self._epoll.unregister(station.port.descriptor)

    def quiet(self):
        """Serve the ports until none has a frame waiting; returns whether nothing is under way any more."""
        for _ in range(1000):
            taken = 0
            for station in self.stations:
                taken += self._take_from(station)
            if self._busy or self._held:
                self._release()
            if not taken:
                break
        self._tell()
        return not self._under_way

    def inject(self, station, data):
        """Put a frame on the wire as if the host had sent it."""
        station.tally.batch([data])
        self._enter(station, data, monotonic_ns())

    def _take_from(self, station):
        frames = station.port.receive(_BATCH)
        if not frames:
            return 0
        station.tally.batch(frames)
        table, record, recording, snap = self._table, self.record, self.recording, self.snap
        at_once = (
            station.cable.plain
            and station not in self._busy
            and not (station.cut or self._faulty or self.hub)
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
            self._enter(station, frame, now)
        return len(frames)

    # The way of a frame that takes time, has several receivers, or meets a fault

    def _enter(self, station, frame, now):
        station.tally.slow(len(frame))
        sender = frame[6:12]
        if not sender[0] & 1:
            self._table[sender] = station
        target = None if self.hub else self._table.get(frame[:6])
        if target is None:
            receivers = [other for other in self.stations if other is not station]
            if self.snooping and frame[0] & 1:
                receivers = self.snooping.receivers(frame, receivers)
        else:
            receivers = [target] if target is not station else []
        offset = 0
        if self.recording:
            to = receivers[0].index if len(receivers) == 1 else rec.MANY
            kept = frame if self.snap is None else frame[: self.snap]
            offset = self.record.frame(kept, len(frame), now, station.index, to)
        transit = Transit(frame, station, receivers, offset, self.record.generation, {})
        self._under_way += 1
        if station.cut:
            self._end(transit, rec.CUT)
            return
        common = self._judge(transit) if self._faulty else None
        if common is None:
            self._push(station, transit, now)
        else:
            self._strike(station, transit, now, *common)

    def _judge(self, transit):
        station = transit.source
        names = [receiver.name for receiver in transit.receivers]
        common = None
        for judge in (self.judge, station.judge):
            if judge.faults:
                found, single = judge.judge(transit.data, station.name, names)
                common = common or found
                transit.single.update(single)
        return common

    def _strike(self, station, transit, now, number, fault):
        """A fault hits the frame on its way to all its receivers."""
        self._mark(transit, number)
        if fault.kind == "drop":
            self._end(transit, rec.DROPPED)
        elif fault.kind == "delay":
            self._hold(station, transit, now + round(fault.ms * 1_000_000))
        elif fault.kind == "reorder":
            station.overtakers.append([fault.behind, transit])
            self._hold(station, transit, now + _REORDER_PATIENCE)
        elif fault.kind == "corrupt":
            transit.data = _corrupted(transit.data)
            self._push(station, transit, now)
        elif fault.kind == "duplicate":
            self._push(station, transit, now)
            for _ in range(fault.copies):
                twin = Transit(
                    transit.data,
                    station,
                    transit.receivers,
                    transit.offset,
                    transit.generation,
                    transit.single,
                )
                twin.fault = number
                self._under_way += 1
                self._push(station, twin, now)

    def _hold(self, station, transit, due):
        transit.held = True
        self._count += 1
        heapq.heappush(self._held, (due, self._count, station, transit))

    def _push(self, station, transit, now):
        fate = station.cable.push(transit, now)
        if fate:
            self._end(transit, rec.FATE_OF[fate])
        else:
            self._busy[station] = True
            self._release_cable(station, now)
        if station.overtakers:
            self._let_pass(station, transit, now)

    def _let_pass(self, station, passing, now):
        for entry in station.overtakers[:]:
            if entry[1] is passing or entry[1].late or not entry[1].held:
                continue
            entry[0] -= 1
            if entry[0] <= 0:
                station.overtakers.remove(entry)
                entry[1].held = False
                self._push(station, entry[1], now)

    def _release(self):
        now = monotonic_ns()
        held = self._held
        while held and (held[0][0] <= now or not held[0][3].held):
            due, _, station, transit = heapq.heappop(held)
            if transit.held:
                transit.held = False
                station.overtakers = [entry for entry in station.overtakers if entry[1] is not transit]
                if transit.late:
                    self._deliver(transit)
                else:
                    self._push(station, transit, due)
        for station in list(self._busy):
            self._release_cable(station, now)
        self._arm()

    def _release_cable(self, station, now):
        cable = station.cable
        for _, transit in cable.pop(now):
            self._deliver(transit)
        if cable.ended:
            for transit, fate in cable.ended:
                self._end(transit, rec.FATE_OF[fate])
            cable.ended.clear()
        if cable.next_time() is None:
            self._busy.pop(station, None)

    def _deliver(self, transit):
        receivers = transit.receivers
        if self.snooping and not (transit.late or transit.source.cut):
            self.snooping.learn(transit.data, transit.source)
        overtaken = [] if transit.late else [entry for entry in transit.source.overtakers if entry[1].late]
        fate = rec.DELIVERED
        if len(receivers) == 1:
            fate = self._hand_over(transit, receivers[0])
        for receiver in receivers if len(receivers) > 1 else ():
            number, fault = transit.single.get(receiver.name, (rec.NO_FAULT, None))
            if fault is None:
                fate = self._hand_over(transit, receiver)
            elif fault.kind == "drop":
                fate = rec.DROPPED
                self._note(transit, receiver, fate, 0, number)
            elif fault.kind == "corrupt":
                fate = self._hand_over(transit, receiver, number, _corrupted(transit.data))
            elif fault.kind == "duplicate":
                for _ in range(fault.copies + 1):
                    fate = self._hand_over(transit, receiver, number)
            else:
                # Delay and Reorder of one receiver's copy: it waits by itself behind the cable
                late = Transit(
                    transit.data, transit.source, [receiver], transit.offset, transit.generation, {}
                )
                late.fault = number
                late.late, late.arrived = True, transit.arrived
                wait = round(fault.ms * 1_000_000) if fault.kind == "delay" else _REORDER_PATIENCE
                self._under_way += 1
                if fault.kind == "reorder":
                    transit.source.overtakers.append([fault.behind, late])
                self._hold(transit.source, late, monotonic_ns() + wait)
        self._under_way -= 1
        if not receivers:
            # no other station: an address of the sender's own, else a group that the switch knows no member of
            fate = rec.FILTERED if transit.data[0] & 1 else rec.DELIVERED
            self._patch(transit, fate)
        if not transit.arrived and fate != rec.DELIVERED:
            transit.source.tally.ended[fate] += 1
        for entry in overtaken:
            entry[0] -= 1
            if entry[0] <= 0 and entry[1].held:
                transit.source.overtakers.remove(entry)
                entry[1].held = False
                self._deliver(entry[1])

    def _hand_over(self, transit, receiver, fault=rec.NO_FAULT, data=None):
        if receiver.cut or transit.source.cut:
            self._note(transit, receiver, rec.CUT, 0, fault)
            return rec.CUT
        before = self._recorded_fate(transit)
        # Written before the host gets the frame, and can answer.
        where = self._note(transit, receiver, rec.DELIVERED, monotonic_ns(), fault)
        if not receiver.port.send(transit.data if data is None else data):
            receiver.refused += 1
            if where:
                self.record.refuse(where)
                if where != transit.offset:
                    self._set_fate(transit, rec.REFUSED if before == rec.IN_FLIGHT else before)
            return rec.REFUSED
        if not transit.arrived:
            transit.arrived = True
            transit.source.tally.handed(len(transit.data))
        return rec.DELIVERED

    # The record

    def _note(self, transit, receiver, fate, arrived, fault):
        """One receiver's share: in the frame's own entry if that is its only arrival, else as a copy."""
        record = self.record
        if not transit.offset or transit.generation != record.generation:
            return 0
        number = fault if fault != rec.NO_FAULT else transit.fault
        if (
            len(transit.receivers) == 1
            and not record.arrived(transit.offset)
            and record.is_for(transit.offset, receiver.index)
        ):
            if arrived:
                record.arrival(transit.offset, arrived)
            record.fate(transit.offset, fate, number)
            return transit.offset
        where = record.copy(transit.offset, arrived, receiver.index, fate, number)
        if fate == rec.DELIVERED or record.fate_of(transit.offset) == rec.IN_FLIGHT:
            record.fate(transit.offset, fate, transit.fault)  # several receivers: one that got it is enough
        return where

    def _recorded_fate(self, transit):
        known = transit.offset and transit.generation == self.record.generation
        return self.record.fate_of(transit.offset) if known else None

    def _set_fate(self, transit, fate):
        self.record.fate(transit.offset, fate, transit.fault)

    def _mark(self, transit, number):
        transit.fault = number
        self._patch(transit, rec.IN_FLIGHT)

    def _patch(self, transit, fate):
        if transit.offset and transit.generation == self.record.generation:
            if self.record.fate_of(transit.offset) == rec.DELIVERED:  # by a duplicate of it
                return
            self.record.fate(transit.offset, fate, transit.fault)

    def _end(self, transit, fate):
        self._under_way -= 1
        transit.source.tally.ended[fate] += 1
        self._patch(transit, fate)

    # Time, and those who wait

    def _arm(self):
        """Set the timer to the next moment at which a frame is due."""
        times = [self._held[0][0]] if self._held else []
        times += [time for time in (station.cable.next_time() for station in self._busy) if time is not None]
        due = min(times, default=0)
        if due != self._armed:
            self._armed = due
            setting = struct.pack("qqqq", 0, 0, *divmod(due, 1_000_000_000))
            _libc.timerfd_settime(self._timer, 1, setting, None)  # absolute; 0 disarms

    def _expired(self):
        try:
            os.read(self._timer, 8)
        except BlockingIOError:  # re-armed since
            return
        self._armed = None

    def _tell(self):
        state = (self.record.head, self._under_way)
        if state != self._told:
            self.record.changed(state[1])
            if self.recording:
                self.record.make_ready()
            self._told = state
            for watcher in self.watchers:
                os.eventfd_write(watcher, 1)


def _corrupted(data):
    return data[:-1] + bytes([data[-1] ^ 0xFF])
