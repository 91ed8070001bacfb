"""Several segments joined by routers: every host reaches every other, the shortest way, and routes can be changed."""

from __future__ import annotations

import contextlib
import itertools
import socket

import pytest
from waiting import wait_for

from labkit import Drop, Network
from labkit.modes.needs import NeedsHosts
from labkit.panels import link_panel

LAN_WAN = dict(lan=["client", "printer", "router"], wan=["router", "server"])
# Eight hosts, two of them routers, in a row of three segments.
ROW = dict(lan=["a", "b", "c", "left"], mid=["left", "d", "right"], wan=["right", "e", "f"])
WITHIN = 60  # seconds


@pytest.fixture
def net(network, port):
    return network(**LAN_WAN, port=port)


def exchange(net, caller, called, address, family=socket.AF_INET):
    """A datagram from one host to an address of another, and the answer; returns (what came, from where)."""
    with called.socket(family, socket.SOCK_DGRAM) as there, caller.socket(family, socket.SOCK_DGRAM) as here:
        there.bind((address, 7))
        there.settimeout(WITHIN)
        here.settimeout(WITHIN)
        here.sendto(b"ping", (address, 7))
        try:
            said, back = there.recvfrom(100)
        except TimeoutError as error:
            error.add_note(lost(net, caller, called, here, there))
            raise
        assert net._core.addresses[back[0]] == caller.name
        there.sendto(said.upper(), back)
        return here.recvfrom(100)


def lost(net, caller, called, here, there) -> str:
    """What there is to know of a datagram that never came: does the next one bring it, who counted it?"""
    here.sendto(b"next", there.getsockname())
    came = []
    with contextlib.suppress(TimeoutError):
        while b"next" not in came:
            came.append(there.recvfrom(100)[0])
    counted = {
        host.name: [line for line in host.core.proc_net(host.name, "snmp6").split("\n") if line[-2:] != "\t0"]
        for host in net.hosts
    }
    return f"{caller.name} to {called.name}: with the next one came {came}; {counted}"


def test_a_host_has_an_interface_on_each_segment_that_it_is_on(net):
    assert [host.name for host in net.hosts] == ["client", "printer", "router", "server"]
    assert [(each.name, each.segment, each.address) for each in net.router.interfaces] == [
        ("eth0", "lan", "10.0.1.3"),
        ("eth1", "wan", "10.0.2.1"),
    ]
    assert net.router.forwards and not net.client.forwards
    assert (net.server.address, net.server.mac) == ("10.0.2.2", "02:00:00:00:02:02")
    assert [host.name for host in net.lan.hosts] == ["client", "printer", "router"]
    assert [segment.name for segment in net.segments] == ["lan", "wan"]
    assert repr(net).startswith(
        "<Network lan: client 10.0.1.1, printer 10.0.1.2, router 10.0.1.3; wan: router "
    )


@pytest.mark.parametrize("ipv6", [False, True], ids=["ipv4", "ipv6"])
@pytest.mark.parametrize("arp", [False, True], ids=["known", "asked"])
def test_every_host_reaches_every_address_of_every_other(network, port, ipv6, arp):
    net = network(**ROW, port=port, ipv6=ipv6, arp=arp)
    assert len(net.hosts) == 8
    family = socket.AF_INET6 if ipv6 else socket.AF_INET
    for caller, called in itertools.permutations(net.hosts, 2):
        for each in called.interfaces:
            address = each.address6 if ipv6 else each.address
            said, (source, *_) = exchange(net, caller, called, address, family)
            assert (said, source) == (b"PING", address)


def test_a_packet_is_captured_once_on_each_segment_that_it_crosses(net):
    with net.capture() as trace:
        exchange(net, net.client, net.server, net.server.address)
    assert [(frame.segment, frame.source, frame.target) for frame in trace.frames] == [
        ("lan", "client", "router"),
        ("wan", "router", "server"),
        ("wan", "server", "router"),
        ("lan", "router", "client"),
    ]
    assert [frame.data[22] for frame in trace.frames] == [64, 63, 64, 63]  # the time to live
    assert all(frame.delivered for frame in trace.frames)


def test_a_broadcast_and_a_multicast_stay_on_their_segment(network, port):
    net = network(**LAN_WAN, port=port)
    with net.client.socket(type=socket.SOCK_DGRAM) as sock, net.capture() as trace:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sock.sendto(b"all", ("10.0.1.255", 9))
        sock.sendto(b"some", ("224.1.1.1", 9))
    ours = [frame for frame in trace.frames if frame.target == "*"]
    assert [(frame.segment, sorted(each.host for each in frame.arrivals)) for frame in ours] == [
        ("lan", ["printer", "router"])
    ] * 2
    assert {frame.segment for frame in trace.frames} == {"lan"}


def test_names_stand_for_the_nearest_address(net):
    with net.router.socket() as listener:
        listener.bind(("", 80))
        listener.listen()
        for caller, address in ((net.client, "10.0.1.3"), (net.server, "10.0.2.1")):
            with caller.socket() as sock:
                sock.settimeout(WITHIN)
                sock.connect(("router", 80))
                assert sock.getpeername() == (address, 80)
            listener.accept()[0].close()


@pytest.mark.program("getent")
def test_programs_know_the_nearest_address_too(net):
    told = {host.name: host.run(["getent", "hosts", "router"]).stdout.split()[0] for host in net.hosts}
    assert told == {"client": "10.0.1.3", "printer": "10.0.1.3", "router": "10.0.1.3", "server": "10.0.2.1"}


def test_routes_are_the_kernels_and_can_be_changed(net):
    assert repr(net.client.routes).splitlines()[:2] == [
        "10.0.1.0/24        dev eth0",
        "10.0.2.0/24        via 10.0.1.3 dev eth0",
    ]
    net.client.route_del("10.0.2.0/24")
    with net.client.socket(type=socket.SOCK_DGRAM) as sock, pytest.raises(OSError, match="unreachable"):
        sock.sendto(b"lost", (net.server.address, 9))
    net.client.route_add("default", via="router")
    assert exchange(net, net.client, net.server, net.server.address)[0] == b"PING"
    with pytest.raises(FileExistsError) as refused:
        net.client.route_add("default", via="router")
    assert "route_del('0.0.0.0/0')" in "".join(refused.value.__notes__)
    with pytest.raises(LookupError, match=r"no such route to 10\.0\.9\.0/24; it has:\n0\.0\.0\.0/0 "):
        net.client.route_del("10.0.9.0/24")
    with pytest.raises(ValueError, match="via is an address or the name of a host"):
        net.client.route_add("10.0.2.0/24", via="ruter")
    with pytest.raises(ValueError, match="a destination is a network"):
        net.client.route_add("10.0.2.9/24", via="router")


def test_a_router_that_does_not_forward_lets_nothing_through(net):
    net.router.sysctl("net.ipv4.ip_forward", 0)
    assert not net.router.forwards
    with net.client.socket(type=socket.SOCK_DGRAM) as sock, net.capture() as trace:
        sock.sendto(b"lost", (net.server.address, 9))
    assert [frame.segment for frame in trace.frames] == ["lan"]


def test_no_router_sends_a_redirect(net):
    net.client.route_del("10.0.2.0/24")
    net.client.route_add("10.0.2.0/24", via="printer")  # which is no router, and knows a better way
    net.printer.sysctl("net.ipv4.ip_forward", 1)
    with net.capture() as trace:
        assert exchange(net, net.client, net.server, net.server.address)[0] == b"PING"
    assert [(frame.source, frame.target) for frame in trace.frames[:3]] == [
        ("client", "printer"),
        ("printer", "router"),
        ("router", "server"),
    ]
    assert len(trace.frames) == 5


def test_conditions_are_set_for_all_for_a_segment_and_for_one_interface(net):
    net.link.delay_ms = 1
    net.lan.link.delay_ms = 2
    net.router.link["wan"].delay_ms = 3
    assert [net.client.link.delay_ms, net.server.link.delay_ms] == [2, 1]
    assert [net.router.link["lan"].delay_ms, net.router.link["wan"].delay_ms] == [2, 3]
    assert net.client.link["lan"] is net.client.link
    with net.capture() as trace:
        exchange(net, net.client, net.server, net.server.address)
    took = [(frame.arrived_ns - frame.departed_ns) / 1e6 for frame in trace.frames]
    assert all(least <= each for least, each in zip([2, 3, 1, 2], took, strict=True))
    with pytest.raises(KeyError, match="router is not on a segment 'dmz'"):
        net.router.link["dmz"]
    with pytest.raises(ValueError, match="router on lan 2, router on wan 3"):
        _ = net.router.link.delay_ms
    net.wan.link.cut()
    with net.client.socket(type=socket.SOCK_DGRAM) as sock, net.capture() as trace:
        sock.sendto(b"lost", (net.server.address, 9))
    assert [frame.fate for frame in trace.frames] == ["delivered", "cut"]


def passed(trace, segment):
    """The datagrams on a segment; what a host answers to them is none."""
    return [frame for frame in trace.on(segment).frames if frame.data[23] == 17]


@pytest.mark.parametrize(
    ("place", "named", "struck"),
    [
        (lambda net: net.link, {}, [("lan", "dropped")]),  # each packet counts once, where it is sent
        (lambda net: net.link, {"sender": "router"}, [("wan", "dropped")]),
        (lambda net: net.link, {"to": "server"}, [("wan", "dropped")]),
        (lambda net: net.lan.link, {}, [("lan", "dropped")]),
        (lambda net: net.wan.link, {}, [("wan", "dropped")]),
        (lambda net: net.router.link, {}, [("wan", "dropped")]),
        (lambda net: net.router.link["wan"], {}, [("wan", "dropped")]),
    ],
    ids=["net", "sender", "to", "lan", "wan", "router", "router on wan"],
)
def test_a_fault_strikes_where_it_is_set(net, place, named, struck):
    place(net).faults = [Drop(protocol="udp", nth=2, **named)]
    with net.client.socket(type=socket.SOCK_DGRAM) as sock, net.capture() as trace:
        for number in range(3):
            sock.sendto(bytes([number]), (net.server.address, 9))
            trace.wait_for(lambda sent=number + 1: len(passed(trace, "lan")) == sent, WITHIN)
            trace.wait_until_quiet(WITHIN)
    udp = passed(trace, "lan") + passed(trace, "wan")
    assert [(frame.segment, frame.fate) for frame in udp if not frame.delivered] == struck
    assert [frame.data[42] for frame in udp if frame.segment == "wan" and frame.delivered] == [0, 2]


def test_a_service_of_a_router_is_reached_from_either_side(net):
    net.router.start(lambda conn: conn.sendall(b"hello"), port=80)
    for caller in (net.client, net.server):
        with caller.socket() as sock:
            sock.settimeout(WITHIN)
            sock.connect(("router", 80))
            assert sock.recv(10) == b"hello"


def test_routes_of_ipv6_are_there_too(network, port):
    net = network(**LAN_WAN, port=port, ipv6=True)
    assert [str(each.destination) for each in net.client.routes if ":" in each.destination] == [
        "fd00:0:0:1::/64",
        "fd00:0:0:2::/64",
    ]
    net.client.route_del("fd00:0:0:2::/64")
    net.client.route_add("fd00:0:0:2::/64", via="router")
    assert net.client.routes[-1] == ("fd00:0:0:2::/64", net.router.address6, "eth0")
    said, (source, *_) = exchange(net, net.client, net.server, net.server.address6, socket.AF_INET6)
    assert (said, source) == (b"PING", net.server.address6)


@pytest.mark.parametrize(
    ("destination", "way"),
    [
        ("fd00:0:0:2::2/128", dict(via="fd00:0:0:1::3")),  # a single host
        ("fd00:9::/128", dict(interface="eth0")),
        ("fd00:9::/127", dict(interface="eth0")),
        ("fe80::/10", dict(interface="eth0")),  # of what begins as what each interface has for itself
        ("ff00::/8", dict(interface="eth0")),
        ("ff00::/16", dict(interface="eth0")),
    ],
)
def test_each_route_of_ipv6_that_was_made_is_shown(network, destination, way):
    net = network(**LAN_WAN, ipv6=True)
    assert net.router.address6 == "fd00:0:0:1::3"
    before = net.client.routes
    net.client.route_add(destination, **way)
    (made,) = set(net.client.routes) - set(before)
    assert made == (destination, way.get("via", ""), "eth0")
    net.client.route_del(destination)
    assert net.client.routes == before


def test_what_the_interfaces_of_a_router_have_for_themselves_is_not_shown(network, port):
    net = network(**LAN_WAN, port=port, ipv6=True)

    def anycast():
        lines = map(str.split, net.router.core.proc_net("router", "ipv6_route").splitlines())
        return {interface for *_, flags, interface in lines if int(flags, 16) & 0x100000}  # RTF_ANYCAST

    wait_for(lambda: anycast() == {"eth0", "eth1"})  # the kernel joins them in its own time
    assert [each for each in net.router.routes if ":" in each.destination] == [
        ("fd00:0:0:1::/64", "", "eth0"),
        ("fd00:0:0:2::/64", "", "eth1"),
    ]


def test_a_host_follows_no_redirect_and_sends_none(net):
    told = {
        host.name: [
            host.sysctl(f"net.ipv4.conf.{name}.{what}_redirects")
            for name in ("all", "eth0")
            for what in ("send", "accept")
        ]
        for host in net.hosts
    }
    assert told == {host.name: ["0"] * 4 for host in net.hosts}
    assert [host.sysctl("net.ipv4.ip_forward") for host in net.hosts] == ["0", "0", "1", "0"]


def test_the_link_panel_has_a_row_for_each_cable(net):
    panel = link_panel(net)
    assert [line.split("  ")[1] for line in panel.text.splitlines()[1:]] == [
        "client",
        "printer",
        "router on lan",
        "router on wan",
        "server",
    ]
    panel.set("router on wan", "delay_ms", 5)
    assert net.router.link["wan"].delay_ms == 5 and net.router.link["lan"].delay_ms == 0
    panel.close()


def test_where_there_are_no_hosts_of_their_own_it_is_said(monkeypatch, capsys):
    monkeypatch.setenv("LABKIT_MODE", "recorded")
    with Network(**LAN_WAN) as net:
        assert (
            "lan=['client', 'printer', 'router'], wan=['router', 'server'] do not act"
            in capsys.readouterr().out
        )
        for lacking in (
            lambda: net.client.routes,
            lambda: net.client.route_add("default", via="router"),
            lambda: net.client.address_add("10.0.1.7/24"),
            lambda: net.router.forwards,
            lambda: net.lan.link.set(delay_ms=3),
            lambda: net.router.link["wan"].cut(),
        ):
            with pytest.raises(NeedsHosts):
                lacking()


def test_code_on_a_host_is_told_the_nearest_address_first(net):
    net.router.start(lambda conn: conn.sendall(b"hello"), port=80)
    for caller, address in ((net.client, "10.0.1.3"), (net.server, "10.0.2.1")):
        with caller, socket.create_connection(("router", 80), timeout=WITHIN) as sock:
            assert sock.getpeername() == (address, 80) and sock.recv(10) == b"hello"
