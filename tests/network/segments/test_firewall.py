"""A firewall on a router: who gets through, and how those feel it who do not."""

from __future__ import annotations

import errno
import socket

import pytest
from waiting import wait_for

from labkit import Allow, Network
from labkit.modes.needs import NeedsHosts

HOME = dict(lan=["client", "web", "router"], wan=["router", "server", "stranger"])
WITHIN = 60  # seconds


@pytest.fixture
def net(network, port):
    return network(**HOME, port=port)


def hello(conn):
    conn.sendall(b"hello")
    while conn.recv(1000):
        pass


def greeted(host, address, port=80):
    with host.socket() as caller:
        caller.settimeout(WITHIN)
        caller.connect((address, port))
        return caller.recv(10)


def test_inside_out_and_not_outside_in(net):
    box = net.router.firewall(outside="wan", allow=[Allow(tcp=80, to="web")], default="reject")
    assert repr(box) == "<Firewall on router, wan outside: reject but Allow(tcp=80, to='web')>"
    for host in (net.server, net.web, net.client, net.router):
        host.start(hello, port=80)
    assert greeted(net.client, net.server.address) == greeted(net.router, net.server.address) == b"hello"
    assert greeted(net.server, net.web.address) == b"hello"
    for inside in (net.client.address, net.router.interfaces[1].address):
        with pytest.raises(ConnectionRefusedError):
            greeted(net.server, inside)


@pytest.mark.program("ping")
def test_a_ping_from_inside_comes_back(net):
    net.router.firewall(outside="wan")
    assert net.client.run(["ping", "-c", "1", "-W", "5", "server"]).returncode == 0


def test_its_table(net):
    net.router.firewall("wan", allow=[Allow(tcp=80)])
    net.server.start(hello, port=80)
    net.web.start(hello, port=80)
    with net.client.socket() as out, net.stranger.socket() as come:
        out.bind((net.client.address, 5000))
        come.bind((net.stranger.address, 6000))
        for caller, called in ((out, net.server), (come, net.web)):
            caller.connect((called.address, 80))
            assert caller.recv(10) == b"hello"
        assert repr(net.router.conntrack()) == "\n".join(
            [
                "protocol  source         target       state",
                "tcp       10.0.1.1:5000  10.0.2.2:80  ESTABLISHED",
                "tcp       10.0.2.3:6000  10.0.1.2:80  ESTABLISHED",
            ]
        )
        assert "<th" in net.router.conntrack()._repr_html_()
    net.router.forget()
    assert net.router.conntrack() == ()


def test_a_reject_is_felt_at_once_and_a_drop_never(net):
    net.client.start(hello, port=80)
    refused = {}
    for default in ("reject", "drop"):
        net.router.firewall("wan", default=default)
        with net.server.socket() as caller, net.capture() as trace:
            caller.setblocking(False)
            assert caller.connect_ex((net.client.address, 80)) == errno.EINPROGRESS
            if default == "reject":
                wait_for(lambda: caller.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ECONNREFUSED)
            else:
                trace.wait_for(lambda: trace.retransmissions(source="server"), WITHIN)
                assert caller.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
                assert [row.state for row in net.server.sockets() if row.remote] == ["SYN-SENT"]
        assert trace.on("lan").segments == ()
        # each once: a SYN that is not answered for a second is repeated
        refused[default] = list(dict.fromkeys((each.source, each.flags) for each in trace.on("wan").segments))
    assert refused["reject"] == [("server", "S"), ("router", "R.")]
    assert refused["drop"] == [("server", "S")]


@pytest.mark.parametrize("delay_ms", [0, 5])
def test_a_rejected_datagram_is_told_so(network, port, delay_ms):
    """Nothing else is on the wire that could wake it."""
    net = network(**HOME, port=port, delay_ms=delay_ms)
    net.router.firewall("wan", default="reject")
    with net.server.socket(type=socket.SOCK_DGRAM) as sock:
        sock.settimeout(WITHIN)
        sock.connect((net.client.address, 9))
        sock.send(b"x")
        with pytest.raises(ConnectionRefusedError):
            sock.recv(1)


@pytest.mark.parametrize("default", ["reject", "drop"])
def test_a_connection_that_was_forgotten(net, default):
    net.router.firewall("wan", default=default)
    net.server.start(hello, port=80)
    with net.client.socket() as caller:
        caller.settimeout(WITHIN)
        caller.connect((net.server.address, 80))
        assert caller.recv(10) == b"hello"
        with net.capture() as trace:
            net.router.forget()
            caller.sendall(b"late")
            if default == "reject":
                with pytest.raises(ConnectionResetError):
                    caller.recv(1)
            else:
                trace.wait_for(lambda: trace.on("lan").retransmissions(), WITHIN)
            assert trace.on("wan").segments == ()
            caller.close()


def test_an_idle_connection_is_forgotten_by_itself(net):
    net.router.firewall("wan", idle_s=0.05)
    with net.client.socket(type=socket.SOCK_DGRAM) as sock:
        sock.sendto(b"x", (net.server.address, 9))
        wait_for(lambda: not net.router.conntrack())


def opening(trace, segment, source):
    """The SYNs and their answers that a host sends on a segment."""
    return [each for each in trace.on(segment).select(source=source) if "S" in each.flags]


def test_without_state_answers_need_a_rule(net):
    net.server.start(hello, port=80)
    net.router.firewall("wan", stateful=False, allow=[Allow(tcp=True, source_port=80)])
    assert greeted(net.client, net.server.address) == b"hello"
    net.router.firewall("wan", stateful=False)
    with net.client.socket() as caller, net.capture() as trace:
        caller.setblocking(False)
        caller.connect_ex((net.server.address, 80))
        trace.wait_for(lambda: opening(trace, "wan", "server"), WITHIN)
    assert opening(trace, "lan", "router") == []


def test_with_a_nat_it_sees_who_is_inside(net):
    net.router.nat(inside="lan", outside="wan")
    net.router.firewall("wan", default="reject")
    net.server.start(hello, port=80)
    with net.client.socket() as caller:
        caller.bind((net.client.address, 5000))
        caller.connect((net.server.address, 80))
        assert caller.recv(10) == b"hello"
        (row,) = net.router.conntrack()
        assert (row.source, row.target) == (("10.0.1.1", 5000), ("10.0.2.2", 80))
        assert [each.outside for each in net.router.translations()] == [("10.0.2.1", 5000)]
    with pytest.raises(ConnectionRefusedError):
        greeted(net.stranger, net.router.interfaces[1].address, 5000)


def test_ipv6(network, port):
    net = network(**HOME, port=port, ipv6=True, arp=True)
    net.router.firewall("wan", default="reject", allow=[Allow(tcp=80, to="web")])
    with net.web.socket(socket.AF_INET6) as listener, net.server.socket(socket.AF_INET6) as caller:
        listener.bind((net.web.address6, 80))
        listener.listen()
        with net.capture() as trace, pytest.raises(ConnectionRefusedError):
            caller.connect((net.client.address6, 80))
        assert trace.on("lan").segments == ()
        with net.server.socket(socket.AF_INET6) as other:
            other.settimeout(WITHIN)
            other.connect((net.web.address6, 80))
        (row,) = net.router.conntrack()
    assert row.target == (net.web.address6, 80)


def test_on_a_hub_it_leaves_alone_what_is_for_others(network):
    net = network(**HOME, hub=True)
    net.router.firewall("wan", default="reject")
    net.stranger.start(hello, port=80)
    assert greeted(net.server, net.stranger.address) == b"hello"
    assert net.router.conntrack() == ()


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda net: net.client.firewall("lan"), "client is on one only"),
        (lambda net: net.router.firewall("dmz"), "of 'lan', 'wan'"),
        (lambda net: net.router.firewall("wan", Allow(tcp=80)), "allow is a list"),
        (lambda net: net.router.firewall("wan", ["tcp 80"]), "a rule is an Allow"),
        (lambda net: net.router.firewall("wan", [Allow(to="nobody")]), "this network has client"),
        (lambda net: net.router.firewall("wan", default="refuse"), "default is 'drop'"),
        (lambda net: net.router.firewall("wan", idle_s="1"), "idle_s is a number"),
        (lambda net: net.router.conntrack(), r"no firewall; write router\.firewall\("),
    ],
)
def test_what_makes_no_sense_is_refused(network, ask, says):
    with pytest.raises(ValueError, match=says):
        ask(network(**HOME))


def test_without_hosts_of_their_own_there_is_none(monkeypatch):
    monkeypatch.setenv("LABKIT_MODE", "recorded")
    with Network(**HOME) as net:
        for ask in (lambda: net.router.firewall("wan"), net.router.conntrack, net.router.forget):
            with pytest.raises(NeedsHosts, match=r"a middle box on router needs hosts.*doctor"):
                ask()
