"""What a rule of a firewall's may say."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from labkit.network.boxes.rules import Allow

CORE = SimpleNamespace(
    names=("client", "server"), addresses={"10.0.1.1": "client", "fd00::1": "client", "10.0.2.2": "server"}
)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (Allow(tcp=80), dict(protocol="tcp", ports=[80])),
        (Allow(tcp=(443, 80)), dict(protocol="tcp", ports=[80, 443])),
        (Allow(udp=True), dict(protocol="udp")),
        (Allow(tcp=1), dict(protocol="tcp", ports=[1])),  # to Python 1 is True
        (Allow(udp=1), dict(protocol="udp", ports=[1])),
        (Allow(udp=0), dict(protocol="udp", ports=[0])),
        (Allow(tcp=(80, 80)), dict(protocol="tcp", ports=[80])),
        (Allow(tcp=True, source_port=80), dict(protocol="tcp", source_ports=[80])),
        (Allow(icmp=True), dict(protocol="icmp")),
        (Allow(icmp="packet-too-big"), dict(protocol="icmp", icmp=[("icmpv6", 2, None)])),
        (Allow(to="server"), dict(targets=[(4, 0x0A000202, 0xFFFFFFFF)])),
        (Allow(sender="10.0.2.0/24"), dict(senders=[(4, 0x0A000200, 0xFFFFFF00)])),
        (Allow(sender="10.0.2.9"), dict(senders=[(4, 0x0A000209, 0xFFFFFFFF)])),
    ],
    ids=repr,
)
def test_it_is_plain_values_for_the_wire(rule, said):
    message = rule.as_message(CORE)
    assert {name: value for name, value in message.items() if value is not None} == said


def test_a_host_is_all_its_addresses():
    assert [version for version, *_ in Allow(to="client").as_message(CORE)["targets"]] == [4, 6]


def test_it_is_a_value():
    assert Allow(tcp=80, to="server") == Allow(tcp=80, to="server") != Allow(tcp=80)
    assert (
        len({Allow(tcp=80), Allow(tcp=80), Allow(tcp=(80,)), Allow(tcp=range(80, 81)), Allow(tcp=[80, 80])})
        == 1
    )
    assert (
        len({Allow(tcp=1), Allow(tcp=True), Allow(udp=1), Allow(udp=True), Allow(icmp=True), Allow(to="a")})
        == 6
    )
    assert len({Allow(to="a"), Allow(sender="a"), Allow(tcp=1, source_port=2), Allow(tcp=1)}) == 4
    assert repr(Allow(tcp=80, to="server")) == "Allow(tcp=80, to='server')"


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Allow(), "allows everything"),
        (lambda: Allow(tcp=80, udp=80), "of one protocol"),
        (lambda: Allow(tcp="80"), "a port from 0 to 65535"),
        (lambda: Allow(udp=65536), "a port from 0 to 65535"),
        (lambda: Allow(tcp=()), "a port from 0 to 65535"),
        (lambda: Allow(tcp=False), "a port from 0 to 65535"),
        (lambda: Allow(icmp="ping"), "'echo-request'"),
        (lambda: Allow(icmp=1), "'echo-request'"),
        (lambda: Allow(source_port=80), "of TCP or UDP"),
        (lambda: Allow(sender=5), "write sender='server'"),
        (lambda: Allow(to="10.0.2.1/24").as_message(CORE), "this network has client, server"),
        (lambda: Allow(to="printer").as_message(CORE), "this network has client, server"),
    ],
)
def test_what_makes_no_sense_is_refused(make, says):
    with pytest.raises(ValueError, match=says):
        make()
