"""What the lesson on datagrams measures, against the kernel's own counts."""

from __future__ import annotations

from socket import SOCK_DGRAM

import pytest
from waiting import wait_for

from labkit import Network
from labkit.lessons.datagrams.measuring import goes, lost_shares, waiting
from labkit.lessons.datagrams.services import NAMES, directory


def test_the_losses_are_those_of_the_packets_and_the_same_each_time():
    shares = lost_shares((1000, 8000), loss=0.1)
    assert shares == lost_shares((1000, 8000), loss=0.1)
    assert 0.05 < shares[1000] < 0.16 and 0.35 < shares[8000] < 0.6


def test_a_datagram_is_whole_in_the_trace_where_it_is_for_the_kernel():
    with Network("client", "server", loss=0.1, seed=3) as net:
        with net.server.socket(type=SOCK_DGRAM) as sink, net.client.socket(type=SOCK_DGRAM) as source:
            sink.bind((net.server.address, 5000))
            with net.capture() as trace:
                for _ in range(50):
                    source.sendto(bytes(3000), (net.server.address, 5000))
            arrived = sum(each.delivered for each in trace.datagrams)
            assert 0 < arrived < 50
            wait_for(lambda: net.server.counters()["IpReasmOKs"] >= arrived)
            assert net.server.counters()["IpReasmOKs"] == net.server.counters()["IpInDelivers"] == arrived


def test_what_waits_is_taken_out_and_what_is_too_large_is_told(client, server, capsys):
    with server.socket(type=SOCK_DGRAM) as here, client.socket(type=SOCK_DGRAM) as caller:
        here.bind((server.address, 5000))
        here.settimeout(60)
        caller.connect((server.address, 5000))
        for text in (b"one", b"", b"three", b"last"):
            caller.send(text)
        assert here.recv(10) == b"one"
        found = []
        wait_for(lambda: found.extend(waiting(here)) or len(found) >= 3)
        assert found == [b"", b"three", b"last"] and waiting(here) == [] and here.gettimeout() == 60
        assert goes(caller, 100) and capsys.readouterr().out == ""
        assert not goes(caller, 65_508)
        assert capsys.readouterr().out == "65,508 bytes: Message too long\n"


def test_the_directory_answers_until_the_block_ends_whatever_ends_it(client, server):
    with server.socket(type=SOCK_DGRAM) as here, client.socket(type=SOCK_DGRAM) as caller:
        here.bind(("", 5000))
        caller.connect((server.address, 5000))
        caller.settimeout(60)
        for _ in range(2):
            with pytest.raises(KeyError), directory(server, here):
                caller.send(b"all")
                assert caller.recv(1000).decode().split(",") == NAMES
                raise KeyError
        caller.send(b"one more")
        here.settimeout(60)
        assert here.recv(100) == b"one more"  # nobody takes it any more
