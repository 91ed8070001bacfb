"""Multicast over the wire: the kernel's own joins, and a switch that reads them."""

from __future__ import annotations

import socket

import pytest

GROUP, PORT = "239.192.2.3", 5007
WITHIN = 60  # seconds


def membership(host):
    return socket.inet_aton(GROUP) + socket.inet_aton(host.address)


@pytest.fixture
def member(request):
    """Make a socket on a host that is a member of the group."""

    def make(host):
        sock = host.socket(type=socket.SOCK_DGRAM)
        request.addfinalizer(sock.close)
        sock.settimeout(WITHIN)
        sock.bind(("", PORT))
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership(host))
        return sock

    return make


@pytest.fixture
def feed(request):
    def make(net):
        sock = net.sender.socket(type=socket.SOCK_DGRAM)
        request.addfinalizer(sock.close)
        return sock

    return make


def said(trace, words):
    return [item for item in trace.items if item.summary == words]


def reached(trace):
    (datagram,) = trace.datagrams
    return [arrival.host for arrival in datagram.frame.arrivals]


def test_without_snooping_every_cable_carries_it(network, member, feed, port):
    net = network("sender", "a", "b", "c", port=port)
    a = member(net.a)
    with net.capture() as trace:
        feed(net).sendto(b"x", (GROUP, PORT))
        assert a.recv(10) == b"x"
    assert reached(trace) == ["a", "b", "c"]


def test_with_snooping_members_only(network, member, feed, port):
    net = network("sender", "a", "b", "c", snooping=True, port=port)
    sender = feed(net)
    with net.capture() as trace:
        sender.sendto(b"x", (GROUP, PORT))
        trace.wait_until_quiet(WITHIN)
    (frame,) = trace.frames
    assert (frame.fate, frame.arrivals, frame.delivered) == ("filtered", (), False)

    with net.capture() as trace:
        a, c = member(net.a), member(net.c)
        trace.wait_for(lambda: len(said(trace, "IGMPv3 join 239.192.2.3")) == 4, WITHIN)  # each says it twice
    assert all(len(frame.arrivals) == 3 for frame in trace.frames)
    with net.capture() as trace:
        sender.sendto(b"y", (GROUP, PORT))
        assert a.recv(10) == c.recv(10) == b"y"
    assert reached(trace) == ["a", "c"]

    with net.capture() as trace:
        a.setsockopt(socket.IPPROTO_IP, socket.IP_DROP_MEMBERSHIP, membership(net.a))
        trace.wait_for(lambda: len(said(trace, "IGMPv3 leave 239.192.2.3")) == 2, WITHIN)
    with net.capture() as trace:
        sender.sendto(b"z", (GROUP, PORT))
        assert c.recv(10) == b"z"
    assert reached(trace) == ["c"]


def test_snooping_understands_version_2(network, member, feed):
    net = network("sender", "a", "b", snooping=True)
    net.a.sysctl("net.ipv4.conf.all.force_igmp_version", 2)
    with net.capture() as trace:
        a = member(net.a)
        trace.wait_for(lambda: said(trace, "IGMPv2 join 239.192.2.3"), WITHIN)
        trace.wait_until_quiet(WITHIN)
        assert trace.frames[0].fate == "filtered"  # no router here that it could concern
    with net.capture() as trace:
        feed(net).sendto(b"x", (GROUP, PORT))
        assert a.recv(10) == b"x"
        trace.wait_until_quiet(WITHIN)
    assert reached(trace) == ["a"]


def test_a_fault_on_the_way_to_one_member(network, member, feed):
    from labkit import Drop

    net = network("sender", "a", "b", "c", snooping=True)
    with net.capture() as trace:
        a, b = member(net.a), member(net.b)
        trace.wait_for(lambda: len(said(trace, "IGMPv3 join 239.192.2.3")) == 4, WITHIN)
    net.link.faults = [Drop(to="b", port=PORT, nth=1)]
    sender = feed(net)
    for number in (b"1", b"2"):
        sender.sendto(number, (GROUP, PORT))
    assert (a.recv(10), a.recv(10), b.recv(10)) == (b"1", b"2", b"2")


def test_a_join_that_is_lost_is_unknown_to_the_switch(network, member, feed):
    from labkit import Drop

    net = network("sender", "a", "b", snooping=True)
    net.link.faults = [Drop(sender="a", protocol="igmp")]
    with net.capture() as trace:
        member(net.a)
        trace.wait_for(lambda: len(trace.frames) == 2, WITHIN)
    assert [frame.fate for frame in trace.frames] == ["dropped"] * 2
    with net.capture() as trace:
        feed(net).sendto(b"x", (GROUP, PORT))
    assert [frame.fate for frame in trace.frames] == ["filtered"]


def test_a_frame_that_the_switch_filters_has_the_cable_behind_it(network, feed):
    from labkit import Drop

    net = network("sender", "a", snooping=True)
    net.link.faults = [Drop(nth=1, port=PORT)]
    sender = feed(net)
    with net.capture() as trace:
        sender.sendto(b"x", (GROUP, PORT))
        sender.sendto(b"y", (GROUP, PORT))
    assert [frame.fate for frame in trace.frames] == ["dropped", "filtered"]


def test_a_hub_does_not_snoop(network):
    with pytest.raises(ValueError, match="a hub knows no groups"):
        network("a", "b", hub=True, snooping=True)
