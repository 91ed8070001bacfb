"""What the lesson on what a message costs measures: between processes, over cables, over a pool."""

from __future__ import annotations

import json
import os
import time
import zlib

import pytest

from labkit.background.completed import ProgramError
from labkit.background.processes import Process
from labkit.lessons.fast.broker import _measured, _own, against_nats, program
from labkit.lessons.fast.climb import climb
from labkit.lessons.fast.shipping import LOCAL, ship


def by_one(sock, n):
    for _ in range(n):
        sock.sendall(bytes(8))


def at_once(sock, n):
    sock.sendall(bytes(8 * n))


def read(sock, n):
    left = 8 * n
    while left:
        left -= len(sock.recv(min(left, 64)))


def into(sock, n):
    room, left = bytearray(8), 8 * n
    while left:
        left -= sock.recv_into(room)


def test_each_step_is_measured_as_often_and_its_calls_counted():
    found = climb({"by one": (by_one, into, 100), "at once": (at_once, read, 200)}, rounds=2)
    assert list(found) == ["by one", "at once"]
    one, batch = found.values()
    assert one.sends == 1 and batch.sends == 1 / 200, "in one round, and never in those that are timed"
    assert one.receives >= 1 and batch.receives >= 1 / 8
    assert (
        len(one.rates) == len(batch.rates) == 2
        and min(*one.rates, *batch.rates, one.cpu_us, batch.cpu_us) > 0
    )
    assert found.gain("at once") > 1


def tells_where_it_runs(sock, n):
    sock.sendall(json.dumps([sorted(os.sched_getaffinity(0)), os.sched_getscheduler(0)]).encode())


def runs_there_too(sock, n):
    theirs = json.loads(sock.makefile("rb").read())
    assert theirs == [sorted(os.sched_getaffinity(0)), os.SCHED_BATCH] and len(theirs[0]) == 1


def runs_where_it_likes(sock, n):
    theirs = json.loads(sock.makefile("rb").read())
    assert theirs[0] == sorted(os.sched_getaffinity(0)) == sorted(os.sched_getaffinity(os.getppid()))


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="a system that does not say where one runs")
def test_both_run_on_one_processor_or_apart():
    climb({"one": (tells_where_it_runs, runs_there_too, 1)}, rounds=1)
    climb({"apart": (tells_where_it_runs, runs_where_it_likes, 1)}, rounds=1, apart=True)


def by_parts(sock, n):
    left = 8 * n
    while left:
        left -= len(sock.recv(1 << 16))


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="a system that does not say where one runs")
def test_who_reads_on_the_same_processor_finds_many_whatever_the_machine_does():
    found = climb({"by one": (by_one, by_parts, 4096)}, rounds=1)["by one"]
    assert found.sends == 1 and found.receives < 0.2


def broken(sock, n):
    raise RuntimeError("a fault of the learner's")


def broken_and_slow_to_say_so(sock, n):
    sock.close()
    time.sleep(0.6)  # longer than climb() waits for the one, before it looks at the other
    broken(sock, n)


@pytest.mark.parametrize(
    "step",
    [(broken, read, 10), (by_one, broken, 10), (by_one, broken_and_slow_to_say_so, 10_000)],
    ids=["writer", "reader", "reader, slowly"],
)
def test_whose_fault_it_is_is_told(step):
    with pytest.raises(ProgramError, match="a fault of the learner's"):
        climb({"broken": step}, rounds=1)


def test_who_reads_more_than_is_written_waits_no_longer_than_patience(monkeypatch):
    made = []

    class Noted(Process):
        def __init__(self, *given):
            super().__init__(*given)
            made.append(self.pid)

    monkeypatch.setattr("labkit.lessons.fast.climb.PATIENCE_S", 3.0)
    monkeypatch.setattr("labkit.lessons.fast.climb.Process", Noted)
    with pytest.raises((TimeoutError, ProgramError)):
        climb({"too few": (by_one_less, into, 10)}, rounds=1)
    assert len(made) == 2
    for pid in made:  # each by itself: an earlier network's helper may not have ended yet
        with pytest.raises(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)


def by_one_less(sock, n):
    by_one(sock, n - 1)
    sock.recv(1)  # and does not close


@pytest.mark.parametrize("rate", [50, LOCAL])
def test_a_body_is_packed_shipped_and_unpacked(network, rate):
    net = network("client", "server", delay_ms=1)
    data = b"the same again. " * 5000
    plain = ship(net, data, rate)
    packed = ship(net, data, rate, lambda data: zlib.compress(data, 1), zlib.decompress)
    assert plain > 0 and packed > 0
    if rate != LOCAL:
        assert plain > 80_000 * 8 / 50e6, "no quicker than its cable"


def test_what_a_busy_machine_adds_on_a_cable_is_not_the_cables(network):
    packed = []

    def late_once(data):
        packed.append(data)
        time.sleep(2 if len(packed) == 2 else 0)  # its first journey; the size was asked before
        return data

    net = network("client", "server", delay_ms=1)
    assert ship(net, b"the same again. " * 5000, 20, late_once) < 2 and len(packed) >= 3


def test_who_does_not_undo_what_he_did_is_told(network):
    net = network("client", "server")
    with pytest.raises(ValueError, match="does not undo"):
        ship(net, b"hello", LOCAL, lambda data: data[:2])


def publish(sock, n):
    for _ in range(n):
        sock.sendall(b"PUB ticks 3\r\nabc\r\n")


def receive(sock, n):
    held = b""
    while n:
        held += sock.recv(1 << 16)
        *lines, held = held.split(b"\r\n")
        n -= lines.count(b"abc")


def test_both_clients_are_measured_where_there_is_a_server_and_else_it_says_recorded(network):
    net = network("client", "server")
    found = against_nats(net.server, publish, receive)
    assert bool(found.recorded) == (program() is None) and list(found.costs) == ["nats-py", "the lesson's"]
    assert all(len(each.rates) == 3 and each.cpu_us > 0 for each in found.costs.values())


def broker(conn):
    """As much of a NATS server as the lesson's client speaks to: what is published comes back."""
    with conn, conn.makefile("rb") as lines:
        conn.sendall(b'INFO {"server_id":"test"}\r\n')
        for line in lines:
            if line == b"PING\r\n":
                conn.sendall(b"PONG\r\n")
            elif line.startswith(b"PUB "):
                _, subject, size = line.split()
                conn.sendall(b"MSG %b 1 %b\r\n%b" % (subject, size, lines.read(int(size) + 2)))


def test_a_client_of_ones_own_is_measured_round_by_round(network, monkeypatch):
    monkeypatch.setattr("labkit.lessons.fast.broker.MESSAGES", 50)
    net = network("client", "server")
    net.server.start(broker, port=4222)
    cost = _measured(net.server, _own, (net.server.address, 4222), publish, receive)
    assert len(cost.rates) == 3 and min(cost.rates) > 0 and cost.cpu_us > 0


def test_a_server_that_does_not_start_is_told_and_ended(network, monkeypatch, tmp_path):
    server = tmp_path / "nats-server"
    server.write_text("#!/bin/sh\necho no license for Mondays; exit 1\n")
    server.chmod(0o755)
    monkeypatch.setattr("labkit.lessons.fast.broker.program", lambda: str(server))
    net = network("client", "server")
    with pytest.raises(ProgramError, match="no license for Mondays"):
        against_nats(net.server, publish, receive)
