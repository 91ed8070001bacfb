"""A NAT on a router: who is seen by whom, what is remembered, and what a late packet meets."""

from __future__ import annotations

import errno
import socket

import pytest
from waiting import repeats_nothing_by_time, wait_for

from labkit import Drop, Network
from labkit.modes.needs import NeedsHosts

HOME = dict(lan=["client", "printer", "router"], wan=["router", "server"])
ROW = dict(lan=["client", "left"], mid=["left", "right"], wan=["right", "server"])
WITHIN = 60  # seconds
_IP_RECVERR = 11


@pytest.fixture
def net(network, port):
    return network(**HOME, port=port)


def seen_by(conn):
    """A server that tells its caller as whom it sees it, and keeps the connection."""
    conn.sendall(b"%s:%d" % (conn.getpeername()[0].encode(), conn.getpeername()[1]))
    while conn.recv(1000):
        pass


def called(host, server, port=5000):
    """A connection from a host's port, and as whom the server sees it."""
    caller = host.socket()
    caller.settimeout(WITHIN)
    caller.bind((host.address, port))
    caller.connect((server.address, 80))
    return caller, caller.recv(100).decode()


def addresses(trace, segment):
    return {(each.src, each.dst) for each in trace.on(segment).segments}


def test_two_behind_one_address_with_the_same_port(net):
    box = net.router.nat(inside="lan", outside="wan")
    assert repr(box) == "<NAT on router: lan behind 10.0.2.1 on wan>"
    net.server.start(seen_by, port=80)
    with net.capture() as trace:
        one, first = called(net.client, net.server)
        two, second = called(net.printer, net.server)
        assert (first, second) == ("10.0.2.1:5000", "10.0.2.1:61000")
        assert repr(net.router.translations()) == "\n".join(
            [
                "protocol  inside         outside         remote       state",
                "tcp       10.0.1.1:5000  10.0.2.1:5000   10.0.2.2:80  ESTABLISHED",
                "tcp       10.0.1.2:5000  10.0.2.1:61000  10.0.2.2:80  ESTABLISHED",
            ]
        )
        one.close()
        two.close()
    assert addresses(trace, "lan") == {
        pair for at in ("10.0.1.1", "10.0.1.2") for pair in ((at, "10.0.2.2"), ("10.0.2.2", at))
    }
    assert addresses(trace, "wan") == {("10.0.2.1", "10.0.2.2"), ("10.0.2.2", "10.0.2.1")}
    ends = trace.end_to_end.segments
    assert {(each.source, each.target) for each in ends} == {
        pair for name in ("client", "printer") for pair in ((name, "server"), ("server", name))
    }
    assert len(trace.handshake()) == 3 and all(len(trace.hops(each)) == 2 for each in ends)


def test_without_it_again(net):
    box = net.router.nat(inside="lan", outside="wan")
    box.remove()
    net.server.start(seen_by, port=80)
    caller, seen = called(net.client, net.server)
    caller.close()
    assert seen == "10.0.1.1:5000"
    with pytest.raises(ValueError, match=r"no NAT; write router\.nat\("):
        net.router.translations()


def test_a_late_segment_gets_a_reset(net):
    net.router.nat(inside="lan", outside="wan", late="reject")
    repeats_nothing_by_time(net.client)
    net.server.start(seen_by, port=80)
    caller, _ = called(net.client, net.server)
    with caller, net.capture() as trace:
        net.router.forget()
        assert repr(net.router.translations()) == "no translations"
        caller.sendall(b"late")
        with pytest.raises(ConnectionResetError):
            caller.recv(1)
    assert [(each.source, each.flags) for each in trace.on("lan").segments] == [
        ("client", "P."),
        ("router", "R"),
    ]
    assert trace.on("wan").segments == ()


def test_a_late_segment_gets_silence(net):
    net.router.nat(inside="lan", outside="wan")
    net.server.start(seen_by, port=80)
    caller, _ = called(net.client, net.server)
    with net.capture() as trace:
        net.router.forget()
        caller.sendall(b"late")
        trace.wait_for(lambda: len(trace.on("lan").retransmissions()) >= 2, WITHIN)
        assert trace.on("wan").segments == ()
        assert [row.state for row in net.client.sockets() if row.remote] == ["ESTABLISHED"]
        caller.close()


def test_late_from_outside(net):
    """The other side: it learns at once, by the router's kernel, or never."""
    net.server.start(lambda conn: conn.recv(1) and conn.sendall(b"x" * 1000), port=80)
    for late, flags in (("reject", {"R"}), ("drop", set())):
        net.router.nat(inside="lan", outside="wan", late=late)
        with net.server.socket() as listener, net.client.socket() as caller:
            listener.bind((net.server.address, 90))
            listener.listen()
            caller.connect((net.server.address, 90))
            conn, _ = listener.accept()
            with conn, net.capture() as trace:
                net.router.forget()
                conn.sendall(b"late")
                if late == "reject":
                    conn.settimeout(WITHIN)
                    with pytest.raises(ConnectionResetError):
                        conn.recv(1)
                else:
                    trace.wait_for(lambda: trace.retransmissions(source="server"), WITHIN)
                assert {each.flags for each in trace.on("wan").select(source="router")} == flags
                assert trace.on("lan").select(source="router") == ()
                conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def test_an_idle_mapping_is_forgotten_by_itself(net):
    net.router.nat(inside="lan", outside="wan", idle_s=0.05)
    with net.client.socket(type=socket.SOCK_DGRAM) as sock:
        sock.sendto(b"x", (net.server.address, 9))
        wait_for(lambda: not net.router.translations())


@pytest.mark.program("ping")
def test_pings_come_back(net):
    net.router.nat(inside="lan", outside="wan")
    assert net.client.run(["ping", "-c", "1", "-W", "5", "server"]).returncode == 0


def test_datagrams_come_back(net):
    net.router.nat(inside="lan", outside="wan")
    with (
        net.server.socket(type=socket.SOCK_DGRAM) as there,
        net.client.socket(type=socket.SOCK_DGRAM) as here,
    ):
        there.bind((net.server.address, 7))
        for sock in (there, here):
            sock.settimeout(WITHIN)
        here.setsockopt(socket.IPPROTO_IP, 10, 0)  # IP_MTU_DISCOVER: it may be cut
        for size in (3, 4001):  # whole, and in fragments
            here.sendto(bytes(size), (net.server.address, 7))
            told, back = there.recvfrom(5000)
            assert (len(told), back[0]) == (size, net.router.interfaces[1].address)
            there.sendto(told, back)
            assert len(here.recv(5000)) == size
    assert {(row.protocol, row.state) for row in net.router.translations()} >= {("udp", "REPLIED")}


def test_what_nobody_asked_for_comes_to_the_router_and_no_further(net):
    net.router.nat(inside="lan", outside="wan")
    with net.client.socket() as listener, net.capture() as trace:
        listener.bind((net.client.address, 80))
        listener.listen()
        with net.server.socket() as caller, pytest.raises(ConnectionRefusedError):
            caller.connect((net.router.interfaces[1].address, 80))
        with net.server.socket() as caller:
            caller.setblocking(False)
            assert caller.connect_ex((net.client.address, 80)) == errno.EINPROGRESS
            trace.wait_for(lambda: len(trace.on("wan").segments) >= 3, WITHIN)
    assert trace.on("lan").segments == ()


def test_routers_behind_it_are_heard(network, port):
    """Errors about translated packets come to whom they are about: traceroute, a closed port, a smaller link."""
    segments = dict(
        lan=["client", "left"], mid=["left", "right"], thin=["right", "far"], wan=["far", "server"]
    )
    net = network(**segments, port=port, mtu={"thin": 1400})
    net.left.nat(inside="lan", outside="mid")
    found = []
    with net.client.socket(type=socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)
        sock.settimeout(WITHIN)
        sock.connect((net.server.address, 33434))
        for life, error in ((2, errno.EHOSTUNREACH), (4, errno.ECONNREFUSED)):
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, life)
            sock.send(b"who")
            with pytest.raises(OSError) as caught:
                sock.recv(10)
            found.append(caught.value.errno == error)
    assert found == [True, True]

    def receive(conn):
        while data := conn.recv(65_536):
            got.append(len(data))

    got = []
    net.server.start(receive, port=80)
    with net.capture() as trace, net.client.socket() as caller:
        caller.connect((net.server.address, 80))
        caller.sendall(bytes(20_000))
        caller.shutdown(socket.SHUT_WR)
        trace.wait_for(lambda: sum(got) == 20_000, WITHIN)
    assert any("fragmentation needed" in str(each) for each in trace.on("lan").items)
    assert max(each.length for each in trace.on("wan").select(source="far", data=True)) == 1348


def test_two_routers_translate_one_after_the_other(network):
    net = network(**ROW)
    net.left.nat(inside="lan", outside="mid")
    net.right.nat(inside=["lan", "mid"], outside="wan")
    net.server.start(seen_by, port=80)
    caller, seen = called(net.client, net.server)
    caller.close()
    assert seen == f"{net.right.interfaces[1].address}:5000"


def test_a_fault_of_the_network_still_counts_a_packet_once(net):
    net.router.nat(inside="lan", outside="wan")
    net.link.faults = [Drop(data=3)]  # the greeting, the first, the second
    repeats_nothing_by_time(net.client, net.server, before_s=2)
    net.server.start(seen_by, port=80)
    with net.capture() as trace:
        caller, _ = called(net.client, net.server)
        with caller:
            caller.sendall(b"first")
            trace.wait_for(lambda: len(trace.on("wan").select(source="router", data=True)) == 1, WITHIN)
            caller.sendall(b"second")
            trace.wait_for(lambda: trace.retransmissions(source="client"), WITHIN)
    (dropped,) = [each for each in trace.on("lan").segments + trace.on("wan").segments if each.frame.hits]
    assert (dropped.source, dropped.frame.segment, dropped.payload) == ("client", "lan", b"second")


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda net: net.client.nat("lan", "wan"), "client is on one only"),
        (lambda net: net.router.nat("lan", "internet"), "of 'lan', 'wan'"),
        (lambda net: net.router.nat("wan", "wan"), "inside is one of 'lan'"),
        (lambda net: net.router.nat(["lan", "dmz"], "wan"), "got 'dmz'"),
        (lambda net: net.router.nat("lan", "wan", idle_s=0), "idle_s is a number of seconds"),
        (lambda net: net.router.nat("lan", "wan", late="reset"), "late is 'drop'"),
        (lambda net: net.router.translations(), "no NAT"),
        (lambda net: net.router.forget(), "nothing to forget"),
    ],
)
def test_what_makes_no_sense_is_refused(network, ask, says):
    with pytest.raises(ValueError, match=says):
        ask(network(**HOME))


def test_without_hosts_of_their_own_there_is_none(monkeypatch):
    monkeypatch.setenv("LABKIT_MODE", "recorded")
    with (
        Network(**HOME) as net,
        pytest.raises(NeedsHosts, match=r"a middle box on router needs hosts.*doctor"),
    ):
        net.router.nat(inside="lan", outside="wan")
