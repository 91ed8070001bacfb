"""What the lesson on what a message costs measures: between processes, over cables, over a pool."""

from __future__ import annotations

import os
import zlib

import pytest

from labkit.background.completed import ProgramError
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


def broken(sock, n):
    raise RuntimeError("a fault of the learner's")


@pytest.mark.parametrize("step", [(broken, read, 10), (by_one, broken, 10)], ids=["writer", "reader"])
def test_whose_fault_it_is_is_told(step):
    with pytest.raises(ProgramError, match="a fault of the learner's"):
        climb({"broken": step}, rounds=1)


def test_who_reads_more_than_is_written_waits_no_longer_than_patience(monkeypatch):
    monkeypatch.setattr("labkit.lessons.fast.climb.PATIENCE_S", 3.0)
    with pytest.raises((TimeoutError, ProgramError)):
        climb({"too few": (by_one_less, into, 10)}, rounds=1)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


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


def test_who_does_not_undo_what_he_did_is_told(network):
    net = network("client", "server")
    with pytest.raises(ValueError, match="does not undo"):
        ship(net, b"hello", LOCAL, lambda data: data[:2])
