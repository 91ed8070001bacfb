"""Addresses that are given to a host's interfaces, and taken away: the misconfigurations of real life."""

from __future__ import annotations

import errno
import socket

import pytest

LAN_WAN = dict(lan=["client", "printer", "router"], wan=["router", "server"])
WITHIN = 60  # seconds


@pytest.fixture
def net(network, port):
    return network(**LAN_WAN, arp=True, port=port)


def answered(caller, called, address):
    """What a server at this address answers, and where the answer comes from."""
    with called.socket(type=socket.SOCK_DGRAM) as there, caller.socket(type=socket.SOCK_DGRAM) as here:
        there.bind((address, 7))
        here.settimeout(WITHIN)
        there.settimeout(WITHIN)
        here.sendto(b"?", (address, 7))
        there.sendto(b"!", there.recvfrom(10)[1])
        return here.recvfrom(10)


def test_a_host_answers_to_an_address_that_it_was_given_until_it_is_taken_away(net):
    net.printer.address_add("10.0.1.77/24")
    assert answered(net.client, net.printer, "10.0.1.77") == (b"!", ("10.0.1.77", 7))
    net.printer.address_del("10.0.1.77/24")
    with pytest.raises(OSError, match="Cannot assign requested address"):
        answered(net.client, net.printer, "10.0.1.77")


def test_a_router_has_an_address_more_on_the_interface_that_is_named(net):
    net.router.address_add("192.168.7.1/24", interface="eth1")
    assert "192.168.7.0/24     dev eth1" in repr(net.router.routes)
    net.router.address_del("192.168.7.1/24", interface="eth1")
    assert "192.168.7.0" not in repr(net.router.routes)


def test_of_ipv6(network, port):
    net = network(**LAN_WAN, ipv6=True, port=port)
    net.client.address_add("fd00:9::1/64")
    assert "fd00:9::/64        dev eth0" in repr(net.client.routes)
    net.client.address_del("fd00:9::1/64")
    assert "fd00:9::" not in repr(net.client.routes)


def test_a_netmask_that_is_too_short_looks_for_the_server_on_the_own_segment(net):
    client = net.client
    client.route_del("10.0.2.0/24")
    client.route_add("default", via="router")
    client.address_add("10.0.1.1/16")
    client.address_del("10.0.1.1/24")
    assert repr(client.routes).splitlines()[:2] == [
        "0.0.0.0/0          via 10.0.1.3 dev eth0",
        "10.0.0.0/16        dev eth0",
    ]
    client.sysctl("net.ipv4.neigh.eth0.retrans_time_ms", 20)
    with net.capture() as trace, client.socket() as sock:
        sock.settimeout(WITHIN)
        with pytest.raises(OSError, match="No route to host") as refused:
            sock.connect(("server", 80))
    assert refused.value.errno == errno.EHOSTUNREACH
    assert {str(each) for each in trace.items} == {"client > *  ARP who has 10.0.2.2? tell 10.0.1.1"}


def answering(trace, address):
    """Who says that it has this address."""
    return {each.source for each in trace.items if f"{address} is at" in str(each)}


def test_two_hosts_of_one_address_both_answer(net):
    net.printer.address_add("10.0.1.3/24")  # the router's
    with net.capture() as trace, net.client.socket(type=socket.SOCK_DGRAM) as sock:
        sock.sendto(b"?", ("server", 7))
        # each once, or again where it took so long that the client asked again
        trace.wait_for(lambda: answering(trace, "10.0.1.3") == {"printer", "router"}, WITHIN)
    assert answering(trace, "10.0.1.3") == {"printer", "router"}


@pytest.mark.parametrize(
    ("address", "interface", "told"),
    [
        ("10.0.1.9", None, "has no length; an address goes with the length"),
        ("10.0.1.300/24", None, "does not appear to be an IPv4 or IPv6 interface"),
        (7, None, "an address goes with the length"),
        ("10.0.1.9/24", "eth7", "client has no interface 'eth7'; it has eth0"),
    ],
)
def test_what_is_no_address_is_told(net, address, interface, told):
    with pytest.raises(ValueError, match=told):
        net.client.address_add(address, interface=interface)
    with pytest.raises(ValueError, match=told):
        net.client.address_del(address, interface=interface)


def test_an_address_that_is_there_already_or_is_not_there(net):
    with pytest.raises(FileExistsError):
        net.client.address_add("10.0.1.1/24")
    with pytest.raises(LookupError, match=r"client has no address 10\.0\.1\.8/24 on eth0"):
        net.client.address_del("10.0.1.8/24")
