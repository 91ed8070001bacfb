"""What other programs captured, anywhere and from any moment on: the right answers all the same."""

from __future__ import annotations

from pathlib import Path
from struct import pack

import pytest
from wire_samples import Talk, ethernet, frame, ipv4, stamped, udp

from labkit.traces.trace import Trace

FOLDER = Path(__file__).with_name("captures")


def load(name):
    return Trace.load(next(FOLDER.glob(f"{name}.pcap*")))


def seqs(segments):
    return [segment.seq for segment in segments]


@pytest.mark.parametrize(
    ("name", "again", "overtaken"),
    [
        ("lost-third-at-receiver", [2897], []),
        ("fast-retransmission-at-receiver", [101], []),
        ("reorder-at-receiver", [], [101]),
    ],
)
def test_lost_or_overtaken_as_the_receiver_sees_it(name, again, overtaken):
    trace = load(name)
    assert (trace.retransmitted(), seqs(trace.out_of_order())) == (again, overtaken)


def test_a_clock_that_goes_back_makes_no_segment_overtaken():
    talk = Talk(delay=0).open()
    for seq, at in ((1, 100), (101, 9000), (201, 102), (301, 103)):
        talk.c(".", seq, 1, bytes(100), at=at)
    trace = talk.trace()
    assert (trace.retransmitted(), seqs(trace.out_of_order())) == ([], [])
    talk.c(".", 501, 1, bytes(100), at=50).c(".", 401, 1, bytes(100), at=40)
    assert seqs(talk.trace().out_of_order()) == [401], "in the file's order"


@pytest.mark.parametrize(
    ("opener", "filler", "after", "again"),
    [
        (100, 101, 1, True),  # sent later, however soon it came
        (100, 99, 90, False),  # sent before what overtook it, however late it came
        (100, 100, 5, False),
        (100, 100, 21, True),
        (2**32 - 1, 0, 1, True),  # the clock wraps
        (0, 2**32 - 1, 90, False),
    ],
)
def test_what_fills_a_hole_is_judged_by_its_timestamp_else_by_its_age(opener, filler, after, again):
    talk = Talk(delay=0).c("S", at=0).s("S.", 0, 1, at=0).c(".", 1, 1, at=20)
    talk.c(".", 101, 1, bytes(100), at=30, options=stamped(opener, 1))
    talk.c(
        ".", 201, 1, bytes(100), at=30 + after, options=stamped(opener, 1)
    )  # the age is not that of the highest
    talk.c(".", 1, 1, bytes(100), at=30 + after, options=stamped(filler, 1))
    trace = talk.trace()
    assert trace.retransmitted() == ([1] if again else [])
    assert seqs(trace.out_of_order()) == ([] if again else [1])


def test_on_a_fast_wire_the_third_duplicate_acknowledgement_decides():
    talk = Talk(delay=0).c("S", at=0).s("S.", 0, 1, at=0).c(".", 1, 1, at=1)
    for number in range(1, 5):
        talk.c(".", 1 + 100 * number, 1, bytes(100), at=2).s(".", 1, 1, at=2)
    talk.c(".", 1, 1, bytes(100), at=2)
    assert talk.trace().retransmitted() == [1]


@pytest.mark.parametrize("gap", [2**30 + 5, 2**31 + 5, 3 * 2**30 - 2000])
@pytest.mark.parametrize("acknowledged", [True, False])
def test_a_gap_of_gigabytes(gap, acknowledged):
    talk = Talk(delay=0).open().c(".", 1, 1, bytes(100))
    for number in range(3):
        talk.c(".", 101 + gap + 100 * number, 1, bytes(100))
        if acknowledged:
            talk.s(".", 1, 201 + gap + 100 * number)
    talk.c(".", 101 + gap, 1, bytes(100))
    trace = talk.trace()
    data = [segment.seq for segment in trace.select(data=True)]
    assert data == [1, *(101 + gap + 100 * number for number in range(3)), 101 + gap]
    assert trace.retransmitted() == [101 + gap] and not trace.out_of_order()


def test_one_forged_number_far_ahead_changes_no_judgement():
    talk = Talk(delay=0).open().c(".", 1, 1, bytes(100)).c(".", 2**30 + 500, 1, bytes(100))
    talk.c(".", 101, 1, bytes(100)).c(".", 201, 1, bytes(100)).s(".", 1, 301).c(".", 201, 1, bytes(100))
    trace = talk.trace()
    assert seqs(trace.select(data=True)) == [1, 2**30 + 500, 101, 201, 201]
    assert trace.retransmitted() == [201]


@pytest.mark.parametrize("length", [0, 1])
@pytest.mark.parametrize("answered", [True, False])
def test_keep_alives_of_a_connection_that_was_there_before(length, answered):
    """Each end has said where it stands, or the capture begins with the probe itself."""
    talk = Talk(delay=0).c(".", 500, 300).s(".", 300, 500)
    for number in range(3):
        talk.c(".", 499, 300, bytes(length), at=100 + 100 * number)
        if answered:
            talk.s(".", 300, 500)
    assert len(talk.trace().keep_alives()) == 3 and not talk.trace().retransmissions()


def test_keep_alives_with_which_a_capture_begins():
    talk = Talk(delay=0).c(".", 499, 300, at=0).c(".", 499, 300, at=50).s(".", 300, 500, at=51)
    talk.c(".", 499, 300, at=100).s(".", 300, 500, at=101)
    assert [segment.number for segment in talk.trace().keep_alives()] == [1, 2, 4]
    ordinary = Talk(delay=0).c(".", 499, 300).c(".", 499, 300, b"x").s(".", 300, 500)
    assert not ordinary.trace().keep_alives()


def test_window_probes_with_which_a_capture_begins():
    talk = Talk(delay=0).c(".", 499, 300, at=0).c(".", 499, 300, at=50).s(".", 300, 500, window=0, at=51)
    talk.c(".", 499, 300, at=100).s(".", 300, 500, window=0, at=101)
    assert [segment.number for segment in talk.trace().window_probes()] == [1, 2, 4]
    assert not talk.trace().keep_alives()


def test_a_keep_alive_on_a_silent_connection():
    talk = (
        Talk(delay=0)
        .open()
        .c(".", 0, 1, at=100)
        .s(".", 1, 1, at=101)
        .s(".", 0, 1, at=200)
        .c(".", 1, 1, at=201)
    )
    assert [segment.number for segment in talk.trace().keep_alives()] == [4, 6]


def test_windows_after_one_syn_alone():
    assert [segment.window for segment in load("syn-ack-only").segments] == [5000, 46 << 7]


def test_a_reset_that_is_first_in_its_direction():
    assert seqs(load("rst-mid").segments) == [1]
    refused = Talk().c("S").s("R.", raw_seq=0, ack=1)
    assert seqs(refused.trace().segments) == [0, 0]


def test_a_syn_with_fin_is_no_syn_ack():
    assert [segment.flags for segment in load("syn-fin-after-handshake").handshake()] == ["S", "S."]


@pytest.mark.parametrize("counts", [0, 1])
def test_of_two_syn_acks_that_counts_which_the_client_acknowledges(counts):
    numbers = (9_000, 77_000)
    talk = Talk().c("S").s("S.", 0, 1, raw_seq=numbers[0]).s("S.", 0, 1, raw_seq=numbers[1])
    talk.isn[False] = numbers[counts]
    talk.c(".", 1, 1).s("P.", 1, 1, b"hello").c(".", 1, 6)
    trace = talk.trace()
    assert [segment.raw_seq for segment in trace.handshake()] == [1_000, numbers[counts], 1_001]
    assert [(segment.seq, segment.ack) for segment in trace.segments][3:] == [(1, 1), (1, 1), (1, 6)]


def test_round_trips_leave_out_what_the_file_has_after_its_acknowledgement():
    talk = Talk(delay=0).open().s(".", 1, 101, at=40).c(".", 1, 1, bytes(100), at=41)
    talk.c(".", 101, 1, bytes(100), at=50).s(".", 1, 201, at=57).c(".", 201, 1, bytes(100), at=60)
    talk.s(".", 1, 301, at=69)
    assert talk.trace().round_trips(source="client")[1:] == [(101, 0.007), (201, 0.009)]


def test_simple_blocks_and_several_link_types():
    assert [segment.flags for segment in load("simple-blocks-between").segments] == ["S", "S.", ".", "."]
    assert len(load("ethernet-and-wlan").frames) == 2
    assert load("year-2000").epoch_ns == 0


# -- fragments


def fragments(payload, *, sizes=(1480, 1480), number=7, lost=(), order=None):
    """The frames of a datagram that is sent in fragments of these sizes, and a last one."""
    whole = udp(40000, 9000, payload)
    frames, at = [], 0
    for place, size in enumerate((*sizes, len(whole))):
        part = whole[at : at + size]
        more = 0x2000 if at + size < len(whole) else 0
        packet = ipv4(17, part, flags=more | at // 8)
        packet = packet[:4] + pack(">H", number) + packet[6:]
        arrivals = {"arrivals": ()} if place in lost else {}
        frames.append(frame(ethernet(0x0800, packet), number=place + 1, at=place, **arrivals))
        at += len(part)
    return [frames[place] for place in order or range(len(frames))]


PAYLOAD = bytes(range(256)) * 16


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_a_datagram_is_put_together_from_its_fragments(order):
    frames = [each._replace(number=place) for place, each in enumerate(fragments(PAYLOAD, order=order), 1)]
    trace = Trace([*frames, frame(ethernet(0x0800, ipv4(17, udp(1, 2, b"x"))), number=4)])
    (datagram, whole) = trace.datagrams
    assert (datagram.payload, datagram.length, datagram.sport, datagram.number) == (PAYLOAD, 4096, 40000, 3)
    assert (whole.payload, whole.number) == (b"x", 4)
    assert [item.protocol for item in trace.items[:3]] == ["IPv4"] * 3  # one by one, as in the ladder


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_without_one_of_its_fragments_there_is_no_datagram(lost):
    assert not Trace(fragments(PAYLOAD, lost=(lost,))).datagrams


def test_fragments_of_several_datagrams_between_each_other():
    one, two = fragments(PAYLOAD, number=1), fragments(PAYLOAD[::-1], number=2)
    mixed = [each for pair in zip(one, two, strict=True) for each in pair]
    trace = Trace(each._replace(number=place) for place, each in enumerate(mixed, 1))
    assert [each.payload for each in trace.datagrams] == [PAYLOAD, PAYLOAD[::-1]]


def test_fragments_that_come_twice_or_overlap():
    frames = fragments(PAYLOAD)
    assert [each.payload for each in Trace([frames[0], *frames]).datagrams] == [PAYLOAD]
    overlapping = ipv4(17, bytes(16), flags=0x2000 | 100)
    overlapping = overlapping[:4] + pack(">H", 7) + overlapping[6:]
    assert not Trace([frame(ethernet(0x0800, overlapping)), *frames]).datagrams


def test_fragments_of_ipv6():
    whole = udp(40000, 9000, PAYLOAD)
    ends = bytes(15) + b"\1" + bytes(15) + b"\2"

    def part(start, end, more):
        body = pack(">BBHI", 17, 0, start | more, 99) + whole[start:end]
        return frame(ethernet(0x86DD, pack(">IHBB", 6 << 28, len(body), 44, 64) + ends + body))

    trace = Trace([part(0, 1448, 1), part(1448, len(whole), 0)])
    assert [each.payload for each in trace.datagrams] == [PAYLOAD]
