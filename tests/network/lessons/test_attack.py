"""Lesson attack: its attacks stay where they are, and its helpers do what they say."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading

import pytest
from house import ROOT
from waiting import wait_for

from labkit import Network
from labkit.lessons.attack.between import between, known, passed_on, pay, taken_in, town
from labkit.lessons.attack.calling import answered, called, connections, counted, listening
from labkit.lessons.attack.slow import dripping
from labkit.lessons.attack.talk import Talk
from labkit.modes.needs import NeedsHosts
from tools import editions, texts

SECONDS = 300
OVER = "the lesson is over"
INVENTED = b"\xc6\x33\x64"  # 198.51.100, of which mallory's addresses are
OURS = b"\x02\0\0\0\0"  # how the MAC address of each host of a network begins


@pytest.fixture
def lesson(tmp_path):
    """All code of the solved lesson, as a program."""
    (source,) = (source for source in texts.sources() if texts.name_of(source) == "attack")
    cells = editions.read(source)[1].cells
    program = tmp_path / "lesson.py"
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    program.write_text("\n\n".join([*code, f"print({OVER!r})"]), encoding="utf-8")
    return [sys.executable, str(program)]


@pytest.fixture
def surroundings(tmp_path):
    return {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "MPLBACKEND": "Agg"}


def test_no_frame_leaves_the_machine_that_runs_the_lesson(network, lesson, surroundings):
    """The whole lesson on a machine whose only way out is a cable on which each frame is counted."""
    net = network("machine", "outside")
    net.machine.route_add("default", via="outside")  # what leaks has a way out
    with net.capture() as trace:
        ran = net.machine.run(lesson, timeout=SECONDS, env=surroundings)
    assert OVER in ran.stdout, ran
    assert len(trace.frames) == 0, str(trace)
    leak = "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'leak', ('198.51.100.1', 9))"
    with net.capture() as trace:  # and one that does leave is counted
        net.machine.run([sys.executable, "-c", leak], check=True)
        trace.wait_for(lambda: len(trace.frames) == 1)
    assert b"leak" in trace.frames[0].data


class _Watch:
    """What crosses this machine's own interfaces, all of them, and looks like the lesson's."""

    def __init__(self) -> None:
        self.found: list[bytes] = []
        self.seen = 0
        self._over = threading.Event()
        self._sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self._sock.settimeout(0.05)
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.is_set():
            try:
                frame = self._sock.recv(200)
            except TimeoutError:
                continue
            self.seen += 1
            if OURS in frame[:12] or INVENTED in frame[26:34]:
                self.found.append(frame)

    def __enter__(self) -> _Watch:
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()
        self._sock.close()


@pytest.mark.root
def test_nothing_of_it_crosses_this_machines_own_interfaces(lesson, surroundings):
    with _Watch() as watch:
        env = {**os.environ, **surroundings}
        ran = subprocess.run(lesson, timeout=SECONDS, env=env, capture_output=True, text=True, check=False)
        assert OVER in ran.stdout, ran.stderr
        assert watch.found == []
        with socket.socket(
            type=socket.SOCK_DGRAM
        ) as sock:  # and the watch is awake, on the way home at least
            sock.sendto(INVENTED, ("127.0.0.1", 9))
        wait_for(lambda: watch.seen)


@pytest.mark.parametrize("hub", [True, False])
def test_mallory_hears_on_a_hub_and_not_on_a_switch(hub):
    with Talk(hub=hub) as talk:
        talk.client.sendall(b"hello")
        assert talk.reads() == "b'hello'"
        heard = talk.overheard()
    assert (heard is not None) is hub
    assert not hub or heard.endswith(b"hello")


@pytest.mark.parametrize("far", ["client", "server", "mallory"])
@pytest.mark.parametrize("who", ["client", "server"])
def test_what_was_said_is_overheard_however_late_it_comes_by(who, far):
    with Talk(hub=True) as talk:
        talk.net[far].link.delay_ms = 500
        getattr(talk, who).sendall(b"hello")
        assert talk.overheard().endswith(b"hello")


def test_who_says_nothing_is_not_overheard():
    with Talk(hub=True) as talk:
        assert talk.overheard() is None


@pytest.mark.parametrize("mode", [pytest.param("loopback", marks=pytest.mark.capture), "recorded"])
def test_without_hosts_of_their_own_nobody_attacks(mode, monkeypatch):
    monkeypatch.setenv("LABKIT_MODE", mode)
    for hub in (True, False):
        with pytest.raises(NeedsHosts):
            Talk(hub=hub)
    with pytest.raises(NeedsHosts):
        town(asks=True)
    with Network("client", "mallory", "server") as net:
        for kind in ({"type": socket.SOCK_RAW, "proto": socket.IPPROTO_RAW}, {"family": socket.AF_PACKET}):
            with pytest.raises(NeedsHosts):
                net.mallory.socket(**kind)


def test_between_passes_on_both_ways_and_leaves_no_task():
    said = []

    def change(data):
        said.append(data)
        return data.replace(b"bob", b"eve")

    with town(asks=True) as net, between(net, change), net.capture() as trace:
        assert known(net.client, net) == {"bank": "bank"}
        for told, about in ((net.client, net.bank), (net.bank, net.client)):
            _lie(net, told, about)
        assert taken_in(net, trace)
        assert pay(net, b"pay 7 to bob") == b"done: pay 7 to eve"
    assert list(dict.fromkeys(said)) == [b"pay 7 to bob", b"done: pay 7 to eve"]
    ways = [(item.source, item.target) for item in passed_on(trace)]
    lies = [("mallory", "client"), ("mallory", "bank")]
    assert ways == [
        *lies,
        ("client", "mallory"),
        ("mallory", "bank"),
        ("bank", "mallory"),
        ("mallory", "client"),
    ]


def test_where_entries_stay_nobody_is_taken_in():
    with town(asks=False) as net, net.capture() as trace:
        for told, about in ((net.client, net.bank), (net.bank, net.client)):
            _lie(net, told, about)
        assert not taken_in(net, trace)
        assert pay(net, b"pay 7 to bob") == b"done: pay 7 to bob"


def _lie(net, told, about):
    mac, mine = (bytes.fromhex(host.mac.replace(":", "")) for host in (told, net.mallory))
    ips = [socket.inet_aton(host.address) for host in (about, told)]
    answer = b"\x08\x06" + bytes.fromhex("0001080006040002") + mine + ips[0] + mac + ips[1]
    with net.mallory.socket(socket.AF_PACKET, socket.SOCK_RAW) as raw:
        raw.bind(("eth0", 0))
        raw.send(mac + mine + answer)


def _greets(conn):
    conn.sendall(b"hello")
    with contextlib.suppress(ConnectionError):  # who has hung up hears nothing
        conn.recv(1000)
        conn.sendall(b"bye")


def test_calls_are_told_apart(network):
    net = network("client", "server")
    net.server.start(_greets, port=8080)
    assert called(net.client, 8080, within=60) == "connected"
    assert called(net.client, 8081, within=60) == "refused"
    assert answered(net.client, 8080, b"x", within=60) == "b'bye'"
    assert answered(net.client, 8081, b"x", within=60) == "ConnectionRefusedError"
    net.server.services[0].wait_for(served=2, timeout=60)  # or one who has hung up may be there still
    with connections(net.client, 8080, 7) as told:
        assert told == [b"hello"] * 7 and len(net.server.services[0].connections) == 7
    net.client.link.cut()
    assert called(net.client, 8080, within=0.2) == "no answer"


def test_what_is_counted_is_waited_for(network, monkeypatch):
    net = network("client", "server")
    before = net.server.counters()
    with listening(net.server, 8080):
        called(net.client, 8080)
        counted(net.server, before, "TcpInSegs", 2)
        monkeypatch.setattr("labkit.lessons.attack.calling.PATIENCE_S", 0.2)
        with pytest.raises(TimeoutError, match="TcpInSegs up by 1000 on server"):
            counted(net.server, before, "TcpInSegs", 1000)


def test_slow_clients_hold_their_places_until_the_block_ends(network):
    net = network("mallory", "server")
    bytes_read = []

    def handle(conn):
        conn.sendall(b"hello")
        while data := conn.recv(100):
            bytes_read.append(len(data))

    service = net.server.start(handle, port=8080)
    with dripping(net.mallory, service, 4) as slow:
        assert slow.held == 4 == len(service.connections)
        wait_for(lambda: slow.sent >= 12)
    service.wait_for(served=4)
    assert sum(bytes_read) == slow.sent >= 12


def test_slow_clients_that_are_put_out_are_no_error(network):
    net = network("mallory", "server")
    service = net.server.start(lambda conn: conn.sendall(b"hello"), port=8080)
    with dripping(net.mallory, service, 3) as slow:
        service.wait_for(served=3)
    assert slow.held == 3
