"""What a host's kernel counts, against what was done to it; and against nstat, whose names they are."""

from __future__ import annotations

import socket

import pytest

from labkit import Network
from labkit.modes.needs import NeedsHosts


def test_a_datagram_for_nobody_is_counted_by_its_host_alone(client, server):
    before = client.counters(), server.counters()
    with client.socket(type=socket.SOCK_DGRAM) as sock:
        sock.connect((server.address, 9))
        sock.settimeout(60)
        sock.send(b"anybody?")
        with pytest.raises(ConnectionRefusedError):
            sock.recv(100)
    assert (server.counters() - before[1])["UdpNoPorts"] == 1
    told = client.counters() - before[0]
    assert (told["UdpNoPorts"], told["UdpOutDatagrams"], told["IcmpInDestUnreachs"]) == (0, 1, 1)


@pytest.mark.program("nstat")
def test_the_names_are_those_of_nstat(server):
    printed = server.run(["nstat", "-asz"], check=True).stdout.splitlines()[1:]
    known = {line.split()[0] for line in printed}
    assert set(server.counters()) <= known
    assert "TcpExtListenOverflows" in known and "UdpRcvbufErrors" in server.counters()


def test_a_host_without_a_kernels_stack_of_its_own_has_no_counts(monkeypatch):
    monkeypatch.setenv("LABKIT_MODE", "recorded")
    with Network("client", "server") as net, pytest.raises(NeedsHosts, match="/proc/net/snmp of a host"):
        net.client.counters()
