"""What a firewall lets pass, and what it answers: a table of packets."""

from __future__ import annotations

import pytest
from box_samples import (
    ICMPV6,
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
from hypothesis import given
from hypothesis import strategies as st

from labkit.wire.boxes.firewall import Firewall
from labkit.wire.boxes.nat import Nat
from labkit.wire.boxes.packet import RST, read
from labkit.wire.boxes.rules import Rule

S = 1_000_000_000
ANY = dict(protocol=None, ports=None, source_ports=None, icmp=None, senders=None, targets=None)
IN6, OUT6 = "fd00:0:0:1::1", "fd00:0:0:2::2"


def rule(**said):
    return Rule({**ANY, **said})


def network(text, bits=32):
    number = int.from_bytes(packed(text), "big")
    return (6 if ":" in text else 4, number, (1 << bits) - 1 << (128 if ":" in text else 32) - bits)


def box(*allow, reject=False, stateful=True, idle_s=None):
    return Firewall(allow, reject, stateful, idle_s, {4: packed(OUTER), 6: packed("fd00:0:0:2::1")})


def leaves(wall, frame, now=0):
    return wall.leaving(frame, now)[0] == frame


def arrives(wall, frame, now=0):
    return wall.arriving(frame, now)[0] == frame


@pytest.mark.parametrize(
    ("there", "answer", "stranger"),
    [
        (
            tcp("S", INSIDE, SERVER),
            tcp("SA", SERVER, INSIDE, 80, 5000),
            tcp("SA", STRANGER, INSIDE, 80, 5000),
        ),
        (udp(INSIDE, SERVER), udp(SERVER, INSIDE, 53, 5000), udp(SERVER, INSIDE, 54, 5000)),
        (echo(INSIDE, SERVER), echo(SERVER, INSIDE, answer=True), echo(SERVER, INSIDE, 8, answer=True)),
        (tcp("S", IN6, OUT6), tcp("SA", OUT6, IN6, 80, 5000), tcp("S", OUT6, IN6, 80, 5000 + 1)),
        (echo(IN6, OUT6), echo(OUT6, IN6, answer=True), echo(OUT6, IN6)),
        (tcp("S", OUTER, SERVER), tcp("SA", SERVER, OUTER, 80, 5000), tcp("S", SERVER, OUTER)),
    ],
    ids=["tcp", "udp", "ping", "tcp6", "ping6", "the router's own"],
)
def test_who_is_inside_is_answered_and_nobody_else_comes_in(there, answer, stranger):
    wall = box()
    assert not arrives(wall, answer)
    assert leaves(wall, there) and arrives(wall, answer) and not arrives(wall, stranger)
    assert wall.arriving(stranger, 0) == (None, None)


@pytest.mark.parametrize(
    ("allow", "passes"),
    [
        (rule(protocol="tcp", ports=[80]), [1]),
        (rule(protocol="tcp"), [1, 2]),
        (rule(protocol="udp", ports=[53]), [3]),
        (rule(protocol="icmp"), [4, 5]),
        (rule(icmp=[("icmp", 8, None)], protocol="icmp"), [4]),
        (rule(targets=[network(OTHER)]), [2]),
        (rule(senders=[network("10.0.2.0", 24)]), [1, 3, 4]),
        (rule(senders=[network(OUT6, 128)]), [5]),
        (rule(protocol="tcp", source_ports=[6000]), [2]),
        (rule(protocol="tcp", ports=[80], targets=[network(OTHER)]), []),
    ],
)
def test_what_a_rule_lets_in(allow, passes):
    frames = [
        tcp("S", SERVER, INSIDE),
        tcp("S", "10.0.3.1", OTHER, 6000, 22),
        udp(SERVER, INSIDE),
        echo(SERVER, INSIDE),
        echo(OUT6, IN6),
    ]
    assert [place for place, frame in enumerate(frames, 1) if arrives(box(allow), frame)] == passes


def test_what_was_let_in_is_a_connection_with_its_answers():
    wall = box(rule(protocol="tcp", ports=[80]))
    assert arrives(wall, tcp("S", SERVER, INSIDE)) and leaves(wall, tcp("SA", INSIDE, SERVER, 80, 5000))
    assert arrives(wall, tcp("A", SERVER, INSIDE))
    assert not arrives(wall, tcp("A", SERVER, INSIDE, 5001))  # a rule lets in what begins, not what goes on
    ((protocol, (source, target), state, _),) = wall.rows(0)
    assert (protocol, state) == (6, "ESTABLISHED")
    assert (source, target) == ((packed(SERVER), 5000), (packed(INSIDE), 80))


def test_without_state_each_packet_must_be_allowed():
    wall = box(rule(protocol="tcp", source_ports=[80]), stateful=False)
    assert leaves(wall, tcp("S", INSIDE, SERVER)) and leaves(wall, tcp("A", INSIDE, STRANGER))
    assert arrives(wall, tcp("SA", SERVER, INSIDE, 80, 5000))
    assert arrives(wall, tcp("S", STRANGER, INSIDE, 80, 22))  # the hole in such a rule
    assert not arrives(wall, tcp("SA", SERVER, INSIDE, 81, 5000))
    assert list(wall.rows(0)) == []


@pytest.mark.parametrize(
    ("frame", "flags"),
    [(tcp("S", SERVER, INSIDE, seq=4), "RA"), (tcp("PA", SERVER, INSIDE, data=b"x", ack=5), "R")],
    ids=["syn", "data"],
)
def test_tcp_is_rejected_by_a_reset(frame, flags):
    passed, answer = box(reject=True).arriving(frame, 0)
    assert passed is None and said(answer) == (f"{INSIDE}:80", f"{SERVER}:5000")
    assert read(answer).flags & RST and answer[:12] == frame[6:12] + frame[:6]
    seq, ack = answer[38:42], answer[42:46]
    assert (seq, ack) == (
        (bytes(4), (5).to_bytes(4, "big")) if flags == "RA" else ((5).to_bytes(4, "big"), bytes(4))
    )


def test_tcp_over_ipv6_is_rejected_by_a_reset():
    _, answer = box(reject=True).arriving(tcp("S", OUT6, IN6), 0)
    assert (
        said(answer) == (f"{IN6.replace(':0:0:', ':0:0:')}:80", f"{OUT6}:5000") and read(answer).flags & RST
    )


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        (udp(SERVER, INSIDE), (3, 3)),
        (echo(SERVER, INSIDE), (3, 13)),
        (framed(ip(47, bytes(8), SERVER, INSIDE)), (3, 13)),
    ],
    ids=["udp", "ping", "GRE"],
)
def test_all_else_is_rejected_by_an_error_of_the_routers(frame, kind):
    _, answer = box(reject=True).arriving(frame, 0)
    assert said(answer) == (f"{OUTER}:0", f"{SERVER}:0") and read(answer).icmp == kind
    assert quote(answer) == said(frame) if frame[23] != 47 else quote(answer)[0] == f"{SERVER}:0"


def test_over_ipv6_too():
    _, answer = box(reject=True).arriving(udp(OUT6, IN6), 0)
    assert read(answer).icmp == (1, 4) and said(answer) == ("fd00:0:0:2::1:0", f"{OUT6}:0")


@pytest.mark.parametrize(
    "frame",
    [
        tcp("R", SERVER, INSIDE),
        error(SERVER, INSIDE, udp(INSIDE, SERVER)),
        framed(ip(UDP, bytes(8), SERVER, INSIDE, where=3)),
        tcp("S", SERVER, INSIDE)[:50],
    ],
    ids=["a reset", "an error", "a later fragment", "cut short"],
)
def test_to_what_there_is_never_an_answer(frame):
    assert box(reject=True).arriving(frame, 0) == (None, None)


def test_errors_about_a_connection_come_in():
    wall = box()
    about = udp(INSIDE, SERVER)
    assert not arrives(wall, error(STRANGER, INSIDE, about))
    assert leaves(wall, about) and arrives(wall, error(STRANGER, INSIDE, about))
    assert leaves(wall, error(INSIDE, SERVER, udp(SERVER, INSIDE)))


@pytest.mark.parametrize(
    "frame",
    [
        bytes(12) + b"\x08\x06" + bytes(28),
        framed(ip(2, bytes(8), SERVER, "224.0.0.1"), group=True),
        framed(ip(ICMPV6, bytes([135, 0, 0, 0]) + bytes(20), OUT6, "fd00:0:0:2::1")),
    ],
    ids=["ARP", "group", "neighbours"],
)
def test_what_the_link_needs_passes(frame):
    assert arrives(box(reject=True), frame) and leaves(box(reject=True), frame)


def test_fragments_follow_the_first():
    wall = box(rule(protocol="udp"))
    first, later = (
        framed(ip(UDP, bytes([0, 9, 0, 9]) + bytes(12), SERVER, INSIDE, where=where)) for where in (0x2000, 2)
    )
    assert not arrives(wall, later) and arrives(wall, first) and arrives(wall, later)
    assert leaves(wall, later)


@pytest.mark.parametrize("how", ["idle", "forget"])
@pytest.mark.parametrize("reject", [False, True])
def test_a_segment_of_a_connection_that_was_forgotten(how, reject):
    wall = box(reject=reject, idle_s=10)
    for frame in (tcp("S", INSIDE, SERVER), tcp("A", INSIDE, SERVER)):
        assert leaves(wall, frame)
    if how == "forget":
        wall.forget()
    passed, answer = wall.leaving(tcp("PA", INSIDE, SERVER, data=b"x"), 10 * S if how == "idle" else 1)
    assert passed is None and (answer is not None) == reject
    assert not reject or said(answer) == (f"{SERVER}:80", f"{INSIDE}:5000")
    assert list(wall.rows(10 * S)) == []


def test_a_full_table_lets_no_new_one_pass(monkeypatch):
    monkeypatch.setattr("labkit.wire.boxes.firewall._MOST", 2)
    wall = box(idle_s=10)
    assert [leaves(wall, udp(INSIDE, SERVER, port), port * S) for port in (1, 2, 3)] == [True, True, False]
    assert leaves(wall, udp(INSIDE, SERVER, 1), 4 * S)
    assert leaves(wall, udp(INSIDE, SERVER, 3), 12 * S)


@given(st.sampled_from([tcp("S", INSIDE, SERVER), udp(INSIDE, OUTER), echo(SERVER, OUTER), udp(OUT6, IN6),
                        error(SERVER, OUTER, udp(OUTER, SERVER), quoted=40)]),
       st.integers(0, 90), st.lists(st.tuples(st.integers(14, 80), st.integers(0, 255)), max_size=4))  # fmt: skip
def test_nothing_that_comes_breaks_a_box(frame, size, changes):
    data = bytearray(frame)
    for place, value in changes:
        if place < len(data):
            data[place] = value
    data = bytes(data[: max(14, size)])
    for each in (box(reject=True), Nat(packed(OUTER), [network("10.0.1.0", 24)[1:]], None, True)):
        each.leaving(tcp("S", INSIDE, SERVER), 0)
        each.leaving(udp(INSIDE, SERVER), 0)
        for passed, answer in (each.leaving(data, 0), each.arriving(data, 0)):
            assert (passed is None or isinstance(passed, bytes)) and (answer is None or len(answer) >= 54)
