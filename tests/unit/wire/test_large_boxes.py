"""What large tables of middle boxes cost: work is counted, not seconds."""

from __future__ import annotations

from collections import OrderedDict

import pytest
from box_samples import INSIDE, OTHER, OUTER, SERVER, packed, said, udp

from labkit.wire.boxes import firewall, mappings
from labkit.wire.boxes.connections import Connection
from labkit.wire.boxes.firewall import Firewall
from labkit.wire.boxes.nat import Nat

S, MANY = 1_000_000_000, 4_000
IDLE = 300 * S  # for so long a datagram's connection is known


@pytest.fixture
def work(monkeypatch):
    """How many connections have been looked at, or walked over."""
    done = [0]

    class Counted(OrderedDict):
        def __iter__(self):
            for each in super().__iter__():
                done[0] += 1
                yield each

    def over(connection, *arguments, judge=Connection.over):
        done[0] += 1
        return judge(connection, *arguments)

    monkeypatch.setattr(mappings, "OrderedDict", Counted)
    monkeypatch.setattr(Connection, "over", over)
    return lambda: done[0]


@pytest.fixture
def nat(work):
    return Nat(packed(OUTER), [(int.from_bytes(packed("10.0.1.0"), "big"), 0xFFFFFF00)], None, False)


def sent(box, src=INSIDE, sport=5000, dport=53, now=0):
    """Whom a datagram is from when it has left; None if it has not."""
    passed, _ = box.leaving(udp(src, SERVER, sport, dport), now)
    return passed and said(passed)[0]


def test_each_end_that_one_socket_speaks_to_behind_a_nat_costs_as_much_as_the_first(nat, work):
    for now in range(MANY):
        assert sent(nat, dport=now + 1, now=now)
    assert work() < 6 * MANY
    for now in range(MANY):  # the second time, and their answers
        assert sent(nat, dport=now + 1, now=MANY + now)
        assert nat.arriving(udp(SERVER, OUTER, now + 1, 5000), MANY + now)[0]
    assert work() < 12 * MANY


def test_what_is_over_behind_a_nat_is_forgotten_once(nat, work):
    for port in range(1, MANY + 1):
        sent(nat, dport=port, now=IDLE * (port > MANY // 2))
    before = work()
    for port in range(1, MANY + 1):  # of those that were first, all are over
        sent(nat, dport=1, now=IDLE + port)
    assert work() - before < 8 * MANY
    assert len(list(nat.rows(IDLE + MANY))) == MANY // 2 + 1


def test_a_nat_forgets_what_is_over_before_there_is_too_much_of_it(nat):
    for second in range(0, 100 * MANY, 100):
        sent(nat, dport=65_535, now=second * S)  # whom it goes on speaking to
        sent(nat, dport=second // 100 + 1, now=second * S)
    (mapping,) = nat._mappings._by_port.values()
    assert len(mapping.connections) <= 1_000
    assert len(list(nat.rows(second * S))) == 4


def test_a_nat_without_a_free_port_does_not_look_for_one_at_each_packet(nat, work, monkeypatch):
    monkeypatch.setattr(mappings, "FIRST", 65_000)
    for port in range(1, 1_000):
        sent(nat, sport=port)
    taken = [sent(nat, OTHER, port) for port in range(1, 1_000)]
    assert taken == [f"{OUTER}:{port}" for port in range(65_000, 65_536)] + [None] * 463
    before = work()
    assert not any(sent(nat, OTHER, 999, now=now) for now in range(MANY))
    assert work() - before < 4 * MANY
    assert nat._mappings.make(17, (packed(OTHER), 999), False, S) is None  # it looks again, in vain
    assert sent(nat, OTHER, 999, now=IDLE) == f"{OUTER}:999"


def test_a_nat_that_has_forgotten_all_has_free_ports_at_once(nat, monkeypatch):
    monkeypatch.setattr(mappings, "FIRST", 65_535)
    for src in (INSIDE, OTHER):
        for port in (1, 2):
            sent(nat, src, port)
    nat.forget()
    assert [sent(nat, src, 2) for src in (INSIDE, OTHER)] == [f"{OUTER}:2", f"{OUTER}:65535"]


def test_a_full_firewall_does_not_look_through_its_table_at_each_packet(work, monkeypatch):
    monkeypatch.setattr(firewall, "_MOST", 1_000)
    wall = Firewall((), False, True, None, {})
    assert all(sent(wall, dport=port) for port in range(1, 1_001))
    assert not any(sent(wall, dport=now + 1_001, now=now) for now in range(MANY))
    assert work() <= 1_000
    assert sent(wall, dport=9_999, now=IDLE)  # when those are over
