"""Findings about how connections end and what shape they have, about datagrams, and about captures themselves."""

from __future__ import annotations

from struct import pack

import pytest
from wire_samples import ADDRESSES, SYN_OPTIONS, Talk, bulk, ethernet, frame, ipv4, udp

from labkit.explain import explain
from labkit.packets.frame import Arrival, Hit
from labkit.traces.trace import Trace
from labkit.wire.checksums import checksum
from labkit.wire.faults import Corrupt

MS = 1_000_000


def kinds(talk, **more):
    return explain(talk.trace(**more)).kinds


# -- endings


def test_a_fin_that_nobody_acknowledges():
    talk = Talk().open().c("F.", 1, 1, at=40, lost=True).c("F.", 1, 1, at=250, lost=True)
    assert "fin-unanswered" in kinds(talk)
    assert "fin-unanswered" not in kinds(Talk().open().c("F.", 1, 1, at=40)), "its answer may come later"


def half_closed(data=b"", until=2000):
    talk = Talk().open().c("F.", 1, 1, at=40).s(".", 1, 2, at=50)
    if data:
        talk.s("P.", 1, 2, data, at=60).c(".", 2, 1 + len(data), at=70)
    other = Talk(client=("10.0.0.1", 40001), frames=talk.frames)
    return other.c("S", at=until).s("S.", 0, 1).c(".", 1, 1)


def test_a_side_that_is_not_closed():
    assert kinds(half_closed()) == ["close-wait"]
    assert kinds(half_closed(data=b"still here")) == [], "it still speaks"
    assert kinds(half_closed(until=500)) == [], "it may close soon"


def large(heard):
    """A segment of 1,448 bytes is sent three times in vain; what small things the server hears, it acknowledges."""
    talk = Talk().open().c("P.", 1, 1, b"hello", at=40).s(".", 1, 6, at=50)
    for at in (60, 300, 700):
        talk.c(".", 6, 1, bytes(1448), at=at, lost=True)
    if heard:
        talk.c("P.", 1454, 1, bytes(52), at=710).s(".", 1, 6, at=721)
    return talk


def test_a_black_hole():
    (finding,) = explain(large(True).trace()).of("mtu-black-hole")
    assert finding.frames == (6, 7, 8) and finding.values["size"] == 1448
    assert "mtu-black-hole" not in kinds(large(False)), "the peer may be gone as well"


# -- shapes


@pytest.mark.parametrize(
    ("count", "size", "gap", "expected"),
    [(40, 10, 1, True), (20, 10, 1, False), (40, 500, 1, False), (40, 10, 60, False)],
    ids=["tiny", "few", "large", "now and then"],
)
def test_tiny_segments(count, size, gap, expected):
    talk = Talk().open()
    for place in range(count):
        talk.c("P.", 1 + place * size, 1, bytes(size), at=40 + gap * place)
    assert ("tiny-segments" in kinds(talk.s(".", 1, 1 + count * size, at=talk.now + 11))) == expected


def queued(grows):
    """40 segments, of which more and more are under way, and their round trips grow with them, or not."""
    talk = Talk().open()
    events = []
    for place in range(40):
        at = 40 + 5 * place
        events.append((at, talk.c, place))
        events.append((at + (20 + 4 * place if grows else 20), talk.s, place))
    for at, send, place in sorted(events, key=lambda event: event[0]):
        if send == talk.c:
            talk.c(".", 1 + place * 1448, 1, bytes(1448), at=at)
        else:
            talk.s(".", 1, 1449 + place * 1448, at=at)
    return talk


def test_a_queue_that_grows():
    assert "bufferbloat" in kinds(queued(True))
    assert "bufferbloat" not in kinds(queued(False))


def test_losses_without_sack():
    talk = (
        Talk()
        .c("S", at=0)
        .s("S.", 0, 1, at=10, options=SYN_OPTIONS.replace(b"\4\2", b"\1\1"))
        .c(".", 1, 1, at=20)
    )
    talk.c("P.", 1, 1, b"hello", at=40, lost=True).c("P.", 1, 1, b"hello", at=260).s(".", 1, 6, at=270)
    assert kinds(talk) == ["no-sack", "timeout"]
    assert "no-sack" not in kinds(bulk())


# -- datagrams


def datagrams(*times, answered=False):
    frames = [
        frame(ethernet(0x0800, ipv4(17, udp(1234, 53, b"who?"))), number=number, at=at * MS)
        for number, at in enumerate(times, 1)
    ]
    if answered:
        answer = ethernet(0x0800, ipv4(17, udp(53, 1234, b"me"), "10.0.0.2", "10.0.0.1"))
        frames.append(frame(answer, number=9, at=9_000 * MS, source="server", target="client"))
    return Trace(frames, addresses=ADDRESSES)


def test_a_question_that_nobody_answers():
    (finding,) = explain(datagrams(0, 1000, 3000)).findings
    assert (finding.kind, finding.frames, finding.cost_ns) == ("udp-unanswered", (1, 2, 3), 3000 * MS)
    assert explain(datagrams(0, 1000, answered=True)).kinds == []
    assert explain(datagrams(0, 10, 20)).kinds == [], "who sends so often does not wait for answers"
    assert explain(datagrams(0)).kinds == []


def test_a_fragment_that_is_lost():
    body = udp(1, 9, bytes(2000))
    whole = [
        frame(ethernet(0x0800, ipv4(17, body[:1480], flags=0x2000)), number=1),
        frame(ethernet(0x0800, ipv4(17, body[1480:], flags=185)), number=2),
    ]
    assert explain(Trace(whole)).kinds == []
    lost = [whole[0], whole[1]._replace(arrivals=(), fate="dropped")]
    (finding,) = explain(Trace(lost)).findings
    assert (finding.kind, finding.frames) == ("fragment-lost", (1, 2))


# -- captures


def captured(talk):
    """As a file of another program has it: one time a frame, checksums as a kernel makes them."""
    frames = []
    for each in talk.frames:
        data = bytearray(each.data)
        pseudo = bytes(data[26:34]) + bytes([0, 6]) + pack(">H", len(data) - 34)
        data[50:52] = bytes(2)
        data[50:52] = pack(">H", checksum(pseudo, bytes(data[34:])))
        arrivals = (Arrival(each.target, each.departed_ns),)
        frames.append(each._replace(data=bytes(data), arrivals=arrivals, fate="delivered", hits=()))
    return frames


def spoilt(place, change, frames=None):
    frames = frames or captured(Talk().open().c("P.", 1, 1, b"hello", at=40).s(".", 1, 6, at=50))
    frames[place] = change(frames[place])
    return explain(Trace(frames, addresses=ADDRESSES)).kinds


def with_checksum(value):
    return lambda each: each._replace(data=each.data[:50] + value + each.data[52:])


def test_checksums():
    assert spoilt(3, lambda each: each) == []
    assert spoilt(3, with_checksum(b"\x12\x34")) == ["checksum-wrong"]
    assert spoilt(3, with_checksum(b"\0\0")) == ["checksum-later"]
    data = captured(Talk().open().c("P.", 1, 1, b"hello", at=40))[3].data
    pseudo = data[26:34] + bytes([0, 6]) + pack(">H", len(data) - 34)
    assert spoilt(3, with_checksum(pack(">H", ~checksum(pseudo) & 0xFFFF))) == ["checksum-later"]


def test_a_frame_that_the_wire_damaged():
    talk = Talk().open().c("P.", 1, 1, b"hello", at=40, hits=(Hit("corrupted", Corrupt(nth=1)),))
    talk.c("P.", 1, 1, b"hello", at=260).s(".", 1, 6, at=270)
    assert kinds(talk) == ["checksum-wrong", "timeout"]


def test_cut_frames():
    assert spoilt(3, lambda each: each._replace(data=each.data[:56])) == ["cut-frames"]


def test_a_clock_that_goes_back():
    earlier = lambda each: each._replace(departed_ns=1 * MS, arrivals=(Arrival(each.target, 1 * MS),))  # noqa: E731
    assert spoilt(4, earlier) == ["clock-back"]


def test_a_capture_of_all_interfaces_has_each_frame_twice_and_the_network_is_not_to_blame():
    once = captured(bulk(lose=99))
    twice = [each for frame in once for each in (frame, frame)]
    numbered = [each._replace(number=number) for number, each in enumerate(twice, 1)]
    found = explain(Trace(numbered, addresses=ADDRESSES))
    assert found.kinds == ["captured-twice"]
    assert found.accounts[0].spent == explain(Trace(once, addresses=ADDRESSES)).accounts[0].spent


def test_offloaded_segments():
    talk = Talk().open().c("P.", 1, 1, bytes(8000), at=40).s(".", 1, 8001, at=50)
    assert explain(Trace(captured(talk), addresses=ADDRESSES)).kinds == ["offloaded"]
    assert kinds(talk) == [], "our own wire offloads nothing"


def test_frames_that_the_capture_lost():
    talk = Talk().open()
    for place in range(4):
        talk.c(".", 1 + 1000 * place, 1, bytes(1000), at=40 + place)
    frames = captured(talk.s(".", 1, 4001, at=60))
    assert explain(Trace(frames, addresses=ADDRESSES)).kinds == []
    (finding,) = explain(Trace([*frames[:5], frames[7]], addresses=ADDRESSES)).of("frames-missing")
    assert finding.values["size"] == 2000 and finding.frames == (8,)
    late = explain(Trace([*frames[:6], frames[7], frames[6]], addresses=ADDRESSES))
    assert "frames-missing" not in late.kinds
