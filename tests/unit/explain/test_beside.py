"""What other programs' captures show beside TCP: who can know that nobody answered; packets too big, in IPv6 too."""

from __future__ import annotations

from struct import pack

import pytest
from wire_samples import ADDRESSES, MS, ethernet, frame, ipv4, udp

from labkit.explain import explain
from labkit.packets.frame import Arrival
from labkit.traces.trace import Trace

ROUTER, ALL = bytes([2, 0, 0, 0, 0, 1]), b"\xff" * 6  # `ethernet` sends from the router's card


def seen(data, number, at, source, target):
    """One time a frame, as in any other program's capture."""
    arrivals = (Arrival(target, at * MS),)
    return frame(data, number=number, at=at * MS, source=source, target=target, arrivals=arrivals)


def asks(number, at, tags=b""):
    """The router asks for 10.0.0.9."""
    body = (
        pack(">HHBBH", 1, 0x0800, 6, 4, 1) + ROUTER + bytes([10, 0, 0, 1]) + bytes(6) + bytes([10, 0, 0, 9])
    )
    data = ALL + ROUTER + tags + b"\x08\x06" + body
    return seen(data, number, at, "10.0.0.1", "*")


def says(number, at, src, dst, to=b"\2\0\0\0\0\7"):
    data = ethernet(0x0800, ipv4(17, udp(5353, 5353, b"hello"), src, dst), target=to)
    return seen(data, number, at, src, dst)


OURS = [says(8, 5500, "10.0.0.5", "10.0.0.7"), says(9, 6500, "10.0.0.7", "10.0.0.5")]


@pytest.mark.parametrize("seconds", [[0], [0, 60, 120], [0, 0.01]], ids=["once", "each minute", "at once"])
def test_a_third_hosts_capture_cannot_know_that_nobody_answered(seconds):
    asked = [asks(number, second * 1000) for number, second in enumerate(seconds, 1)]
    later = [says(8, 125_500, "10.0.0.5", "10.0.0.7"), says(9, 126_500, "10.0.0.7", "10.0.0.5")]
    assert explain(Trace([*asked, *later])).kinds == []


def test_who_asks_again_a_second_later_was_not_answered():
    asked = [asks(number, number * 1000) for number in (1, 2, 3)]
    (finding,) = explain(Trace([*asked, *OURS])).findings
    assert (finding.kind, finding.frames, finding.values["count"]) == ("arp-unanswered", (1, 2, 3), 3)


@pytest.mark.parametrize("tags", [b"", b"\x81\0\0\5"], ids=["plain", "with a VLAN's tag"])
def test_a_capture_that_has_what_goes_to_the_asker_knows_it(tags):
    asked = [asks(1, 0, tags=tags), asks(2, 1000, tags=tags)]
    answers = says(7, 3000, "10.0.0.5", "10.0.0.1", to=ROUTER)
    (finding,) = explain(Trace([*asked, answers, *OURS])).findings
    assert (finding.kind, finding.frames, finding.values["count"]) == ("arp-unanswered", (1, 2), 2)
    assert finding.values["address"] == "10.0.0.9"


def test_an_address_that_sends_is_somebodys():
    answers = says(7, 3000, "10.0.0.5", "10.0.0.1", to=ROUTER)
    wanted = says(10, 7000, "10.0.0.9", "224.0.0.251")
    assert explain(Trace([asks(1, 0), answers, *OURS, wanted])).kinds == []


def too_big(mtu):
    """A router's message to the client: what it sent to the server has to be smaller."""
    client, server, router = (bytes.fromhex("fd00") + bytes(13) + bytes([last]) for last in (1, 2, 254))
    quoted = pack(">IHBB", 6 << 28, 1460, 17, 64) + client + server + udp(1234, 9, bytes(100))
    body = bytes([2, 0, 0, 0]) + pack(">I", mtu) + quoted
    packet = pack(">IHBB", 6 << 28, len(body), 58, 64) + router + client + body
    return seen(ethernet(0x86DD, packet), 1, 0, "router", "client")


def test_a_packet_too_big_for_the_path_in_ipv6():
    names = {**ADDRESSES, "fd00::1": "client", "fd00::2": "server"}
    (finding,) = explain(Trace([too_big(1280)], addresses=names)).findings
    assert (finding.kind, finding.frames, finding.note) == ("path-mtu", (1,), True)
    assert finding.sentence == "router says that packets to server may have 1,280 bytes at most"
    assert explain(Trace([too_big(1280)], addresses=names)).faults == ()
