"""What the kernel has counted, as a value: its text, names, differences, and what is said of a wrong name."""

from __future__ import annotations

import pytest

from labkit.sockets.counters import Counters, parsed

SNMP = """\
Ip: Forwarding DefaultTTL ReasmFails
Ip: 2 64 3
IcmpMsg: InType3
IcmpMsg: 1
Tcp: MaxConn CurrEstab
Tcp: -1 2
Udp: NoPorts RcvbufErrors
Udp: 1 96
UdpLite: NoPorts RcvbufErrors
UdpLite: 0 0
"""


def counted(**counts):
    return Counters(counts, "server")


def test_each_count_is_found_by_its_group_and_name():
    counts = parsed(SNMP)
    assert counts["UdpRcvbufErrors"] == 96 and counts["UdpLiteRcvbufErrors"] == 0
    assert (counts["TcpMaxConn"], counts["IpReasmFails"], counts["IcmpMsgInType3"]) == (-1, 3, 1)
    assert len(counts) == 10


@pytest.mark.parametrize(
    "text",
    ["Ip: Forwarding\n", "Ip: Forwarding\nIp: 2 3\n", "Ip: Forwarding\nTcp: 2\n", "Ip: Forwarding\nIp: x\n"],
)
def test_what_is_no_pair_of_names_and_numbers_is_refused(text):
    with pytest.raises(ValueError):
        parsed(text)


def test_a_difference_is_what_was_counted_between():
    before, after = (
        counted(UdpNoPorts=1, TcpInErrs=2),
        counted(UdpNoPorts=4, TcpInErrs=2, IcmpMsgInType3=5),
    )
    assert dict(after - before) == {"UdpNoPorts": 3, "TcpInErrs": 0, "IcmpMsgInType3": 5}
    assert after - after == counted(UdpNoPorts=0, TcpInErrs=0, IcmpMsgInType3=0)


def test_counts_of_two_hosts_have_no_difference():
    with pytest.raises(ValueError, match="counts of server and of client"):
        counted(UdpNoPorts=1) - Counters({"UdpNoPorts": 1}, "client")
    with pytest.raises(TypeError):
        counted(UdpNoPorts=1) - 1


def test_it_shows_what_is_not_zero():
    assert repr(counted(UdpNoPorts=0, UdpRcvbufErrors=96, IpInReceives=7)) == (
        "server\nUdpRcvbufErrors  96\nIpInReceives     7"
    )
    assert repr(counted(UdpNoPorts=0)) == "server\nnothing counted"


def test_nobody_can_change_it():
    counts = {"UdpNoPorts": 1}
    mine = Counters(counts, "server")
    counts["UdpNoPorts"] = 2
    assert mine["UdpNoPorts"] == 1
    with pytest.raises(TypeError):
        mine["UdpNoPorts"] = 2


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("RcvbufErrors", "did you mean UdpRcvbufErrors or UdpLiteRcvbufErrors"),
        ("UdpRcvBufError", "did you mean UdpRcvbufErrors"),
        ("nonsense", "list\\(host.counters\\(\\)\\) has all names"),
        (3, "list\\(host.counters\\(\\)\\) has all names"),
    ],
)
def test_a_name_that_the_kernel_has_not_is_refused_with_what_it_has(name, words):
    with pytest.raises(KeyError, match=words):
        Counters(parsed(SNMP))[name]
    assert name not in Counters(parsed(SNMP))
    assert Counters(parsed(SNMP)).get(name) is None
