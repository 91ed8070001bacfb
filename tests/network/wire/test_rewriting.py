"""What kernels make of packets that something on the way has changed, or finds too large, and tells nobody."""

from __future__ import annotations

import errno
import socket

import pytest

from labkit import Blackhole, Drop, Rewrite
from labkit.network.link import FaultNeverMatched

WITHIN = 60  # seconds
_IP_RECVERR = 11


def answered(net, size):
    """A client that has asked the server for an answer of `size` bytes."""

    def answer(conn):
        conn.recv(1)
        conn.sendall(bytes(size))
        conn.shutdown(socket.SHUT_WR)
        received(conn)

    net.server.start(answer, port=80)
    caller = net.client.socket()
    caller.settimeout(WITHIN)
    caller.connect((net.server.address, 80))
    caller.sendall(b"?")
    return caller


def received(sock):
    return sum(map(len, iter(lambda: sock.recv(65_536), b"")))


def test_without_the_option_mss_both_take_536(network, port):
    net = network(port=port, faults=[Rewrite(strip=("mss", "TS"))])
    with net.capture() as trace, answered(net, 5000) as caller:
        caller.sendall(bytes(5000))
        caller.shutdown(socket.SHUT_WR)
        assert received(caller) == 5000
    assert {
        max(each.length for each in trace.select(source=host, data=True)) for host in ("client", "server")
    } == {536}
    first, second, *rest = trace.segments
    assert "mss" in str(first) and "rewritten by" in str(first) and "rewritten by" in str(second)
    assert not any("TS" in str(each) for each in rest)


def test_a_smaller_mss_is_believed(network):
    net = network(faults=[Rewrite(mss=1000, sender="client")])
    with net.capture() as trace, answered(net, 5000) as caller:
        assert received(caller) == 5000
    assert (
        max(each.length for each in trace.select(source="server", data=True)) == 1000 - 12
    )  # and timestamps


def test_a_time_to_live_of_1_ends_at_the_router(network, port):
    net = network(lan=["client", "router"], wan=["router", "server"], port=port)
    net.client.link.faults = [Rewrite(ttl=1, protocol="udp")]
    with net.client.socket(type=socket.SOCK_DGRAM) as sock, net.capture() as trace:
        sock.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)
        sock.settimeout(WITHIN)
        sock.connect((net.server.address, 9))
        sock.send(b"x")
        with pytest.raises(OSError) as caught:
            sock.recv(10)
    assert caught.value.errno == errno.EHOSTUNREACH
    assert [(each.source, each.segment) for each in trace.frames] == [("client", "lan"), ("router", "lan")]
    assert "time exceeded" in str(trace.items[1])


def test_a_packet_is_followed_with_the_time_to_live_that_it_was_given(network):
    net = network(lan=["client", "router"], wan=["router", "server"])
    net.client.link.faults = [Rewrite(ttl=10, protocol="udp")]
    with net.client.socket(type=socket.SOCK_DGRAM) as sock, net.capture() as trace:
        sock.sendto(b"x", (net.server.address, 9))
        trace.wait_for(lambda: len(trace.on("wan").frames) >= 1, WITHIN)
    assert [(each.frame.segment, each.frame.data[22]) for each in trace.hops(1)] == [("lan", 64), ("wan", 9)]


def test_in_a_black_hole_a_connection_stands_and_a_large_answer_never_comes(network, port):
    net = network(port=port, faults=[Blackhole(mtu=1400)])
    with net.capture() as trace:
        caller = answered(net, 20_000)
        trace.wait_for(lambda: len(trace.retransmissions(source="server")) >= 2, WITHIN)
        assert [row.state for row in net.client.sockets() if row.remote] == ["ESTABLISHED"]
        caller.setblocking(False)
        with pytest.raises(BlockingIOError):
            caller.recv(1)
        caller.close()
    large = trace.select(source="server", data=True)
    assert {each.frame.note for each in large} == {"dropped by Blackhole(mtu=1400)"}


def test_a_sender_that_probes_finds_its_way_past_a_black_hole(network, port):
    net = network(port=port, faults=[Blackhole(mtu=1400)])
    net.server.sysctl("net.ipv4.tcp_mtu_probing", 1)
    net.server.sysctl("net.ipv4.tcp_retries1", 1)  # how many times in vain before it tries a smaller one
    with answered(net, 20_000) as caller:
        caller.settimeout(WITHIN)
        assert received(caller) == 20_000


def test_a_time_is_counted_from_when_the_faults_were_set(network):
    net = network()
    with net.client.socket(type=socket.SOCK_DGRAM) as sock, net.capture() as trace:
        for fault in (Drop(until_s=3600, port=9), Drop(after_s=3600, port=9)):
            net.link.faults = [fault]
            sock.sendto(b"x", (net.server.address, 9))
        with pytest.warns(FaultNeverMatched, match="after_s=3600"):
            net.link.faults = []
    first, second, *_ = (each.frame for each in trace.items if "UDP" in str(each))
    assert (first.note, second.note) == ("dropped by Drop(port=9, until_s=3600)", "")
