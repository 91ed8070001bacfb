"""The way of a frame that takes time, has several receivers, or meets a fault. Reads no clock, opens nothing.

The laws:

1. A frame goes through the effect of the fault that strikes it whole, the cable, and, receiver by receiver, the
   effect of the fault that strikes this copy. It enters each at the time at which it left the one before.
2. What an effect does is its own affair: `Traffic` pushes, pops and asks for the next time, and knows none by name.
3. A duplicate, or a copy that a fault has struck, is a part that goes its own way. A frame is under way as long
   as a part of it is; then it counts once: as handed over if anybody got a part, else by the fate of the last
   part that did not arrive.
4. An arrival is noted before the host gets the frame, and can answer it.
"""

from __future__ import annotations

from labkit.wire import record as rec
from labkit.wire.effects import effect_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from labkit.wire.judge import Counted
    from labkit.wire.judges import Judges
    from labkit.wire.notes import Notes
    from labkit.wire.rewriting import Change
    from labkit.wire.station import Station


class Sent:
    """A frame as its host sent it: its place in the record, and what is left of it under way."""

    __slots__ = ("arrived", "fault", "generation", "lost", "offset", "parts", "source")

    def __init__(self, source: Station, offset: int, generation: int) -> None:
        self.source, self.offset, self.generation = source, offset, generation
        self.fault = rec.NO_FAULT  # number of the fault that struck it
        self.parts = 0  # transits under way
        self.arrived = False  # somebody got one of them
        self.lost = rec.DELIVERED  # the fate of the last that did not arrive


class Transit:
    """A frame under way, or a part of one; its length is that of its bytes."""

    __slots__ = ("data", "fault", "receivers", "sent", "single")

    def __init__(
        self, data: bytes, sent: Sent, receivers: Sequence[Station], fault: int = rec.NO_FAULT
    ) -> None:
        self.data, self.sent, self.receivers = data, sent, receivers
        self.fault = fault  # number of the fault that struck this part
        self.single: dict[str, Counted] = {}  # receiver's name: the fault that strikes this receiver's copy
        sent.parts += 1

    def __len__(self) -> int:
        return len(self.data)

    def twin(self) -> Transit:
        """Another part of the same frame, for the same receivers."""
        twin = Transit(self.data, self.sent, self.receivers, self.fault)
        twin.single = self.single
        return twin

    def damaged(self) -> Transit:
        """Itself, with all bits of the last byte turned over."""
        self.data = self.data[:-1] + bytes([self.data[-1] ^ 0xFF])
        return self

    def changed(self, change: Change) -> Transit:
        """Itself, after the change."""
        self.data = change.of(self.data)
        return self


class Traffic:
    """All frames under way.

    clock   the time that an arrival is noted with, monotonic ns
    judges  of the faults that are set anywhere
    """

    def __init__(self, notes: Notes, judges: Judges, clock: Callable[[], int]) -> None:
        self.under_way = 0  # frames
        self.busy: dict[Station, None] = {}  # stations that have some of them, the longest busy first
        self.faulty = False  # is any fault set?
        self._notes, self._judges, self._clock = notes, judges, clock

    def faults_changed(self) -> None:
        """A judge has been given other faults."""
        self.faulty = self._judges.any_faults()

    def enter(self, station: Station, frame: bytes, now: int) -> None:
        """A station's host has sent a frame at `now`, ns."""
        station.tally.slow(len(frame))
        receivers = station.switch.receivers(frame, station)
        offset = self._notes.begin(frame, now, station, receivers)
        transit = Transit(frame, Sent(station, offset, self._notes.record.generation), receivers)
        self.under_way += 1
        if station.cut:
            self._lose(transit, rec.CUT)
            return
        fault = self._judged(transit, now) if self.faulty else None
        if fault is None:
            self._push(transit, now)
        else:
            self._strike(transit, fault, now)
        self._settle(station)

    def release(self, now: int) -> None:
        """Let go on what is due by `now`, ns; what has come furthest goes first."""
        for station in list(self.busy):
            for _, copy in station.behind.pop(now):
                self._arrive(copy)
            for left, transit in station.before.pop(now):
                self._push(transit, left)
            self._leave_cable(station, now)
            self._settle(station)

    def next_time(self) -> int | None:
        """When the next frame is due, monotonic ns; None when none is under way."""
        times = [station.next_time() for station in self.busy]
        return min([time for time in times if time is not None], default=None)

    def _settle(self, station: Station) -> None:
        if station.next_time() is None:
            self.busy.pop(station, None)
        else:
            self.busy[station] = None

    # Stage by stage

    def _judged(self, transit: Transit, now: int) -> Counted | None:
        """Which fault strikes the frame on its way to all its receivers; those of single copies go with it."""
        source = transit.sent.source
        names = [receiver.name for receiver in transit.receivers]
        common = None
        passed_on = source.passes_on(transit.data)
        for judge in source.judges:
            if judge.faults:
                again = passed_on and judge is source.judges[0]  # the network's has seen it where it was sent
                found, single = judge.judge(transit.data, source.name, names, again, now)
                common = common or found
                for name, counted in single.items():
                    transit.single.setdefault(name, counted)
        return common

    def _strike(self, transit: Transit, fault: Counted, now: int) -> None:
        sent = transit.sent
        sent.fault = transit.fault = fault.number
        self._notes.fate(sent, rec.IN_FLIGHT)
        effect = effect_of(fault.fault)
        fate = effect.push(transit, now)
        if fate:
            self._lose(transit, rec.FATE_OF[fate])
        for left, each in effect.pop(now):
            self._push(each, left)
        sent.source.before.hold(effect)

    def _push(self, transit: Transit, now: int) -> None:
        """Into the cable, and behind it those that have waited for it to go by; others may have waited for these."""
        source = transit.sent.source
        following = [(now, transit)]
        for left, each in following:  # which grows as we go; a call for each could be thousands deep
            fate = source.cable.push(each, left)
            if fate:
                self._lose(each, rec.FATE_OF[fate])
            else:
                self._leave_cable(source, left)
            following += source.before.passed(left)

    def _leave_cable(self, station: Station, now: int) -> None:
        cable = station.cable
        for left, transit in cable.pop(now):
            self._deliver(transit, left)
        if cable.ended:
            for transit, fate in cable.ended:
                self._lose(transit, rec.FATE_OF[fate])
            cable.ended.clear()

    def _deliver(self, transit: Transit, now: int) -> None:
        """The frame has come through the cable: to each receiver, or into the fault that strikes its copy."""
        sent = transit.sent
        source = sent.source
        if not source.cut:
            source.switch.crossed(transit.data, source)
        free = source.behind.passed(now)
        fate = rec.DELIVERED
        single = transit.single
        for receiver in transit.receivers:
            fault = single.get(receiver.name) if single else None
            if fault is None:
                fate = self._hand_over(transit, receiver)
            else:
                self._strike_copy(Transit(transit.data, sent, [receiver], fault.number), fault, now)
        if not transit.receivers:
            # no other station: an address of the sender's own, else a group that the switch knows no member of
            fate = rec.FILTERED if transit.data[0] & 1 else rec.DELIVERED
            self._notes.fate(sent, fate)
        self._end(sent, fate)
        for _, copy in free:
            self._arrive(copy)

    def _strike_copy(self, copy: Transit, fault: Counted, now: int) -> None:
        effect = effect_of(fault.fault)
        fate = effect.push(copy, now)
        if fate:
            self._notes.arrival(copy, copy.receivers[0], rec.FATE_OF[fate])
            self._end(copy.sent, rec.FATE_OF[fate])
        for _, each in effect.pop(now):
            self._arrive(each)
        copy.sent.source.behind.hold(effect)

    # The end of the way

    def _arrive(self, copy: Transit) -> None:
        self._end(copy.sent, self._hand_over(copy, copy.receivers[0]))

    def _hand_over(self, transit: Transit, receiver: Station) -> int:
        """Give a receiver the frame; returns what became of it there."""
        sent = transit.sent
        if receiver.cut or sent.source.cut:
            self._notes.arrival(transit, receiver, rec.CUT)
            return rec.CUT
        noted = self._notes.arrival(transit, receiver, rec.DELIVERED, self._clock())
        if not receiver.port.send(transit.data):
            receiver.refused += 1
            self._notes.refused(transit, noted)
            return rec.REFUSED
        if not sent.arrived:
            sent.arrived = True
            sent.source.tally.handed(len(transit.data))
        return rec.DELIVERED

    def _lose(self, transit: Transit, fate: int) -> None:
        """A part has come to its end before it came to any receiver."""
        self._notes.fate(transit.sent, fate)
        self._end(transit.sent, fate)

    def _end(self, sent: Sent, fate: int) -> None:
        """A part has come to its end; with the last of them the frame has."""
        if fate != rec.DELIVERED:
            sent.lost = fate
        sent.parts -= 1
        if not sent.parts:
            self.under_way -= 1
            if not sent.arrived and sent.lost != rec.DELIVERED:
                sent.source.tally.ended[sent.lost] += 1
