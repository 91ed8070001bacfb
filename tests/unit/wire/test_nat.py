"""What a NAT makes of packets: a table of what goes in and what comes out, and when."""

from __future__ import annotations

import pytest
from box_samples import (
    INSIDE,
    OTHER,
    OUTER,
    SERVER,
    STRANGER,
    UDP,
    echo,
    error,
    framed,
    ip,
    packed,
    quote,
    said,
    tcp,
    udp,
)

from labkit.wire.boxes.nat import Nat
from labkit.wire.boxes.packet import RST, read
from labkit.wire.checksums import checksum

S = 1_000_000_000
INSIDES = [(int.from_bytes(packed("10.0.1.0"), "big"), 0xFFFFFF00)]


def box(idle_s=None, reject=False):
    return Nat(packed(OUTER), INSIDES, idle_s, reject)


def out(nat, frame, now=0):
    """What leaves, as (source, target); None if nothing does."""
    passed, _ = nat.leaving(frame, now)
    return passed and said(passed)


def back(nat, frame, now=0):
    """What comes in, as (source, target); None if nothing does."""
    passed, answer = nat.arriving(frame, now)
    assert answer is None
    return passed and said(passed)


def table(nat, now=0):
    return [
        (protocol, *(f"{'.'.join(map(str, address))}:{port}" for address, port in ends), state)
        for protocol, ends, state, _ in nat.rows(now)
    ]


def opened(nat, now=0, sport=5000):
    nat.leaving(tcp("S", INSIDE, SERVER, sport), now)
    nat.arriving(tcp("SA", SERVER, OUTER, 80, sport), now)
    nat.leaving(tcp("A", INSIDE, SERVER, sport), now)
    return nat


@pytest.mark.parametrize(
    ("there", "answer"),
    [
        (tcp("S", INSIDE, SERVER), tcp("SA", SERVER, OUTER, 80, 5000)),
        (udp(INSIDE, SERVER, dport=80), udp(SERVER, OUTER, 80, 5000)),
    ],
    ids=["tcp", "udp"],
)
def test_the_source_is_translated_and_the_answer_back(there, answer):
    nat = box()
    assert out(nat, there) == (f"{OUTER}:5000", f"{SERVER}:80")
    assert back(nat, answer) == (f"{SERVER}:80", f"{INSIDE}:5000")


def test_a_ping_is_known_by_its_identifier():
    nat = box()
    assert out(nat, echo(INSIDE, SERVER)) == (f"{OUTER}:9", f"{SERVER}:0")
    assert out(nat, echo(OTHER, SERVER)) == (f"{OUTER}:61000", f"{SERVER}:0")
    assert back(nat, echo(SERVER, OUTER, 61000, answer=True)) == (f"{SERVER}:0", f"{OTHER}:9")
    assert back(nat, echo(SERVER, OUTER, 9, answer=True)) == (f"{SERVER}:0", f"{INSIDE}:9")


def test_two_with_the_same_port_get_two():
    nat = box()
    for source, port in ((INSIDE, 5000), (OTHER, 61000), ("10.0.1.3", 61001), (OTHER, 61000)):
        assert out(nat, tcp("S", source, SERVER)) == (f"{OUTER}:{port}", f"{SERVER}:80")
    assert back(nat, tcp("SA", SERVER, OUTER, 80, 61000)) == (f"{SERVER}:80", f"{OTHER}:5000")
    assert out(nat, udp(OTHER, SERVER)) == (f"{OUTER}:5000", f"{SERVER}:53")  # of UDP the port is free


def test_the_mapping_is_the_same_whoever_is_spoken_to_and_only_they_may_answer():
    nat = box()
    out(nat, udp(OTHER, SERVER))
    for target in (SERVER, STRANGER):
        assert out(nat, udp(INSIDE, target)) == (f"{OUTER}:61000", f"{target}:53")
    assert back(nat, udp(STRANGER, OUTER, 53, 61000)) == (f"{STRANGER}:53", f"{INSIDE}:5000")
    assert back(nat, udp(STRANGER, OUTER, 54, 61000)) == (f"{STRANGER}:54", f"{OUTER}:61000")
    assert back(nat, udp(STRANGER, OUTER, 53, 5000)) == (f"{STRANGER}:53", f"{OUTER}:5000")


def test_what_nobody_asked_for_is_the_routers_own_affair():
    nat = box()
    assert back(nat, tcp("S", SERVER, OUTER, 5000, 22)) == (f"{SERVER}:5000", f"{OUTER}:22")
    assert back(nat, udp(SERVER, OUTER)) == (f"{SERVER}:5000", f"{OUTER}:53")
    assert back(nat, echo(SERVER, OUTER)) == (f"{SERVER}:9", f"{OUTER}:0")


def test_an_inside_address_is_none_outside():
    assert back(box(), tcp("S", SERVER, INSIDE)) is None


def test_what_the_router_itself_sends_keeps_its_port_from_those_inside():
    nat = box()
    assert out(nat, tcp("S", OUTER, SERVER)) == (f"{OUTER}:5000", f"{SERVER}:80")
    assert out(nat, tcp("S", INSIDE, SERVER)) == (f"{OUTER}:61000", f"{SERVER}:80")
    assert back(nat, tcp("SA", SERVER, OUTER, 80, 5000)) == (f"{SERVER}:80", f"{OUTER}:5000")
    assert [row[1] for row in table(nat)] == [f"{INSIDE}:5000"]


def test_what_the_router_itself_answers_passes():
    nat = box(idle_s=1)
    assert out(nat, tcp("SA", OUTER, SERVER, 22, 5000)) == (f"{OUTER}:22", f"{SERVER}:5000")
    assert out(nat, udp(OUTER, SERVER, 53, 5000)) == (f"{OUTER}:53", f"{SERVER}:5000")
    assert back(nat, udp(SERVER, OUTER, 5000, 53), 9 * S) == (f"{SERVER}:5000", f"{OUTER}:53")


@pytest.mark.parametrize(
    "frame",
    [
        framed(ip(2, bytes(8), OUTER, "224.0.0.1"), group=True),
        framed(ip(47, bytes(8), OUTER, SERVER)),
        bytes(12) + b"\x08\x06" + bytes(28),
        tcp("S", "fd00::1", "fd00::2"),
        tcp("S", "10.0.3.1", SERVER),
        tcp("S", INSIDE, SERVER)[:50],
        bytes(14),
    ],
    ids=["group", "GRE of its own", "ARP", "IPv6", "not from inside", "cut", "nothing"],
)
def test_what_is_not_its_business_passes_as_it_is(frame):
    nat = box()
    assert nat.leaving(frame, 0) == nat.arriving(frame, 0) == (frame, None)


def test_other_protocols_from_inside_do_not_pass():
    assert out(box(), framed(ip(47, bytes(8), INSIDE, SERVER))) is None


# -- what it remembers, and for how long


def test_the_table_says_who_is_who_and_in_which_state():
    nat = box()
    nat.leaving(tcp("S", INSIDE, SERVER), 0)
    nat.leaving(udp(OTHER, SERVER), 0)
    assert table(nat) == [
        (6, f"{INSIDE}:5000", f"{OUTER}:5000", f"{SERVER}:80", "SYN-SENT"),
        (17, f"{OTHER}:5000", f"{OUTER}:5000", f"{SERVER}:53", "UNREPLIED"),
    ]
    nat.arriving(tcp("SA", SERVER, OUTER, 80, 5000), 0)
    nat.arriving(udp(SERVER, OUTER, 53, 5000), 0)
    assert [row[-1] for row in table(nat)] == ["SYN-RECEIVED", "REPLIED"]
    nat.leaving(tcp("A", INSIDE, SERVER), 0)
    assert table(nat)[0][-1] == "ESTABLISHED"
    nat.leaving(tcp("FA", INSIDE, SERVER), 0)
    assert table(nat)[0][-1] == "FIN"
    nat.arriving(tcp("FA", SERVER, OUTER, 80, 5000), 0)
    assert table(nat)[0][-1] == "TIME-WAIT"
    assert out(nat, tcp("A", INSIDE, SERVER)) == (f"{OUTER}:5000", f"{SERVER}:80")
    nat.leaving(tcp("S", INSIDE, SERVER), 0)
    assert table(nat)[0][-1] == "SYN-SENT"


@pytest.mark.parametrize("reset", ["R", "RA"])
def test_a_reset_passes_and_ends_it(reset):
    nat = opened(box())
    assert back(nat, tcp(reset, SERVER, OUTER, 80, 5000)) == (f"{SERVER}:80", f"{INSIDE}:5000")
    assert table(nat) == []
    assert out(nat, tcp("S", OTHER, SERVER)) == (f"{OUTER}:5000", f"{SERVER}:80")  # the port is free


@pytest.mark.parametrize(
    ("begin", "seconds"),
    [
        (lambda nat: opened(nat), 7440),
        (lambda nat: nat.leaving(tcp("S", INSIDE, SERVER), 0), 240),
        (lambda nat: opened(nat).leaving(tcp("FA", INSIDE, SERVER), 0), 240),
        (lambda nat: nat.leaving(udp(INSIDE, SERVER), 0), 300),
        (lambda nat: nat.leaving(echo(INSIDE, SERVER), 0), 60),
    ],
    ids=["established", "syn", "fin", "udp", "ping"],
)
def test_for_how_long_it_remembers(begin, seconds):
    for idle_s, limit in ((None, seconds), (2.5, 2.5)):
        nat = box(idle_s)
        begin(nat)
        assert len(table(nat, round(limit * S) - 1)) == 1
        assert table(nat, round(limit * S)) == []


def test_each_packet_keeps_it_alive_in_either_direction():
    nat = box(idle_s=10)
    nat.leaving(udp(INSIDE, SERVER), 0)
    nat.arriving(udp(SERVER, OUTER, 53, 5000), 9 * S)
    nat.leaving(udp(INSIDE, SERVER), 18 * S)
    assert [idle for *_, idle in nat.rows(27 * S)] == [9 * S]
    assert table(nat, 28 * S) == []


def late(reject, how):
    """A NAT that has forgotten a connection, and the time that it is."""
    nat = opened(box(idle_s=10, reject=reject))
    if how == "forget":
        nat.forget()
        return nat, 1
    return nat, 10 * S


@pytest.mark.parametrize("how", ["idle", "forget"])
def test_a_late_segment_gets_silence(how):
    nat, now = late(False, how)
    assert nat.leaving(tcp("PA", INSIDE, SERVER, data=b"x"), now) == (None, None)
    assert nat.arriving(tcp("PA", SERVER, OUTER, 80, 5000, b"x"), now) == (None, None)
    # Nobody ever knew this one, so it is the router's own affair.
    assert back(nat, tcp("PA", STRANGER, OUTER, 80, 5000), now) == (f"{STRANGER}:80", f"{OUTER}:5000")


@pytest.mark.parametrize("how", ["idle", "forget"])
def test_a_late_segment_gets_a_reset(how):
    nat, now = late(True, how)
    passed, answer = nat.leaving(tcp("PA", INSIDE, SERVER, data=b"x", ack=777), now)
    assert passed is None and said(answer) == (f"{SERVER}:80", f"{INSIDE}:5000")
    assert read(answer).flags == RST and answer[38:42] == (777).to_bytes(4, "big")
    assert nat.leaving(tcp("R", INSIDE, SERVER), now) == (None, None)  # never to a reset
    # What comes from outside goes to the router's kernel, which resets it.
    assert back(nat, tcp("PA", SERVER, OUTER, 80, 5000), now) == (f"{SERVER}:80", f"{OUTER}:5000")


def test_what_was_forgotten_begins_anew():
    nat, now = late(False, "forget")
    assert out(nat, tcp("S", INSIDE, SERVER), now) == (f"{OUTER}:5000", f"{SERVER}:80")
    assert back(nat, tcp("SA", SERVER, OUTER, 80, 5000), now) == (f"{SERVER}:80", f"{INSIDE}:5000")


def test_a_late_datagram_gets_a_new_mapping():
    nat = box(idle_s=10)
    nat.leaving(udp(INSIDE, SERVER), 0)
    nat.leaving(udp(OTHER, SERVER), 9 * S)
    assert out(nat, udp(STRANGER.replace("2.3", "1.3"), SERVER), 10 * S) == (f"{OUTER}:5000", f"{SERVER}:53")
    assert out(nat, udp(INSIDE, SERVER), 10 * S) == (f"{OUTER}:61001", f"{SERVER}:53")


# -- ICMP errors


@pytest.mark.parametrize("quoted", [28, 60])
@pytest.mark.parametrize(
    ("there", "mapped"),
    [
        (tcp("S", OTHER, SERVER), (f"{OTHER}:5000", f"{SERVER}:80")),
        (udp(OTHER, SERVER), (f"{OTHER}:5000", f"{SERVER}:53")),
        (echo(OTHER, SERVER), (f"{OTHER}:9", f"{SERVER}:0")),
    ],
    ids=["tcp", "udp", "ping"],
)
def test_an_error_from_outside_comes_to_whom_it_is_about(there, mapped, quoted):
    nat = box()
    for source in (INSIDE, OTHER):
        first = bytearray(there)
        read(there).set_source(first, packed(source))
        passed, _ = nat.leaving(bytes(first), 0)
    assert said(passed)[0] == f"{OUTER}:61000"
    inward, _ = nat.arriving(error("10.0.2.9", OUTER, passed, kind=11, code=0, quoted=quoted), 0)
    assert said(inward) == ("10.0.2.9:0", f"{OTHER}:0") and quote(inward) == mapped


@pytest.mark.parametrize(
    "teller", [OTHER, OUTER, "10.0.1.254"], ids=["inside", "router", "its inner address"]
)
def test_an_error_about_what_was_let_in_quotes_the_outer_address(teller):
    nat = box()
    nat.leaving(udp(INSIDE, SERVER), 0)
    nat.leaving(udp(OTHER, SERVER), 0)
    inward, _ = nat.arriving(udp(SERVER, OUTER, 53, 61000), 0)
    outward, _ = nat.leaving(error(teller, SERVER, inward), 0)
    assert said(outward) == (f"{OUTER}:0", f"{SERVER}:0")
    assert quote(outward) == (f"{SERVER}:53", f"{OUTER}:61000")


def test_an_error_about_what_is_not_known():
    nat = box()
    own = error(OUTER, SERVER, udp(SERVER, OUTER))
    assert nat.leaving(own, 0) == (own, None)
    assert nat.leaving(error(INSIDE, SERVER, udp(SERVER, INSIDE)), 0) == (None, None)
    strange = error(SERVER, OUTER, udp(OUTER, SERVER))
    assert nat.arriving(strange, 0) == (strange, None)
    short = error(SERVER, OUTER, udp(OUTER, SERVER), quoted=10)
    assert nat.arriving(short, 0) == (short, None)


# -- fragments


def pieces(src, dst, sport, dport, ident=77):
    whole = udp(src, dst, sport, dport, bytes(range(40)))[14:]
    body = whole[20:]
    first = whole[:4] + ident.to_bytes(2, "big") + b"\x20\0" + whole[8:]
    first = framed(first[:2] + (20 + 24).to_bytes(2, "big") + first[4:10] + bytes(2) + first[12:44])
    first = first[:24] + _header_sum(first) + first[26:]
    return first, framed(ip(UDP, body[24:], src, dst, ident=ident, where=3))


def _header_sum(frame):
    return checksum(frame[14:24] + bytes(2) + frame[26:34]).to_bytes(2, "big")


def test_fragments_go_where_the_first_has_gone():
    nat = box()
    out(nat, udp(OTHER, SERVER))
    first, second = pieces(INSIDE, SERVER, 5000, 53)
    assert out(nat, second) is None  # before the first nobody knows where it belongs
    assert out(nat, first) == (f"{OUTER}:61000", f"{SERVER}:53")
    assert out(nat, second) == (f"{OUTER}:0", f"{SERVER}:0")
    first, second = pieces(SERVER, OUTER, 53, 61000)
    assert back(nat, first) == (f"{SERVER}:53", f"{INSIDE}:5000")
    assert back(nat, second) == (f"{SERVER}:0", f"{INSIDE}:0")


def test_when_all_ports_are_taken_nothing_leaves_until_one_is_free(monkeypatch):
    monkeypatch.setattr("labkit.wire.boxes.mappings.LAST", 61001)
    nat = box(idle_s=10)
    hosts = [f"10.0.1.{number}" for number in range(1, 6)]
    ports = [out(nat, udp(host, SERVER), at * S) for at, host in enumerate(hosts)]
    assert ports == [(f"{OUTER}:{port}", f"{SERVER}:53") for port in (5000, 61000, 61001)] + [None, None]
    assert out(nat, tcp("S", hosts[4], SERVER), 5 * S) == (f"{OUTER}:5000", f"{SERVER}:80")
    nat.leaving(udp(INSIDE, SERVER), 5 * S)
    assert out(nat, udp(hosts[4], SERVER), 11 * S) == (f"{OUTER}:61000", f"{SERVER}:53")


def test_without_a_checksum_there_is_still_none():
    frame = udp(INSIDE, SERVER)
    frame = frame[:40] + b"\0\0" + frame[42:]
    passed, _ = box().leaving(frame, 0)
    assert passed[40:42] == b"\0\0"


def test_whose_a_frame_is_that_has_left():
    nat = box()
    mine, _ = nat.leaving(tcp("S", INSIDE, SERVER), 0)
    assert nat.translates(mine, 0)
    own, _ = nat.leaving(tcp("S", OUTER, SERVER, 5001), 0)
    assert not nat.translates(own, 0) and not nat.translates(bytes(14), 0)
