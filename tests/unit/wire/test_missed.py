"""Frames that are not in the record since a port lost them or a host refused them: counted by host, from the start."""

from __future__ import annotations

import os
import socket
import struct
from types import SimpleNamespace

from labkit.wire import requests
from labkit.wire.askers import Asker
from labkit.wire.ports import PacketPort, TapPort
from labkit.wire.requests import Requests

# /proc/net/dev (proc(5)): of each interface eight numbers of what it received, then eight of what it transmitted.
DEVICES = (
    "Inter-|   Receive | Transmit\n face |bytes packets errs drop … |bytes packets errs drop …\n"
    + "".join(
        f"{name:>6}: " + " ".join(str(first + column) for column in range(1, 17)) + "\n"
        for name, first in (("lo", 0), ("eth0", 100), ("eth01", 200))
    )
)


def station(name, lost, refused):
    return SimpleNamespace(name=name, port=SimpleNamespace(missed=lambda: lost), refused=refused)


def test_what_ports_lost_and_what_hosts_refused_are_missed_alike(monkeypatch):
    # Programs would make this process a reaper of orphans.
    monkeypatch.setattr(requests, "Programs", lambda wire, limits, tables: None)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        stations = [station("a", 3, 0), station("b", 0, 4), station("c", 1, 1)]
        wire = SimpleNamespace(stations=stations, handle=lambda descriptor, handler: None)
        wire.quiet = lambda: setattr(stations[0], "refused", 1)  # what had not been handed over yet
        asker = Asker(ours, -1)
        value, handed_over = Requests(asker, wire, -1, [], None, {}, {}).do_missed(asker)
    assert (value, handed_over) == ({"a": 4, "b": 4, "c": 2}, [])


def test_a_packet_port_adds_up_what_the_kernel_forgets_when_it_is_asked():
    port = PacketPort.__new__(PacketPort)
    port._missed = 0
    told = iter([(9, 0), (20, 3), (7, 0), (8, 5)])
    port._socket = SimpleNamespace(getsockopt=lambda *asked: struct.pack("II", *next(told)))
    assert [port.missed() for _ in range(4)] == [0, 3, 3, 8]


def test_a_tap_port_reads_what_its_own_interface_dropped_on_the_way_out(tmp_path):
    path = tmp_path / "dev"
    port = TapPort.__new__(TapPort)
    port._name = "eth0"
    path.write_text(DEVICES)
    port._statistics = os.open(path, os.O_RDONLY)
    try:
        assert port.missed() == 112
        path.write_text(DEVICES.replace("  eth0:", "  ethX:"))
        assert port.missed() == 0, "it has been removed"
    finally:
        os.close(port._statistics)
