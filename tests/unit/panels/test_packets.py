"""The packet list without a browser: what it knows of each frame, and what the ends of a conversation said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ladder_samples import Talk, fast_retransmit, handshake, hello, lost_syn, refused, sample

from labkit import Drop, Trace
from labkit.packets.frame import Frame
from labkit.panels.player.packets.columns import FINDINGS, row
from labkit.panels.player.packets.conversations import connections, datagrams
from labkit.panels.player.packets.filterable import FILTERABLE
from labkit.panels.player.packets.listing import MOST_BYTES, listing
from labkit.traces.analysis import MARKS

CAPTURES = sorted((Path(__file__).parents[1] / "traces" / "captures").glob("*.pcap"))


def talk_of(play, *names: str) -> Trace:
    talk = Talk(*(names or ("client", "server")))
    play(talk)
    return talk.trace()


def of(trace: Trace) -> tuple[dict, bytes]:
    return listing(trace, {frame.number for frame in trace.frames})


def column(made: dict, name: str) -> list:
    """A column in full, None where a frame has no such field."""
    found = made["columns"].get(name)
    return found if isinstance(found, list) else [found] * made["rows"]


def said(trace: Trace, flow: int, side: int) -> bytes:
    pieces = connections(trace.items)[flow].pieces
    return b"".join(
        trace.items[piece.place].payload[piece.start : piece.start + piece.size]
        for piece in pieces
        if piece.side == side
    )


def test_a_row_of_each_frame():
    made, octets = of(talk_of(hello))
    assert made["text"]["info"][:3] == [
        "40000 → 8080 [SYN] Seq=0 Win=64240 Len=0",
        "8080 → 40000 [SYN, ACK] Seq=0 Ack=1 Win=64240 Len=0",
        "40000 → 8080 [ACK] Seq=1 Ack=1 Win=64256 Len=0",
    ]
    assert set(made["text"]["protocol"]) == {"TCP"}
    assert column(made, "ip.src")[:3] == ["10.0.0.1", "10.0.0.2", "10.0.0.1"]
    assert column(made, "tcp.flags")[:3] == [0x02, 0x12, 0x10]
    assert column(made, "tcp.ack")[:2] == [None, 1]
    assert set(column(made, "tcp.stream")) == {0}, "Wireshark counts from 0"
    assert made["layers"] == [["eth", "ip", "tcp"]] and made["columns"]["layers"] == 0
    assert len(octets) == sum(made["kept"])


def test_the_payload_of_a_frame_is_where_the_columns_say():
    trace = talk_of(hello)
    made, octets = of(trace)
    begin, size = column(made, "payload.at"), column(made, "payload.size")
    for place, segment in enumerate(trace.items):
        at = made["at"][place] + (begin[place] or 0)
        assert octets[at : at + (size[place] or 0)] == segment.payload
    assert any(segment.payload for segment in trace.items)


@pytest.mark.parametrize(
    ("play", "found"),
    [(fast_retransmit, {"retransmission", "duplicate ack"}), (lost_syn, {"retransmission"})],
)
def test_findings_have_words_and_fields(play, found):
    trace = talk_of(play)
    made, _ = of(trace)
    marks = trace.marks()
    assert set(marks.values()) >= found
    for place, item in enumerate(trace.items):
        mark = marks.get(item.number)
        fields = {name for name in FINDINGS.values() if column(made, name)[place]}
        assert fields == ({FINDINGS[mark]} if mark else set())
        assert (mark or "") in made["text"]["finding"][place]
    lost = [item.number for item in trace.items if not item.delivered]
    assert [number for number, gone in enumerate(column(made, "lab.lost"), 1) if gone] == lost


def test_a_reset_is_a_finding():
    made, _ = of(talk_of(refused))
    assert [finding for finding in made["text"]["finding"] if finding] == ["reset"]


def test_every_mark_of_a_trace_can_be_asked_for():
    assert set(MARKS) < set(FINDINGS)
    assert set(FINDINGS.values()) < {name for name, *_ in FILTERABLE}


def test_every_column_can_be_asked_for():
    seen: set[str] = set()
    for name in ("hello", "datagrams", "multicast", "fast_retransmit"):
        seen |= set(of(sample(name))[0]["columns"])
    plain = {name for name, _, _, where in FILTERABLE if not where}
    assert seen - plain == {"layers", "payload.at", "payload.size"}
    derived = {
        each
        for _, kind, _, where in FILTERABLE
        for each in where
        if isinstance(each, str) and kind != "bytes"
    }
    assert derived <= plain


@pytest.mark.parametrize("name", ["hello", "datagrams", "multicast", "fast_retransmit", "both_ways"])
def test_it_is_json(name):
    made, _ = of(sample(name))
    assert json.loads(json.dumps(made)) == made


@pytest.mark.parametrize("name", ["hello", "fast_retransmit", "both_ways"])
def test_what_was_said_is_the_traces_own_stream(name):
    trace = sample(name)
    for flow in trace.flows():
        first = connections(trace.items)[flow.number].ends[0][0]
        for host, size in ((flow.client, flow.from_client), (flow.server, flow.from_server)):
            words = said(trace, flow.number, int(host != first))
            assert len(words) == size
            assert not size or words == trace.stream(host, flow=flow)


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.stem)
def test_captures_of_others(path):
    trace = Trace.load(path)
    made, _ = of(trace)
    assert made["rows"] == len(trace.frames)
    for flow in trace.flows():
        first = connections(trace.items)[flow.number].ends[0][0]
        for host, size in ((flow.client, flow.from_client), (flow.server, flow.from_server)):
            assert len(said(trace, flow.number, int(host != first))) <= size


def test_a_hole_is_told_and_what_stands_behind_it_comes_last():
    def play(talk):
        handshake(talk)
        talk.tcp(100, 1, 2, "P.", 1, 1, b"one ")
        talk.tcp(110, 1, 2, "P.", 9, 1, b"three")  # "two " was not captured
        talk.tcp(140, 2, 1, "P.", 1, 5, b"what?")

    pieces = connections(talk_of(play).items)[1].pieces
    assert [(piece.side, piece.size, piece.gap) for piece in pieces] == [(0, 4, 0), (1, 5, 0), (0, 5, 4)]


def test_what_a_snap_length_cut_off_is_a_hole():
    def play(talk):
        handshake(talk)
        talk.tcp(100, 1, 2, "P.", 1, 1, b"a long line")
        talk.tcp(110, 1, 2, "P.", 12, 1, b"!")

    trace = talk_of(play)
    short = trace.frames[3]._replace(data=trace.frames[3].data[:-5])
    cut = Trace((*trace.frames[:3], short, *trace.frames[4:]), hosts=trace.hosts)
    pieces = connections(cut.items)[1].pieces
    assert [(piece.size, piece.gap) for piece in pieces] == [(6, 0), (1, 5)]


def test_bytes_sent_twice_are_said_once_and_overtaken_ones_in_order():
    def play(talk):
        handshake(talk)
        talk.tcp(100, 1, 2, "P.", 5, 1, b"5678")
        talk.tcp(101, 1, 2, "P.", 1, 1, b"1234")
        talk.tcp(102, 1, 2, "P.", 3, 1, b"345678 and more")

    assert said(talk_of(play), 1, 0) == b"12345678 and more"


def test_datagrams_belong_to_pairs_of_ends():
    def play(talk):
        talk.udp(0, 1, 2, b"ask")
        talk.udp(20, 2, 1, b"answer", ports=(5000, 40000))
        talk.udp(40, 1, 3, b"other")

    trace = talk_of(play, "one", "two", "three")
    first, second = datagrams(trace.items)
    assert [(piece.side, piece.size) for piece in first.pieces] == [(0, 3), (1, 6)]
    assert [(piece.side, piece.size) for piece in second.pieces] == [(0, 5)]
    made, _ = of(trace)
    assert column(made, "udp.stream") == [0, 0, 1]
    assert set(made["talks"]) == {"udp 0", "udp 1"}


def test_part_of_a_trace_alone():
    trace = talk_of(hello)
    made, octets = listing(trace, {2, 3})
    assert column(made, "frame.number") == [2, 3]
    assert octets == trace.frames[1].data + trace.frames[2].data


def test_bytes_beyond_what_a_page_holds_stay_here():
    def play(talk):
        for n in range(3):
            talk.udp(n, 1, 2, b"x" * 100, lost=Drop(nth=1))

    trace = talk_of(play)
    large = [frame._replace(data=frame.data + bytes(MOST_BYTES // 2)) for frame in trace.frames]
    made, octets = of(Trace(large, hosts=trace.hosts))
    assert [at >= 0 for at in made["at"]] == [True, False, False] and len(octets) == made["kept"][0]


@pytest.mark.parametrize("name", ["hello", "datagrams", "multicast"])
def test_whatever_is_cut_or_damaged_has_a_row(name):
    for item in sample(name).items:
        data = item.frame.data
        for size in range(len(data)):
            for broken in (data[:size], data[:size] + b"\xff" * (len(data) - size)):
                frame: Frame = item.frame._replace(data=broken)
                (again,) = Trace([frame], hosts=("client", "server")).items
                fields = row(again, 0)
                assert fields["frame.len"] == frame.length
                begin = fields.get("payload.at", 0)
                assert begin + fields.get("payload.size", 0) <= max(len(broken), begin)
