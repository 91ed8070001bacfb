"""Who has which interface, address and route, of the arguments alone."""

from __future__ import annotations

import itertools
import marshal
import re

import pytest

from labkit.network.arguments import check_layout, check_mtu
from labkit.network.described import described
from labkit.network.plan import Plan, Way
from labkit.wire.channel import MAX_MESSAGE

LAN_WAN = {"lan": ["client", "printer", "router"], "wan": ["router", "server"]}
RING = {"one": ["a", "x"], "two": ["x", "b", "y"], "three": ["y", "c", "z"], "four": ["z", "a", "d"]}


def test_one_segment_has_the_addresses_it_always_had():
    plan = Plan({"": ("client", "server")}, ipv6=True)
    assert plan.hosts == ("client", "server") and not plan.several
    assert plan.interfaces("server") == (("eth0", "", "10.0.0.2", "fd00::2", "02:00:00:00:00:02"),)
    assert plan.network("") == "10.0.0.0/24" and plan.routes("client") == ()
    assert Plan({"lan": ("client", "server")}).interfaces("server")[0].address == "10.0.0.2"


def test_several_count_in_their_order():
    plan = Plan(LAN_WAN, ipv6=True)
    assert plan.hosts == ("client", "printer", "router", "server")
    assert plan.interfaces("router") == (
        ("eth0", "lan", "10.0.1.3", "fd00:0:0:1::3", "02:00:00:00:01:03"),
        ("eth1", "wan", "10.0.2.1", "fd00:0:0:2::1", "02:00:00:00:02:01"),
    )
    assert [plan.forwards(host) for host in plan.hosts] == [False, False, True, False]
    assert plan.addresses()["10.0.2.1"] == plan.addresses()["fd00:0:0:1::3"] == "router"
    assert plan.stations() == [
        ("client", "lan"),
        ("printer", "lan"),
        ("router", "lan"),
        ("router", "wan"),
        ("server", "wan"),
    ]


def test_routes_lead_over_the_router():
    plan = Plan(LAN_WAN, ipv6=True)
    assert plan.routes("client") == (("10.0.2.0/24", "10.0.1.3", "eth0"),)
    assert plan.routes("server") == (("10.0.1.0/24", "10.0.2.1", "eth0"),)
    assert plan.routes("server", ipv6=True) == (("fd00:0:0:1::/64", "fd00:0:0:2::1", "eth0"),)
    assert plan.routes("router") == ()


def test_routes_lead_the_shortest_way_round_a_ring():
    plan = Plan(RING)
    assert plan.routes("b") == (
        ("10.0.1.0/24", "10.0.2.1", "eth0"),
        ("10.0.3.0/24", "10.0.2.3", "eth0"),
        ("10.0.4.0/24", "10.0.2.1", "eth0"),
    )  # as far over y and z: the way named first
    assert plan.routes("a") == (("10.0.2.0/24", "10.0.1.2", "eth0"), ("10.0.3.0/24", "10.0.4.1", "eth1"))
    assert plan.nearest("b", "a") == plan.interfaces("a")[0]
    assert plan.nearest("d", "a").segment == "four"
    assert plan.nearest("c", "z").segment == "three" and plan.nearest("z", "z").name == "eth0"


@pytest.mark.parametrize("layout", [LAN_WAN, RING], ids=["row", "ring"])
def test_packets_that_follow_the_routes_arrive(layout):
    """From each host to each address, hop by hop, and never over more hosts than there are segments."""
    plan = Plan(layout)
    owner = plan.addresses()
    for start, (address, end) in itertools.product(plan.hosts, owner.items()):
        here, hops = start, 0
        network = address.rpartition(".")[0] + ".0/24"
        while network not in {plan.network(each.segment) for each in plan.interfaces(here)}:
            here = owner[next(route.via for route in plan.routes(here) if route.destination == network)]
            hops += 1
            assert plan.forwards(here) and hops < len(layout)
        assert end in plan.layout[next(name for name in plan.layout if plan.network(name) == network)]
        assert hops == plan._ways[start][next(s for s in layout if plan.network(s) == network)].hops


def test_a_way_says_how_far_it_is():
    assert Plan(LAN_WAN)._ways["client"] == {"lan": Way(0, "lan", None), "wan": Way(1, "lan", "router")}


GOOD = {"taken": ("hosts", "link"), "known": ("delay_ms", "seed")}


@pytest.mark.parametrize(
    ("hosts", "segments", "error", "said"),
    [
        ((), {"dely_ms": 10}, TypeError, "no argument dely_ms (delay_ms, seed); a segment is a list"),
        ((), {"lan": "client"}, TypeError, "a segment is a list of hosts' names"),
        (("a", "b"), LAN_WAN, TypeError, "not both (got 'a', 'b' beside lan, wan)"),
        ((), {"lan": ["a", "b"], "wan": ["b"]}, ValueError, "at least 2 hosts (got wan=['b'])"),
        ((), {"lan": ["a", "b"], "wan": ["c", "d"]}, ValueError, "no host joins wan with lan"),
        ((), {"lan": ["a", "a"]}, ValueError, "'a' is named twice on lan"),
        ((), {"lan": ["a", "wan"], "wan": ["a", "b"]}, ValueError, "'wan' is a segment and a host"),
        ((), {"hosts": ["a", "b"]}, ValueError, "net.hosts is something else already"),
        ((), {"_lan": ["a", "b"]}, ValueError, "a segment's name is a letter"),
        ((), {"lan": ["a", "9"]}, ValueError, "a host's name is a letter"),
        ((), {"lan": ["a", 9]}, ValueError, "a host's name is a letter"),
        ((), {f"s{n}": ["a", f"b{n}"] for n in range(17)}, ValueError, "up to 16 segments (got 17)"),
        ((), {"lan": [f"h{n}" for n in range(65)]}, ValueError, "up to 64 hosts (got 65)"),
        (
            (),
            {f"s{n}": [f"h{h}" for h in range(17)] for n in range(16)},
            ValueError,
            "up to 256 interfaces in all (got 272)",
        ),
        (("a",), {}, ValueError, "from 2 to 64 hosts (got 1)"),
        ((["a", "b"],), {}, TypeError, "one by one: Network('a', 'b')"),
    ],
)  # fmt: skip
def test_what_makes_no_network_is_refused(hosts, segments, error, said):
    with pytest.raises(error, match=re.escape(said)):
        check_layout(hosts, segments, **GOOD)


def test_segments_joined_by_hosts_that_are_named_later_are_one_network():
    layout = {"one": ["a", "b"], "two": ["c", "d"], "three": ["d", "b"]}
    assert check_layout((), layout, **GOOD) == {name: tuple(members) for name, members in layout.items()}


@pytest.mark.parametrize(
    ("mtu", "ipv6", "sizes"),
    [
        (1500, False, {"lan": 1500, "wan": 1500}),
        (1400, True, {"lan": 1400, "wan": 1400}),
        ({"wan": 576}, False, {"lan": 1500, "wan": 576}),
    ],
)
def test_mtu_of_each_segment(mtu, ipv6, sizes):
    assert check_mtu(mtu, ("lan", "wan"), ipv6) == sizes


@pytest.mark.parametrize(
    ("mtu", "layout", "said"),
    [
        (575, ["lan", "wan"], "mtu is a whole number from 576 to 1500"),
        ({"wan": 9000}, ["lan", "wan"], "mtu of wan is a whole number from 576 to 1500 (got 9000)"),
        ({"wam": 1400}, ["lan", "wan"], "mtu names the segment 'wam'; this network has lan, wan"),
        ({"": 1400}, [""], "mtu names the segment ''; this network has one, without a name"),
        ({"wan": 1200}, ["lan", "wan"], "IPv6 needs an mtu of at least 1280 (got 1200"),
    ],
)
def test_an_mtu_that_cannot_be_is_refused(mtu, layout, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        check_mtu(mtu, layout, True)


@pytest.mark.parametrize(
    "layout",
    [
        {f"s{n}": [f"host-with-a-long-name-{h:04}" for h in range(16)] for n in range(16)},
        {f"s{n}": [f"host-with-a-long-name-{h:04}" for h in range(4 * n, 4 * n + 5)] for n in range(15)},
    ],
    ids=["all on all", "a row"],
)
def test_the_largest_network_can_be_described(layout):
    sizes = dict.fromkeys(layout, 1500)
    configuration = described(Plan(layout, ipv6=True), {"mtu": sizes, "sysctls": []})
    assert len(marshal.dumps((1, "build", (configuration,)))) < MAX_MESSAGE
