"""Which frames a scripted fault hits."""

from itertools import count
from struct import pack

import pytest

from labkit.wire.faults import Blackhole, Corrupt, Delay, Drop, Duplicate, Reorder, Rewrite, from_message
from labkit.wire.judge import Judge
from labkit.wire.peek import peek

A, B = bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])


def tcp(flags="A", payload=b"", seq=0, sport=40000, dport=80, src=A, dst=B):
    bits = sum({"F": 1, "S": 2, "R": 4, "P": 8, "A": 16}[letter] for letter in flags)
    segment = pack("!HHIIBBHHH", sport, dport, seq, 0, 5 << 4, bits, 1000, 0, 0) + payload
    return ip(6, segment, src, dst)


def udp(payload=b"", sport=40000, dport=53):
    return ip(17, pack("!HHHH", sport, dport, 8 + len(payload), 0) + payload)


def ip(protocol, body, src=A, dst=B):
    header = pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 0, 0, 64, protocol, 0, src, dst)
    return bytes(12) + b"\x08\x00" + header + body


def hits(faults, frames, sender="client", receivers=("server",)):
    """Which of the frames are hit, by their place from 1."""
    judge = Judge(count())
    judge.set(faults)
    return [n for n, frame in enumerate(frames, 1) if judge.judge(frame, sender, list(receivers))[0]]


CONVERSATION = [
    tcp("S", seq=1000),
    tcp("A", seq=1001),
    tcp("PA", b"x" * 100, seq=1001),
    tcp("PA", b"x" * 100, seq=1101),
    tcp("PA", b"x" * 100, seq=1201),
    tcp("FA", seq=1301),
]


@pytest.mark.parametrize(
    ("fault", "hit"),
    [
        (Drop(data=1), [3]),
        (Drop(data=3), [5]),
        (Drop(data=(1, 3)), [3, 5]),
        (Drop(data=range(2, 4)), [4, 5]),
        (Drop(data=True), [3, 4, 5]),
        (Drop(data=9), []),
        (Drop(flags="SYN"), [1]),
        (Drop(flags="ACK"), [2]),
        (Drop(flags="FIN"), [6]),
        (Drop(flags="SYN-ACK"), []),
        (Drop(flags="RST"), []),
        (Drop(nth=2), [2]),
        (Drop(port=80, nth=1), [1]),
        (Drop(port=81), []),
        (Drop(protocol="udp"), []),
        (Drop(protocol="tcp", nth=6), [6]),
        (Drop(sender="client", data=1), [3]),
        (Drop(sender="server"), []),
        (Drop(to="server", data=1), [3]),
        (Drop(to="client"), []),
        (Drop(bytes=(1, 1)), [3]),
        (Drop(bytes=(100, 101)), [3, 4]),
        (Drop(bytes=(101, 200)), [4]),
        (Drop(bytes=(301, 400)), []),
        (Drop(larger_than=139), [3, 4, 5]),
        (Drop(larger_than=140), []),
        (Blackhole(mtu=139), [3, 4, 5]),
        (Blackhole(mtu=139, nth=2), [4]),
        (Drop(after=4), [5, 6]),
        (Drop(until=2), [1, 2]),
        (Drop(after=2, until=4), [3, 4]),
        (Drop(data=True, after=1), [4, 5]),
        (Drop(flags="SYN", until=1), [1]),
        (Rewrite(window=7), [1, 2, 3, 4, 5, 6]),
        (Rewrite(window=1000), []),
        (Rewrite(window=7, data=2), [4]),
        (Rewrite(ttl=1, nth=1), [1]),
        (Rewrite(strip="mss"), []),
    ],
    ids=repr,
)
def test_selectors(fault, hit):
    assert hits([fault], CONVERSATION) == hit


def over_ip6(frame):
    body = frame[34:]
    return (
        bytes(12)
        + b"\x86\xdd"
        + pack("!IHBB", 6 << 28, len(body), frame[23], 64)
        + bytes(15)
        + b"\1"
        + bytes(15)
        + b"\2"
        + body
    )


def with_ip_options(frame):
    total = int.from_bytes(frame[16:18], "big") + 4
    return frame[:14] + b"\x46\0" + pack("!H", total) + frame[18:34] + b"\1\1\1\0" + frame[34:]


def with_tcp_options(frame):
    total = int.from_bytes(frame[16:18], "big") + 12
    offset = bytes([(frame[46] >> 4) + 3 << 4])
    return frame[:16] + pack("!H", total) + frame[18:46] + offset + frame[47:54] + bytes(12) + frame[54:]


def padded(frame):
    return frame + bytes(max(0, 60 - len(frame)) or 4)


@pytest.mark.parametrize("other", [over_ip6, with_ip_options, with_tcp_options, padded])
@pytest.mark.parametrize(
    "fault",
    [
        Drop(data=True),
        Drop(data=2),
        Drop(flags="SYN"),
        Drop(flags="ACK"),
        Drop(flags="FIN"),
        Drop(port=80),
        Drop(port=81),
        Drop(protocol="tcp"),
        Drop(bytes=(100, 101)),
        Drop(bytes=(301, 400)),
    ],
    ids=repr,
)
def test_the_same_segments_are_hit_however_they_are_wrapped(fault, other):
    assert hits([fault], list(map(other, CONVERSATION))) == hits([fault], CONVERSATION)


@pytest.mark.parametrize("other", [over_ip6, with_ip_options, padded])
def test_a_datagram_is_read_however_it_is_wrapped(other):
    view = peek(other(udp(b"abc")))
    assert (view.protocol, view.sport, view.dport, view.length) == ("udp", 40000, 53, 3)


@pytest.mark.parametrize(
    ("fault", "hit"),
    [(Drop(larger_than=125), [1, 2]), (Drop(larger_than=139), [2]), (Drop(larger_than=140), [])],
    ids=repr,
)
def test_the_size_is_the_packets_whatever_the_frame_is_padded_to(fault, hit):
    small, large = tcp("PA", b"x" * 86), tcp("PA", b"x" * 100)
    assert hits([fault], [small + bytes(60), large, bytes(12) + b"\x08\x06" + bytes(200)]) == hit
    six = [over_ip6(frame) for frame in (small, large)]  # 20 bytes more of header
    assert hits([fault], six) == [place for place, size in ((1, 146), (2, 160)) if size > fault.larger_than]


def icmp(kind, code=0, rest=bytes(36)):
    return ip(1, pack("!BBH", kind, code, 0) + rest)


def icmp6(kind, code=0):
    frame = over_ip6(icmp(kind, code))
    return frame[:20] + bytes([58]) + frame[21:]


@pytest.mark.parametrize(
    ("name", "hit"),
    [
        ("fragmentation-needed", [3]),
        ("port-unreachable", [2, 7]),
        ("destination-unreachable", [2, 3, 7]),
        ("packet-too-big", [8]),
        ("time-exceeded", [4, 9]),
        ("echo-request", [1, 6]),
        ("communication-prohibited", []),
    ],
)
def test_icmp_is_known_by_name(name, hit):
    four = [icmp(8), icmp(3, 3), icmp(3, 4), icmp(11), icmp(0)]
    six = [icmp6(128), icmp6(1, 4), icmp6(2), icmp6(3), icmp6(129)]
    later = icmp(3, 4)
    later = later[:20] + pack("!H", 5) + later[22:]  # not the first fragment: what is in it is no header
    assert hits([Drop(icmp=name)], [*four, *six, later, tcp(), udp(), icmp(8)[:34]]) == hit


@pytest.mark.parametrize(
    ("fault", "hit"),
    [
        (Drop(after_s=2, data=True), [4, 5]),
        (Drop(until_s=2, data=True), [1, 2, 3]),
        (Drop(after_s=1, until_s=2.5), [2, 3, 4]),
        (Drop(after_s=1.5, nth=2), [4]),  # what comes too early does not count
        (Drop(after_s=1, after=1, until=2), [3]),
    ],
    ids=repr,
)
def test_a_time_since_the_faults_were_set(fault, hit):
    judge, begin, frame = Judge(count()), 7_000_000_000, tcp("PA", b"x")
    judge.set([fault], begin)
    ages = [0, 1_000_000_000, 1_999_999_999, 2_000_000_000, 3_000_000_000]
    found = [judge.judge(frame, "client", ["server"], now=begin + age)[0] for age in ages]
    assert [place for place, each in enumerate(found, 1) if each] == hit


def test_a_black_hole_is_a_drop_by_another_name():
    assert Blackhole(mtu=1400) == Drop(larger_than=1400) != Blackhole(mtu=1399)
    assert len({Blackhole(mtu=1400), Drop(larger_than=1400)}) == 1
    assert repr(Blackhole(mtu=1400, sender="client")) == "Blackhole(mtu=1400, sender='client')"
    assert from_message(Blackhole(1400).as_message()) == Drop(larger_than=1400)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Drop(data=3), Drop(data=[3])),
        (Drop(data=(1, 2)), Drop(data=range(1, 3))),
        (Drop(data={8, 1}), Drop(data={1, 8})),  # a set's order is another when it is filled in another
        (Drop(after_s=2), Drop(after_s=2.0)),
        (Drop(bytes=(1, 2)), Drop(bytes=[1, 2])),
        (Drop(flags="SYN"), Drop(flags="S")),
        (Delay(50, data=1), Delay(50.0, data=1)),
    ],
    ids=repr,
)
def test_two_that_say_the_same_are_equal_however_it_was_written(one, other):
    assert one == other and hash(one) == hash(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Drop(data=1), Drop(data=True)),  # to Python 1 is True
        (Drop(data=1), Drop(nth=1)),
        (Drop(data=1), Corrupt(data=1)),
        (Drop(data=True, after=1), Drop(data=True, until=1)),
        (Delay(50, data=1), Delay(51, data=1)),
        (Rewrite(ttl=1), Rewrite(window=1)),
        (Rewrite(ttl=1), Rewrite(ttl=1, sender="client")),
    ],
    ids=repr,
)
def test_two_that_say_something_else_are_not(one, other):
    assert one != other and len({one, other}) == 2


@pytest.mark.parametrize("flags", ["S", "A", "F", "R"])
def test_each_flag_is_read_alone(flags):
    view = peek(tcp(flags))
    assert {"S": view.syn, "A": view.ack, "F": view.fin, "R": view.rst} == {
        letter: letter == flags for letter in "SAFR"
    }


def test_only_the_first_fragment_has_ports():
    whole = tcp("PA", b"x" * 100)
    for fragment, sport in ((0x2000, 40000), (0x0001, 0), (0x2001, 0)):
        view = peek(whole[:20] + pack("!H", fragment) + whole[22:])
        assert (view.protocol, view.sport) == ("tcp", sport)


def test_retransmissions_count():
    assert hits([Drop(data=2)], [CONVERSATION[2], CONVERSATION[2], CONVERSATION[2]]) == [2]


def test_first_fault_that_hits_decides_and_each_counts_its_own():
    judge = Judge(count())
    judge.set([Drop(data=2), Delay(5, data=True), Duplicate(nth=1)])
    struck = [judge.judge(frame, "client", ["server"])[0] for frame in CONVERSATION[2:5]]
    assert [type(counted.fault).__name__ for counted in struck] == ["Delay", "Drop", "Delay"]
    assert [(counted.matched, counted.hit) for counted in judge.faults] == [(3, 1), (3, 2), (3, 0)]


def test_one_receiver_of_several():
    judge = Judge(count())
    judge.set([Drop(to="r2", protocol="udp")])
    common, single = judge.judge(udp(b"x"), "sender", ["r1", "r2", "r3"])
    assert common is None and list(single) == ["r2"]


def test_the_first_fault_for_a_receiver_decides():
    judge = Judge(count())
    judge.set([Delay(5, to="r2", protocol="udp"), Drop(to="r2", nth=1)])
    _, single = judge.judge(udp(b"x"), "sender", ["r1", "r2"])
    assert type(single["r2"].fault) is Delay
    assert [(counted.matched, counted.hit) for counted in judge.faults] == [(1, 1), (1, 0)]


def test_peek_reads_what_is_there_and_survives_what_is_not():
    view = peek(udp(b"abc"))
    assert (view.protocol, view.sport, view.dport, view.length) == ("udp", 40000, 53, 3)
    assert peek(ip(1, b"x")).protocol == "icmp"
    assert peek(bytes(12) + b"\x08\x06").protocol == "arp"
    whole = CONVERSATION[2]
    assert {peek(whole[:n]).protocol for n in range(len(whole))} <= {"", "tcp", "icmp", "igmp", "udp"}


@pytest.mark.parametrize(
    "fault",
    [
        Drop(data=3),
        Delay(5, flags="SYN", nth=(1, 2)),
        Duplicate(copies=2, nth=1),
        Reorder(behind=3, data=1),
        Corrupt(bytes=(1, 5)),
        Drop(data=range(2, 4)),
        Drop(icmp="fragmentation-needed", after=2, until_s=1.5),
        Rewrite(strip="mss"),
        Rewrite(strip=("mss", "TS"), window=0, flags="SYN"),
    ],
    ids=repr,
)
def test_message_gives_the_same_fault_back(fault):
    assert from_message(fault.as_message()).matches is not None
    assert repr(from_message(fault.as_message())).replace("[2, 3]", "range(2, 4)") == repr(fault)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Drop(), "say which"),
        (lambda: Drop(data=0), "counts from 1"),
        (lambda: Drop(data=False), "flags='ACK'"),
        (lambda: Drop(nth=()), "counts from 1"),
        (lambda: Drop(nth="2"), "counts from 1"),
        (lambda: Drop(data=1, nth=1), "not both"),
        (lambda: Drop(flags="XYZ"), "'SYN-ACK'"),
        (lambda: Drop(port=0), "1 to 65535"),
        (lambda: Drop(protocol="http"), "one of"),
        (lambda: Drop(bytes=(5, 2)), "(first, last)"),
        (lambda: Drop(bytes=(0, 2)), "counted from 1"),
        (lambda: Drop(sender=1), "host's name"),
        (lambda: Delay(0, nth=1), "above 0"),
        (lambda: Delay("5", nth=1), "milliseconds"),
        (lambda: Duplicate(copies=0, nth=1), "1 to 100"),
        (lambda: Reorder(behind=0, nth=1), "1 to 1000"),
        (lambda: Drop(larger_than=1500), "from 1 to 1499"),
        (lambda: Drop(larger_than="1400"), "larger_than=1400"),
        (lambda: Blackhole(mtu=67), "68 to 1499"),
        (lambda: Blackhole(mtu=1400, larger_than=1300), "leave larger_than out"),
        (lambda: Drop(icmp="ping"), "'fragmentation-needed'"),
        (lambda: Drop(icmp=3), "'echo-request'"),
        (lambda: Drop(icmp="packet-too-big", protocol="icmp"), "could never match"),
        (lambda: Drop(icmp="time-exceeded", port=80), "could never match"),
        (lambda: Drop(after=0), "after_s=2.5"),
        (lambda: Drop(until=1.5), "until_s=2.5"),
        (lambda: Drop(after=3, until=3), "larger one"),
        (lambda: Drop(after=3, nth=4), "not both"),
        (lambda: Drop(after=3, data=4), "not both"),
        (lambda: Drop(after_s=0), "above 0"),
        (lambda: Drop(after_s=2, until_s=1), "larger one"),
        (lambda: Rewrite(), "changes nothing"),
        (lambda: Rewrite(nth=1), "changes nothing"),
        (lambda: Rewrite(seq=5), "'seq' cannot be rewritten"),
        (lambda: Rewrite(strip="nop"), "'wscale'"),
        (lambda: Rewrite(ttl=256), "0 to 255"),
        (lambda: Rewrite(window=-1), "0 to 65535"),
        (lambda: Rewrite(strip="mss", mss=536), "not both"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(make, says):
    with pytest.raises((TypeError, ValueError)) as caught:
        make()
    assert says in str(caught.value)
