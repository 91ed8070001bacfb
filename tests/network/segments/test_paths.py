"""What the kernels say of a path: who is on it, how large a packet may be, and that there is none."""

from __future__ import annotations

import errno
import select
import socket
import struct

import pytest
from waiting import repeats_nothing_by_time

from labkit import Drop

ROW = dict(lan=["client", "left"], mid=["left", "right"], wan=["right", "server"])
WITHIN = 60  # seconds
_IP_MTU_DISCOVER, _IP_MTU, _DO = 10, 14, 2  # ip(7): IP_PMTUDISC_DO
_IP_RECVERR, _IPV6_RECVERR = 11, 25
_SOCK_EXTENDED_ERR = struct.Struct("=IBBBxII")  # ip(7): errno, origin, type, code, info, data


def error_of(sock):
    """(errno, ICMP type and code, its info, who sent it) of the next error that the kernel has queued for a socket."""
    poll = select.poll()
    poll.register(sock, 0)  # POLLERR is always told
    assert poll.poll(WITHIN * 1000), "no error came"
    _, told, _, _ = sock.recvmsg(2000, 200, socket.MSG_ERRQUEUE)
    data = next(data for level, kind, data in told if kind in (_IP_RECVERR, _IPV6_RECVERR))
    number, _, kind, code, info, _ = _SOCK_EXTENDED_ERR.unpack_from(data)
    family = socket.AF_INET6 if sock.family == socket.AF_INET6 else socket.AF_INET
    at = _SOCK_EXTENDED_ERR.size + (8 if family == socket.AF_INET6 else 4)
    return (
        number,
        (kind, code),
        info,
        socket.inet_ntop(family, data[at : at + (16 if "6" in family.name else 4)]),
    )


def traced(client, address, port=33434, most=10):
    """traceroute by hand: who answers to a datagram with a time to live of 1, 2, 3 …"""
    found = []
    with client.socket(type=socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)
        for life in range(1, most):
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, life)
            sock.sendto(b"who", (address, port))
            number, kind, _, who = error_of(sock)
            found.append(who)
            if number == errno.ECONNREFUSED:
                return found
            assert kind == (11, 0)  # time exceeded in transit
    raise AssertionError(f"{address} did not answer within {most} hops: {found}")


@pytest.fixture
def row(network, port):
    return network(**ROW, port=port)


def test_each_router_says_that_the_time_to_live_is_over(row):
    assert traced(row.client, row.server.address) == ["10.0.1.2", "10.0.2.2", "10.0.3.2"]
    assert traced(row.server, row.client.address) == ["10.0.3.1", "10.0.2.1", "10.0.1.1"]


@pytest.mark.program("traceroute")
def test_the_program_traceroute_finds_them(row):
    told = row.client.run(["traceroute", "-n", "-q", "1", "server"]).stdout.splitlines()
    assert [line.split()[1] for line in told[1:]] == ["10.0.1.2", "10.0.2.2", "10.0.3.2"]


def test_each_router_says_so_of_ipv6(network, port):
    net = network(**ROW, port=port, ipv6=True)
    with net.client.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.IPPROTO_IPV6, _IPV6_RECVERR, 1)
        for life, address in ((1, net.left.address6), (2, "fd00:0:0:2::2")):
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, life)
            sock.sendto(b"who", (net.server.address6, 33434))
            _, kind, _, who = error_of(sock)
            assert (kind, who) == ((3, 0), address)


def test_a_router_without_a_route_says_so(row):
    row.left.route_del("10.0.3.0/24")
    with row.client.socket(type=socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)
        sock.sendto(b"lost", (row.server.address, 9))
        number, kind, _, who = error_of(sock)
    assert (number, kind, who) == (errno.ENETUNREACH, (3, 0), "10.0.1.2")


def test_a_router_says_which_size_fits(network, port):
    net = network(**ROW, port=port, mtu={"mid": 1400})
    assert [segment.mtu for segment in net.segments] == [1500, 1400, 1500]
    with net.client.socket(type=socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)
        sock.setsockopt(socket.IPPROTO_IP, _IP_MTU_DISCOVER, _DO)
        sock.connect((net.server.address, 9))
        sock.send(bytes(1472))
        assert error_of(sock) == (errno.EMSGSIZE, (3, 4), 1400, "10.0.1.2")
        assert sock.getsockopt(socket.IPPROTO_IP, _IP_MTU) == 1400
        with pytest.raises(OSError, match="too long"):
            sock.send(bytes(1373))


def test_a_router_cuts_a_datagram_that_may_be_cut(network, port):
    net = network(**ROW, port=port, mtu={"mid": 1400})
    with (
        net.server.socket(type=socket.SOCK_DGRAM) as there,
        net.client.socket(type=socket.SOCK_DGRAM) as here,
    ):
        here.setsockopt(socket.IPPROTO_IP, _IP_MTU_DISCOVER, 0)
        there.bind((net.server.address, 9))
        there.settimeout(WITHIN)
        with net.capture() as trace:
            here.sendto(bytes(range(256)) * 5 + bytes(192), (net.server.address, 9))
            assert len(there.recv(2000)) == 1472
    assert [(frame.segment, frame.length - 14) for frame in trace.frames] == [
        ("lan", 1500),
        ("mid", 1396),
        ("mid", 124),
        ("wan", 1396),
        ("wan", 124),
    ]
    assert [frame.number for frame in trace.end_to_end.frames] == [1]
    assert len(trace.hops(1)) == 5


def bulk(net, count=20_000):
    """A connection from the client that has `count` bytes to send, and what the server has got of it, as a list."""
    got = []

    def receive(conn):
        while data := conn.recv(65_536):
            got.append(len(data))

    net.server.start(receive, port=80)
    caller = net.client.socket()
    caller.connect((net.server.address, 80))
    caller.sendall(bytes(count))
    caller.shutdown(socket.SHUT_WR)
    return caller, got


def sizes(trace, segment):
    return [each.length for each in trace.on(segment).select(source=trace.layout[segment][0], data=True)]


def test_tcp_takes_the_size_that_fits_as_soon_as_it_is_told(network, port):
    net = network(**ROW, port=port, mtu={"mid": 1400}, delay_ms=5)
    repeats_nothing_by_time(net.client)
    with net.capture() as trace:
        caller, got = bulk(net)
        with caller:
            trace.wait_for(lambda: any("F" in each.flags for each in trace.on("wan").segments), WITHIN)
            trace.wait_for(lambda: sum(got) == 20_000, WITHIN)
    told = [each for each in trace.on("lan").items if "fragmentation needed" in str(each)]
    assert told and {each.source for each in told} == {"left"}
    heard = told[0].arrived_ns
    large = [each for each in trace.select(source="client", data=True) if each.length > 1348]
    assert large and all(each.departed_ns <= heard for each in large)
    assert max(sizes(trace, "mid")) == 1348
    # It has waited for nothing but the news; for an answer to its SYN, should the wire stand still for a second.
    opening = [each for each in trace.retransmissions(source="client") if "S" in each.flags]
    assert net.client.counters()["TcpExtTCPTimeouts"] == len(opening)
    # The first that was too large was sent again at once, in pieces: within one round trip to the router.
    again = next(each for each in trace.select(source="client", data=True) if each.departed_ns > heard)
    assert again.seq == large[0].seq and again.length == 1348


def test_tcp_hangs_where_nobody_is_told(network, port):
    net = network(**ROW, port=port, mtu={"mid": 1400}, faults=[Drop(icmp="fragmentation-needed")])
    with net.capture() as trace:
        caller, got = bulk(net)
        with caller:
            trace.wait_for(lambda: len(trace.retransmissions(source="client")) >= 2, WITHIN)
        assert got == [] and sizes(trace, "mid") == []
        assert net.client.counters()["TcpExtTCPTimeouts"] >= 1
        caller.close()


def test_tcp_that_probes_finds_the_size_by_itself(network, port):
    net = network(**ROW, port=port, mtu={"mid": 1400}, faults=[Drop(icmp="fragmentation-needed")])
    net.client.sysctl("net.ipv4.tcp_mtu_probing", 1)
    net.client.sysctl("net.ipv4.tcp_retries1", 1)  # how many times in vain before it tries a smaller one
    with net.capture() as trace:
        caller, got = bulk(net)
        with caller:
            trace.wait_for(lambda: sum(got) == 20_000, WITHIN)
    assert max(sizes(trace, "lan")) == 1448 and max(sizes(trace, "mid")) <= 1348
