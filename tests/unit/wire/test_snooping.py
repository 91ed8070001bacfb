"""Who gets a multicast frame from a switch that reads IGMP."""

from __future__ import annotations

from socket import inet_aton
from struct import pack

import pytest
from wire_samples import ethernet, ipv4, udp

from labkit.wire.snooping import Snooping

GROUP, OTHER = "239.1.2.3", "239.129.2.3"  # both have the MAC 01:00:5e:01:02:03
JOIN, LEAVE, ALLOW, BLOCK, IS_EXCLUDE = 4, 3, 5, 6, 2


def multicast(protocol, body, group, options=b""):
    mac = b"\x01\x00\x5e" + bytes([inet_aton(group)[1] & 0x7F]) + inet_aton(group)[2:]
    return ethernet(0x0800, ipv4(protocol, body, dst=group, options=options), target=mac)


def data(group=GROUP):
    return multicast(17, udp(40000, 5007, b"x"), group)


def igmp(kind, group="0.0.0.0", to=None):
    return multicast(2, pack("!BBH4s", kind, 0, 0, inet_aton(group)), to or group, b"\x94\x04\x00\x00")


def report(*records):
    body = pack("!BxHxxH", 0x22, 0, len(records))
    for mode, group, *sources in records:
        body += pack("!BxH4s", mode, len(sources), inet_aton(group)) + b"".join(map(inet_aton, sources))
    return multicast(2, body, "224.0.0.22", b"\x94\x04\x00\x00")


def after(*said):
    """Who of a, b, c gets what "s" sends to GROUP, after these (station, frame)."""
    switch = Snooping()
    for station, frame in said:
        switch.learn(frame, station)
    return "".join(switch.receivers(data(), list("abc")))


@pytest.mark.parametrize(
    ("said", "receivers"),
    [
        ([], ""),
        ([("b", report((JOIN, GROUP)))], "b"),
        ([("c", report((JOIN, GROUP))), ("a", report((JOIN, GROUP)))], "ac"),
        ([("b", report((JOIN, OTHER)))], ""),  # the MAC is the same, the group is not
        ([("b", report((JOIN, OTHER), (JOIN, GROUP)))], "b"),
        ([("b", report((JOIN, GROUP))), ("b", report((LEAVE, GROUP)))], ""),
        ([("b", report((JOIN, GROUP))), ("a", report((LEAVE, GROUP)))], "b"),
        ([("b", report((IS_EXCLUDE, GROUP)))], "b"),
        ([("b", report((ALLOW, GROUP, "10.0.0.1")))], "b"),
        ([("b", report((LEAVE, GROUP, "10.0.0.1")))], "b"),  # include these sources: still a member
        ([("b", report((JOIN, GROUP))), ("b", report((BLOCK, GROUP, "10.0.0.9")))], "b"),
        ([("b", igmp(0x16, GROUP))], "b"),
        ([("b", igmp(0x12, GROUP))], "b"),
        ([("b", igmp(0x16, GROUP)), ("b", igmp(0x17, GROUP, "224.0.0.2"))], ""),
        ([("c", igmp(0x11, to="224.0.0.1"))], "c"),  # who asks is a router, and gets every group
        ([("s", report((JOIN, GROUP)))], ""),  # nobody gets his own frame back
    ],
)
def test_a_group_goes_to_its_members(said, receivers):
    assert after(*said) == receivers


@pytest.mark.parametrize(
    "frame",
    [
        data("224.0.0.251"),
        report((JOIN, GROUP)),
        igmp(0x11, to="224.0.0.1"),
        igmp(0x17, GROUP, "224.0.0.2"),
        ethernet(0x0806, bytes(28), target=b"\xff" * 6),
        ethernet(0x86DD, bytes(40), target=b"\x33\x33\0\0\0\1"),
        ethernet(0x0800, b"E", target=b"\x01\x00\x5e\1\2\3"),
    ],
    ids=["224.0.0.x", "v3 report", "query", "v2 leave", "broadcast", "IPv6", "cut short"],
)
def test_what_goes_to_all(frame):
    assert Snooping().receivers(frame, ["a", "b"]) == ["a", "b"]


def test_a_version_2_report_goes_to_routers_only():
    switch = Snooping()
    assert switch.receivers(igmp(0x16, GROUP), ["b", "c"]) == []
    switch.learn(igmp(0x11, to="224.0.0.1"), "c")
    assert switch.receivers(igmp(0x16, GROUP), ["b", "c"]) == ["c"]


@pytest.mark.parametrize("length", range(34, 60))
def test_a_report_that_is_cut_short_raises_nothing(length):
    whole = report((JOIN, OTHER), (JOIN, GROUP))
    Snooping().learn(whole[:length], "a")
    Snooping().receivers(whole[:length], ["b"])
