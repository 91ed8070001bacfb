"""The loop of the wire: what it takes, what it hands over, and when it calls itself quiet."""

from __future__ import annotations

import os
from mmap import mmap
from random import Random
from types import SimpleNamespace

import pytest

from labkit.wire import loop
from labkit.wire.cable import Cable
from labkit.wire.loop import Wire
from labkit.wire.record import Reader, Writer
from labkit.wire.requests import Requests
from labkit.wire.station import Station
from labkit.wire.switch import Switch

MS = 1_000_000
PLAIN = dict(loss=0, burst=1, rate_mbit=None, queue_packets=100, delay_ms=0, jitter_ms=0)
MACS = [b"\2\0\0\0\0" + bytes([number]) for number in range(4)]


class Port:
    """A host's: what it is sent leaves by another port of the same host at once, where there is one."""

    def __init__(self, passes_on=None):
        self.descriptor = os.eventfd(0)
        self.passes_on, self.got, self.leaving = passes_on, [], []

    def receive(self, most):
        taken, self.leaving = self.leaving[:most], self.leaving[most:]
        return taken

    def send(self, frame):
        self.got.append(frame)
        if self.passes_on:
            self.passes_on.leaving.append(MACS[3] + MACS[2] + frame[12:])
        return True


@pytest.fixture
def row(monkeypatch):
    """A wire with a client, a router with two ports, and a server; its clock stands at `row.now`."""
    wire = Wire(Writer(mmap(-1, 1 << 20)))
    wire.now = 5 * MS
    monkeypatch.setattr(loop, "monotonic_ns", lambda: wire.now)
    out = Port()
    lan, wan = Switch(), Switch()
    ports = [Port(), Port(passes_on=out), out, Port()]
    for index, (port, switch) in enumerate(zip(ports, (lan, lan, wan, wan), strict=True)):
        cable = Cable(Random(index), Random(index))
        cable.set(PLAIN)
        judges = wire.judges.of(str(index), "")
        wire.add(Station(index, str(index), MACS[index], switch, port, cable, judges))
    yield wire
    for port in ports:
        os.close(port.descriptor)


@pytest.mark.parametrize("late_ms", [0, 1, 50])
def test_what_a_router_passes_on_when_it_gets_a_frame_that_was_due_is_under_way_too(row, late_ms):
    client, _, inner, server = row.stations
    client.cable.set({**PLAIN, "delay_ms": 10})
    inner.cable.set({**PLAIN, "delay_ms": 30})
    client.port.leaving.append(MACS[1] + MACS[0] + b"\x08\0" + bytes(46))
    assert not row.quiet()
    row.now += 10 * MS + late_ms * MS  # by now it is due, and the loop has not had its turn
    assert not row.quiet() and not server.port.got
    row.now += 30 * MS
    assert row.quiet() and len(server.port.got) == 1


class Endless(Port):
    """That of a host which sends without end."""

    def receive(self, most):
        return [MACS[3] + MACS[2] + b"\x08\0" + bytes(46)]


def test_a_host_that_sends_without_end_is_never_quiet(row):
    row.stations[2].port = Endless()
    assert not row.quiet()
    os.close(row.stations[2].port.descriptor)


def test_what_is_put_on_the_wire_for_a_host_is_behind_what_the_host_has_sent(row):
    client, router, _, _ = row.stations
    frames = [MACS[1] + MACS[0] + b"\x08\0" + bytes(45) + bytes([number]) for number in range(3)]
    client.port.leaving += frames[:2]
    row.inject(client, frames[2])
    assert router.port.got == frames


def test_every_frame_is_news_also_where_none_is_recorded(row):
    record = Reader(row.notes.record.memory)
    seen = [record.version]
    for _ in range(2):
        row.stations[0].port.leaving.append(MACS[1] + MACS[0] + b"\x08\0" + bytes(46))
        assert row.quiet()
        seen.append(record.version)
    assert len(set(seen)) == 3
    assert row.quiet() and record.version == seen[-1]


def test_a_capture_ends_where_it_was_found_to_be_at_rest_or_goes_on(row):
    row.notes.recording = 1
    requests = SimpleNamespace(_wire=row, _missed=dict)
    settled = row.notes.record.head
    row.stations[0].port.leaving.append(MACS[1] + MACS[0] + b"\x08\0" + bytes(46))
    assert Requests.do_capture_stop(requests, None, settled) == (None, [])
    settled = row.notes.record.head
    assert Requests.do_capture_stop(requests, None, settled) == ((settled, {}), [])
    row.stations[0].cable.set({**PLAIN, "delay_ms": 10})
    row.stations[0].port.leaving.append(MACS[1] + MACS[0] + b"\x08\0" + bytes(46))
    assert not row.quiet()
    settled = row.notes.record.head
    assert Requests.do_capture_stop(requests, None, settled) == (None, []), "it is under way"
    assert Requests.do_capture_stop(requests, None, None) == ((settled, {}), []), "whoever waits no longer"


class Boxes(Port):
    """That of a router with boxes: each frame that it gets is answered by one of them, `answers` times."""

    def __init__(self, answers):
        super().__init__()
        self.answers, self.waiting = answers, []

    def receive(self, most):
        taken, self.waiting = self.waiting, []
        return taken

    def send(self, frame):
        self.got.append(frame)
        if self.answers:
            self.answers -= 1
            self.waiting.append(frame[6:12] + frame[:6] + frame[12:])
        return True


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("answers", [0, 1, 7])
def test_what_boxes_answer_to_each_other_waits_for_nothing_else(row, first, answers):
    """No descriptor tells of it, so what is left in a turn would be there until somebody sends."""
    stations = row.stations[:2]
    for station in stations:
        station.port = Boxes(answers)
        row.boxed[station] = station.port
    one, other = stations[first], stations[1 - first]
    one.port.waiting.append(other.mac + one.mac + b"\x08\0" + bytes(46))
    row._release()
    assert not (one.port.waiting or other.port.waiting)
    assert (len(other.port.got), len(one.port.got)) == (answers + 1, answers)
    for station in stations:
        os.close(station.port.descriptor)


def test_boxes_that_answer_each_other_without_end_do_not_hold_up_the_wire(row):
    for station in row.stations[:2]:
        station.port = row.boxed[station] = Boxes(10**9)
    one, other = row.stations[:2]
    one.port.waiting.append(other.mac + one.mac + b"\x08\0" + bytes(46))
    row._release()
    assert one.port.waiting or other.port.waiting
    for station in (one, other):
        os.close(station.port.descriptor)
