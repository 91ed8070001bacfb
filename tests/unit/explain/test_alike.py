"""What looks like a finding and is none: kinds that have no such test where they are found."""

from __future__ import annotations

from struct import pack

import pytest
from wire_samples import ADDRESSES, SYN_OPTIONS, TIMESTAMPS, Talk, bulk, ethernet, frame, ipv4

from labkit.explain import KINDS, explain
from labkit.packets.frame import Arrival
from labkit.traces.trace import Trace

MS = 1_000_000


def kinds(talk, **more):
    return explain(talk.trace(**more)).kinds


# -- delayed ACKs, windows


def waits_for_ack(late, count=1):
    """The client sends so many segments, and the next leaves when their ACK comes."""
    talk = Talk().open()
    for place in range(count):
        talk.c(".", 1 + 1448 * place, 1, bytes(1448), at=40)
    size = 1448 * count
    talk.s(".", 1, 1 + size, at=50 + late).c(".", 1 + size, 1, bytes(1448), at=60 + late)
    return talk.s(".", 1, 1 + size + 1448, at=71 + late)


def test_a_full_segment_that_waits_for_a_delayed_ack():
    assert "delayed-ack" in kinds(waits_for_ack(42))
    assert "delayed-ack" not in kinds(waits_for_ack(10)), "so soon it was not kept back"
    assert "delayed-ack" not in kinds(waits_for_ack(42, count=2)), (
        "an ACK of two full segments is not delayed"
    )


def full_windows(times=4, window=3000, gap=40, options=SYN_OPTIONS, scale=128):
    """Each round trip the client sends all that the window allows, and waits."""
    talk = (
        Talk()
        .c("S", options=options)
        .s("S.", 0, 1, at=10, window=window, options=options)
        .c(".", 1, 1, at=20)
    )
    seq, at, count = 1, 40, window * scale // 1448
    for _ in range(times):
        for _ in range(count):
            talk.c(".", seq, 1, bytes(1448), at=at)
            seq += 1448
        talk.s(".", 1, seq, at=at + 10, window=window)
        at += gap
    return talk


def test_a_window_that_limits_and_one_that_does_not():
    assert kinds(full_windows(gap=20, window=34)) == ["window-limited"]
    assert "window-limited" not in kinds(full_windows(gap=20, window=34, times=2)), "twice is no habit"
    assert "window-limited" not in kinds(full_windows(gap=90, window=34)), (
        "it sent later: it had nothing to send"
    )


UNSCALED = SYN_OPTIONS.replace(bytes.fromhex("01030307"), bytes.fromhex("01010101"))


def test_a_window_without_scale_limits_where_it_is_filled():
    assert "no-scaling" in kinds(full_windows(gap=20, window=65_000, scale=1, options=UNSCALED, times=5))
    assert "no-scaling" not in kinds(full_windows(gap=20, window=5000, scale=1, options=UNSCALED)), (
        "a small one is"
    )
    assert "no-scaling" not in kinds(full_windows(gap=20, window=508, times=5)), (
        "it has a scale, and is as large"
    )


# -- losses


def at_the_end(again, told=False):
    """The last of three segments is lost."""
    talk = Talk().open()
    for place in range(3):
        talk.c(".", 1 + 1000 * place, 1, bytes(1000), at=40, lost=place == 2)
    talk.s(".", 1, 2001, at=50)
    if told:
        for at in (51, 52, 53):
            talk.s(".", 1, 2001, at=at)
    return talk.c(".", 2001, 1, bytes(1000), at=again).s(".", 1, 3001, at=again + 10)


def test_a_probe_and_a_timer():
    assert kinds(at_the_end(100)) == ["tail-loss"]
    assert kinds(at_the_end(300)) == ["timeout"], "no probe is that late"
    assert kinds(at_the_end(70, told=True)) == ["fast-retransmit"], "acknowledgements told of it"


def test_what_is_new_is_no_reordering_and_no_duplicate():
    talk = Talk().open().c(".", 1, 1, bytes(100), at=40).c(".", 101, 1, bytes(100), at=40)
    assert kinds(talk.s(".", 1, 201, at=50)) == [], "the same bytes, with other numbers"


def test_a_loss_with_sack_is_no_loss_without():
    assert kinds(bulk()) == ["fast-retransmit"]


# -- resets


def answered_by(ttl):
    """A capture of another program: the server speaks, then a reset comes with some time to live."""
    talk = Talk().open().c("P.", 1, 1, b"hello", at=40).s("P.", 1, 6, b"hi", at=50).c(".", 6, 3, at=60)
    talk.s("R.", 3, 6, at=70)
    frames = [each._replace(arrivals=(Arrival(each.target, each.departed_ns),)) for each in talk.frames]
    data = frames[-1].data
    frames[-1] = frames[-1]._replace(data=data[:22] + bytes([ttl]) + data[23:])
    return [each.kind for each in explain(Trace(frames, addresses=ADDRESSES)).faults]


def test_a_stranger_is_known_by_how_far_it_is():
    assert answered_by(64) == ["reset"]
    assert answered_by(57) == ["reset-by-stranger"]


def test_an_accepted_connection_that_is_given_up_is_no_refused_syn_ack():
    talk = Talk().c("S").s("S.", 0, 1, at=10).c(".", 1, 1, at=20).c("R.", 1, 1, at=21)
    assert kinds(talk) == ["reset"]


def test_a_reset_that_ends_what_both_have_closed_needs_no_word():
    talk = Talk().open().c("F.", 1, 1, at=40).s("F.", 1, 2, at=50).c(".", 2, 2, at=60)
    assert kinds(talk.s("R", 2, at=71)) == []


# -- beside TCP, and captures


def said(kind, code):
    quoted = ipv4(17, pack(">HHHH", 1234, 9, 13, 0) + b"hello")
    error = bytes([kind, code, 0, 0, 0, 0, 5, 120]) + quoted
    return Trace(
        [frame(ethernet(0x0800, ipv4(1, error, "10.0.0.9", "10.0.0.1")), source="router", target="client")],
        addresses=ADDRESSES,
    )


@pytest.mark.parametrize(
    ("kind", "code", "expected"),
    [(3, 1, ["unreachable"]), (3, 4, ["path-mtu"]), (11, 0, []), (8, 0, []), (0, 0, [])],
    ids=["host unreachable", "too large", "time exceeded", "echo", "echo reply"],
)
def test_what_routers_say(kind, code, expected):
    assert explain(said(kind, code)).kinds == expected


def test_a_frame_with_all_its_bytes_is_not_cut_and_padding_is_nothing_missing():
    talk = Talk().open().c("P.", 1, 1, b"hello", at=40).s(".", 1, 6, at=50)
    padded = [each._replace(data=each.data + bytes(6), length=each.length + 6) for each in talk.frames]
    assert explain(Trace(padded, addresses=ADDRESSES)).kinds == []


def test_frames_of_one_moment_do_not_go_back_in_time():
    talk = Talk().open().c(".", 1, 1, bytes(100), at=40).c(".", 101, 1, bytes(100), at=40, options=TIMESTAMPS)
    frames = [each._replace(arrivals=(Arrival(each.target, each.departed_ns),)) for each in talk.frames]
    assert "clock-back" not in explain(Trace(frames, addresses=ADDRESSES)).kinds


def test_a_capture_of_one_frame_does_not_tell_where_it_was_taken():
    talk = Talk().open().c("P.", 1, 1, b"hello", at=40).s(".", 1, 6, at=60)
    frames = [each._replace(arrivals=(Arrival(each.target, each.departed_ns),)) for each in talk.frames]
    assert explain(Trace(frames, addresses=ADDRESSES)).place == "between"
    alone = explain(Trace(frames[:1], addresses=ADDRESSES))
    assert alone.place == "" and alone.notes == ()


def test_every_kind_is_found_somewhere_in_these_tests():
    import pathlib

    told = "".join(path.read_text("utf-8") for path in pathlib.Path(__file__).parent.glob("test_*.py"))
    assert [kind for kind in KINDS if f'"{kind}"' not in told] == []
