from __future__ import annotations

from struct import pack

import pytest
from wire_samples import (
    ADDRESSES,
    CLIENT,
    MS,
    SERVER,
    SYN_OPTIONS,
    TIMESTAMPS,
    Talk,
    bulk,
    ethernet,
    frame,
    ipv4,
    tcp,
)

from labkit.packets.dissector import Dissector, segments
from labkit.packets.frame import Arrival, Hit
from labkit.packets.segment import FLAGS, Segment, Segments, lines
from labkit.wire.faults import Duplicate


def test_fields_of_a_handshake():
    syn, answer, last = Talk().open().trace().segments
    assert (syn.source, syn.target) == ("client", "server")
    assert (syn.src, syn.sport, syn.dst, syn.dport) == (*CLIENT, *SERVER)
    assert (syn.seq, syn.ack, syn.raw_seq, syn.raw_ack) == (0, None, 1000, 0)
    assert (answer.seq, answer.ack, answer.raw_seq, answer.raw_ack) == (0, 1, 9000, 1001)
    assert (last.seq, last.ack, last.flags) == (1, 1, ".")
    assert syn.options == (("mss", 1460), ("sackOK", None), ("TS", (1, 0)), ("wscale", 7))
    assert (syn.option("mss"), syn.option("wscale"), last.option("mss")) == (1460, 7, None)
    assert (syn.end_seq, answer.end_seq, last.end_seq) == (1, 1, 1)
    assert (syn.departed_ns, syn.arrived_ns, syn.delivered, syn.number) == (0, 10 * MS, True, 1)
    assert {syn.flow, answer.flow, last.flow} == {1}


def test_text_is_the_style_guides():
    talk = Talk().open().c("P.", 1, 1, b"hello")
    assert str(talk.trace()) == (
        "client > server  S   seq 0            win 501  <mss 1460,sackOK,TS,wscale 7>\n"
        "server > client  S.  seq 0   ack 1    win 501  <mss 1460,sackOK,TS,wscale 7>\n"
        "client > server  .           ack 1\n"
        'client > server  P.  seq 1:6 ack 1    "hello"'
    )


@pytest.mark.parametrize(
    ("flags", "seq", "ack", "more", "text"),
    [
        ("F.", 1, 1, {}, "F.  seq 1   ack 1"),
        ("FP.", 1, 1, {"data": b"bye"}, 'FP.  seq 1:4 ack 1    "bye"'),
        ("R", 1, None, {"window": 0}, "R   seq 1"),
        ("R.", 1, 1, {"window": 0}, "R.  seq 1   ack 1"),
        (".", 1, 1, {"window": 0}, ".           ack 1    win 0"),
        (".", 1, 1, {"options": TIMESTAMPS}, ".           ack 1"),
        (".", 1, 1, {"lost": True}, ".           ack 1      ✗ dropped by Drop(nth=1)"),
        (
            ".",
            1,
            1,
            {"hits": (Hit("duplicated", Duplicate(nth=2)),)},
            ".           ack 1      (duplicated by Duplicate(nth=2))",
        ),
        ("", 1, None, {}, "none"),
        ("S.EW", 0, 1, {"options": b""}, "S.EW  seq 0   ack 1    win 501"),
        (
            ".",
            1,
            1,
            {"options": b"\1\1\5\x0a" + pack(">II", 1101, 1201)},
            ".           ack 1    <sack 101:201>",
        ),
    ],
)
def test_text(flags, seq, ack, more, text):
    assert str(Talk().open().s(flags, seq, ack, **more).trace().segments[-1]) == f"server > client  {text}"


def test_text_has_no_times_and_no_timestamp_values():
    early = Talk().open().trace().segments
    other = SYN_OPTIONS.replace(b"\1\0", b"\7\0")
    late = Talk().c("S", at=500).s("S.", 0, 1, at=777, options=other).trace().segments
    assert [*map(str, early[:2])] == [*map(str, late)]


def test_every_flag_has_its_letter():
    assert FLAGS[0x02] == "S" and FLAGS[0x12] == "S." and FLAGS[0x19] == "FP." and FLAGS[0xC2] == "SEW"
    assert len(set(FLAGS)) == 256


def test_columns_of_lines_are_as_wide_as_the_widest():
    text = lines(bulk().trace().items)
    assert len({each.index(" ack ") for each in text if " ack " in each}) == 1


def test_numbers_wrap():
    talk = Talk(isn_c=2**32 - 3, isn_s=2**32 - 1).open()
    talk.c("P.", 1, 1, b"hello").s(".", 1, 6).c("P.", 6, 1, b"world").c("P.", 1, 1, b"hello")
    found = talk.trace().segments
    assert [(each.seq, each.ack) for each in found[3:]] == [(1, 1), (1, 6), (6, 1), (1, 1)]
    assert [each.raw_seq for each in found[3:]] == [2**32 - 2, 0, 3, 2**32 - 2]


def test_numbers_count_on_beyond_four_gigabytes():
    talk = Talk().open()
    step = 2**29
    for place in range(1, 20):
        talk.c(".", place * step, 1, b"x").s(".", 1, place * step + 1)
    found = talk.trace().segments[3:]
    assert [each.seq for each in found[::2]] == [place * step for place in range(1, 20)]
    assert found[-1].ack == 19 * step + 1


def test_a_forged_number_does_not_shift_those_after_it():
    talk = Talk().open().c(".", 1 + 2**31 - 5, 1, b"x", source="attacker").c(".", 1, 1, b"hello")
    assert talk.trace().segments[-1].seq == 1


def test_window_is_scaled_when_the_handshake_is_seen():
    assert Talk().open().c(".", 1, 1, window=10).trace().segments[-1].window == 1280
    assert Talk().c(".", 1, 1, window=10).trace().segments[-1].window == 10
    plain = Talk().c("S").s("S.", 0, 1, options=b"").c(".", 1, 1, window=10)
    assert plain.trace().segments[-1].window == 10
    huge = SYN_OPTIONS[:-1] + b"\xff"
    greatest = Talk().c("S", options=huge).s("S.", 0, 1).c(".", 1, 1, window=2)
    assert greatest.trace().segments[-1].window == 2 << 14


def test_capture_that_begins_later_counts_from_one():
    talk = Talk().c("P.", 5000, 7000, b"hello").s("P.", 7000, 5005, b"world").c(".", 5005, 7005)
    talk.c("P.", 4900, 7000, b"older")
    assert [(each.seq, each.ack) for each in talk.trace().segments] == [(1, 1), (1, 6), (6, 6), (-99, 1)]


def test_capture_that_begins_with_the_answer():
    talk = Talk().s("S.", 0, 1).c(".", 1, 1)
    assert [(each.seq, each.ack) for each in talk.trace().segments] == [(0, 1), (1, 1)]


def test_refused_connection():
    syn, reset = Talk().c("S").s("R.", ack=1, raw_seq=0, window=0).trace().segments
    assert (reset.seq, reset.ack, reset.flow) == (0, 1, syn.flow)


def test_ports_used_again_are_a_new_flow():
    frames = Talk().open().frames
    Talk(isn_c=500_000, isn_s=700_000, frames=frames).open().c("P.", 1, 1, b"new")
    found = segments(frames)
    assert [each.flow for each in found] == [1, 1, 1, 2, 2, 2, 2]
    assert found[-1].seq == 1


def test_a_syn_sent_again_is_the_same_flow():
    found = Talk().c("S", lost=True).c("S").s("S.", 0, 1).s("S.", 0, 1).c(".", 1, 1).trace().segments
    assert {each.flow for each in found} == {1}


def test_both_ends_may_open():
    found = Talk().c("S").s("S").c("S.", 0, 1).s("S.", 0, 1).trace().segments
    assert [(each.flow, each.seq) for each in found] == [(1, 0)] * 4


def test_two_clients_are_two_flows():
    frames = Talk().open().frames
    Talk(client=("10.0.0.1", 40001), frames=frames).open()
    assert [each.flow for each in segments(frames)] == [1, 1, 1, 2, 2, 2]


def test_ipv6_and_vlan():
    body = tcp(1, 2, 5, 0, "S")
    ip = pack(">IHBB", 6 << 28, len(body), 6, 64) + bytes(15) + b"\1" + bytes(15) + b"\2" + body
    found = segments([frame(ethernet(0x86DD, ip)), frame(ethernet(0x8100, b"\0\1\x86\xdd" + ip))])
    assert [(each.src, each.dst, each.seq) for each in found] == [("::1", "::2", 0)] * 2


def test_ip_options_do_not_hide_a_segment():
    data = ethernet(0x0800, ipv4(6, tcp(1, 2, 5, 0, "S", payload=b"early"), options=b"\1\1\1\0"))
    (segment,) = segments([frame(data)])
    assert (segment.flags, segment.payload, segment.end_seq) == ("S", b"early", 6)


def test_cut_segment_knows_its_length():
    data = ethernet(0x0800, ipv4(6, tcp(1, 2, 5, 0, ".", payload=bytes(1000))))
    (segment,) = segments([frame(data[:60], length=len(data))])
    assert (segment.length, segment.payload, segment.end_seq) == (1000, bytes(6), 1001)


def test_padding_is_not_data():
    data = ethernet(0x0800, ipv4(6, tcp(1, 2, 5, 0, ".")))
    (segment,) = segments([frame(data + bytes(6))])
    assert (segment.length, segment.payload) == (0, b"")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (b"\3\3\7\0", (("wscale", 7),)),
        (b"\1\1\1\0\2\4\5\xb4", ()),
        (b"\2\5\5\0", (("malformed", b"\2\5\5\0"),)),
        (b"\2\0\0\0", (("malformed", b"\2\0\0\0"),)),
        (b"\x22\6abcd\1\1", (("fastopen", b"abcd"),)),
        (b"\xfe\4ab", (("option 254", b"ab"),)),
    ],
)
def test_options(options, expected):
    options += bytes(-len(options) % 4)
    (segment,) = Talk().c("S", options=options).trace().segments
    assert segment.options == expected


@pytest.mark.parametrize("offset", [0x40, 0xF0])
def test_impossible_header_is_not_a_segment(offset):
    data = bytearray(ethernet(0x0800, ipv4(6, tcp(1, 2, 5, 0, "S"))))
    data[46] = offset
    assert Dissector().item(frame(bytes(data))).summary == "TCP, malformed: its header does not fit"


def test_flooded_frame_is_for_the_owner_of_its_address():
    data = ethernet(0x0800, ipv4(6, tcp(1, 2, 5, 0, "S")))
    flooded = frame(data, target="*", arrivals=(Arrival("attacker", 3), Arrival("server", 5)))
    (segment,) = segments([flooded], ADDRESSES)
    assert (segment.target, segment.arrived_ns) == ("server", 5)


def test_segments_show_themselves_line_by_line():
    found = Talk().open().trace().segments
    assert isinstance(found, tuple) and type(found[0]) is Segment
    assert repr(found) == "\n".join(map(str, found))
    assert type(found[:2]) is Segments and repr(found[:0]) == "no segments"
    assert type(found[:1] + found[1:]) is Segments
    assert repr(found[2]) == "<Segment client > server  .           ack 1>"
