"""Traces of several segments, taken from the wire: questions, files, ladders."""

from __future__ import annotations

import socket

import pytest
from waiting import repeats_nothing_by_time

from labkit import Drop, Trace, ladder

WITHIN = 60  # seconds


def transfer(net, count=20_000):
    """The client sends so much to the server, over the router; returns the trace."""
    got = []

    def receive(conn):
        while data := conn.recv(65_536):
            got.append(len(data))

    service = net.server.start(receive, port=80)
    with net.capture() as trace:
        with net.client.socket() as caller:
            caller.connect(("server", 80))
            caller.sendall(bytes(count))
        trace.wait_for(lambda: sum(got) == count, WITHIN)
    service.stop()
    return trace


def sent_again(trace):
    """The data that was sent again: no SYN, which is repeated, too, should the wire stand still for a second."""
    return [each for each in trace.retransmissions() if each.length]


@pytest.fixture
def net(network, port):
    net = network(lan=["router", "client"], wan=["server", "router"], port=port, delay_ms=2)
    repeats_nothing_by_time(net.client)
    return net


@pytest.mark.parametrize("where", ["lan", "wan"])
def test_a_loss_on_either_segment_is_one_loss(net, where):
    getattr(net, where).link.faults = [Drop(data=3)]
    trace = transfer(net)
    again = sent_again(trace)
    assert [each.seq for each in again] == [2897]
    assert trace.bytes() == 20_000 and len(trace.duplicate_acks()) >= 3
    (flow,) = trace.flows()
    assert (flow.client, flow.server, flow.from_client) == ("client", "server", 20_000)
    assert [each.frame.segment for each in trace.hops(again[0])] == ["lan", "wan"]
    first = trace.hops(next(each for each in trace.segments if each.seq == 2897))
    assert [each.delivered for each in first] == ([False] if where == "lan" else [True, False])
    assert [each.seq for each in sent_again(trace.on("wan"))] == [
        2897
    ]  # where it was lost before, what fills the hole shows it


def test_a_quiet_end_is_not_waited_for_in_vain(net):
    """What a router did not forward will never be acknowledged."""
    net.router.route_del("10.0.2.0/24")
    with net.client.socket() as caller:
        caller.setblocking(False)
        with net.capture() as trace:
            caller.connect_ex(("server", 80))
            trace.wait_for(lambda: len(trace.items) >= 2, WITHIN)
        assert trace.unacknowledged() == ()
        assert trace.end_to_end.frames[0].fate == "not forwarded"


def test_a_trace_in_a_file_has_its_segments(net, tmp_path):
    trace = transfer(net)
    trace.save(tmp_path / "x.pcapng")
    loaded = Trace.load(tmp_path / "x.pcapng")
    assert loaded == trace and loaded.layout == {"lan": ("router", "client"), "wan": ("server", "router")}
    assert loaded.on("wan").frames == trace.on("wan").frames


def test_a_ladder_has_the_router_in_the_middle(net):
    trace = transfer(net, 10)
    lines = str(ladder(trace)).splitlines()
    assert lines[0].split() == ["client", "router", "server"]
    assert str(ladder(trace.on("wan"))).splitlines()[0].split() == ["router", "server"]  # as on the path
    states = [
        word for line in lines for word in line.split() if word in ("SYN-SENT", "SYN-RECEIVED", "ESTABLISHED")
    ]
    assert states == ["SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "ESTABLISHED"]


def test_a_trace_of_one_segment_with_a_name_is_as_any(network):
    net = network(lan=["client", "server"])
    assert (net.client.address, net.lan.network) == ("10.0.0.1", "10.0.0.0/24")
    trace = transfer(net)
    assert trace.end_to_end is trace and {frame.segment for frame in trace.frames} == {"lan"}
    assert trace.on("lan").frames == trace.frames


def test_scapy_hears_one_segment_and_sends_there(net):
    from scapy.layers.inet import IP, UDP
    from scapy.layers.l2 import Ether

    wan, all_of_them = net.scapy_socket("router", "wan"), net.scapy_socket()
    with net.client.socket(type=socket.SOCK_DGRAM) as sock, wan, all_of_them:
        packet = (
            Ether(dst=net.server.mac) / IP(src="10.0.2.2", dst=net.server.address) / UDP(dport=9) / b"hello"
        )
        with net.capture() as trace:
            wan.send(packet)
            sock.sendto(b"there", (net.server.address, 9))
            trace.wait_for(lambda: len(trace.on("wan").frames) >= 3, WITHIN)
        assert (trace.frames[0].segment, trace.frames[0].source) == ("wan", "router")
        heard = [[], []]
        for found, listening in zip(heard, (wan, all_of_them), strict=True):
            while (got := listening.recv()) is not None:
                found.append(bytes(got))
        crossed = {segment: [frame.data for frame in trace.on(segment).frames] for segment in ("lan", "wan")}
        assert heard[0] == crossed["wan"] and len(heard[1]) == len(heard[0]) + len(crossed["lan"])
    with pytest.raises(ValueError, match="no segment 'lan' there; it is one of wan"):
        net.scapy_socket("server", "lan")
