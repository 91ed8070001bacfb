"""Data in a SYN (TCP Fast Open, RFC 7413): the first byte has the number behind the SYN's own, wherever one counts."""

from __future__ import annotations

import matplotlib
import pytest
from wire_samples import CLIENT, MS, SERVER, Talk

from labkit.explain import explain
from labkit.explain.step import Step
from labkit.explain.writes import Writes
from labkit.panels.player.packets.conversations import connections
from labkit.pictures.bytestream import byte_stream
from labkit.pictures.ladders import ladder
from labkit.pictures.ladders.story import tell
from labkit.plots.sequence import time_sequence
from labkit.traces.calls import Call
from labkit.traces.secured import Half

matplotlib.use("agg")
import matplotlib.pyplot as plt


def record(kind: int, body: bytes) -> bytes:
    return bytes([kind, 3, 3]) + len(body).to_bytes(2, "big") + body


HELLO, ANSWER = record(22, b"\1\0\0\4" + bytes(4)), record(22, b"\2\0\0\4" + bytes(4))
SECRET = record(23, bytes(20))


def secured() -> Talk:
    size, back = len(HELLO), len(ANSWER)
    talk = Talk().c("S", 0, None, HELLO, at=0).s("S.", 0, 1 + size, at=10)
    return talk.s("P.", 1, 1 + size, ANSWER, at=11).c("P.", 1 + size, 1 + back, SECRET, at=30)


def plain(*, taken: bool = True) -> Talk:
    """The client says "hello" with its SYN, then " world"; of what the server did not take it says "hello" again."""
    talk = Talk().c("S", 0, None, b"hello", at=0).s("S.", 0, 6 if taken else 1, at=12)
    if not taken:
        talk.c("P.", 1, 1, b"hello", at=24)
    return talk.c("P.", 6, 1, b" world", at=30)


def called(host: str, name: str, at: float, size=None, moved=None) -> Call:
    local, peer = (CLIENT, SERVER) if host == "client" else (SERVER, CLIENT)
    begin = int(at * MS)
    more = {"local": local, "peer": peer, "socket_id": 1 + (host == "server")}
    return Call(host, name, begin, begin + 1000, size, moved, **more)


CALLS = (
    called("client", "sendall", 0, 5),
    called("client", "sendall", 29, 6),
    called("server", "recv", 13, 100, 5),
    called("server", "recv", 41, 100, 6),
)


def test_every_record_has_the_frame_that_carried_it():
    trace = secured().trace()
    assert [(each.frame.number, each.kind) for each in trace.tls()] == [
        (1, "Handshake"),
        (3, "Handshake"),
        (4, "ApplicationData"),
    ]


def test_every_frame_has_the_words_of_what_begins_in_it():
    trace = secured().trace()
    assert trace.tls_words == {1: "ClientHello", 3: "ServerHello", 4: "AppData"}
    assert "AppData" in ladder(trace).text


def test_a_segment_whose_data_the_capture_cut_off_is_not_where_the_stream_begins():
    first, *rest = secured().trace().segments
    half = Half([first._replace(payload=b""), *(each for each in rest if each.source == "client")])
    assert half.stream == SECRET
    assert [each.number for each in half.carriers] == [4]


def test_calls_stand_beside_the_frames_that_carried_their_bytes():
    acts = tell(plain().trace(calls=CALLS)).acts
    assert {(act.call.name, act.call.count, act.cause, act.release) for act in acts} == {
        ("sendall", 5, 1, None),
        ("sendall", 6, 3, None),
        ("recv", 5, None, 1),
        ("recv", 6, None, 3),
    }


@pytest.mark.parametrize("taken", [True, False])
def test_bytes_are_said_once(taken):
    trace = plain(taken=taken).trace(calls=CALLS)
    assert trace.stream("client") == b"hello world" and trace.bytes(source="client") == 11
    (talk,) = connections(trace.items).values()
    assert [(piece.place, piece.size, piece.gap) for piece in talk.pieces] == [
        (0, 5, 0),
        (len(trace.items) - 1, 6, 0),
    ]
    assert byte_stream(trace, source="client", segments=True).pieces("segment") == [b"hello", b" world"]


def test_a_bar_is_as_long_as_the_data():
    figure = time_sequence(plain().trace())
    handles, labels = figure.axes[0].get_legend_handles_labels()
    bars = dict(zip(labels, handles, strict=True))["data from client"]
    assert [tuple(path.vertices[:, 1]) for path in bars.get_paths()] == [(1, 6), (6, 12)]
    plt.close(figure)


def test_which_call_wrote_the_data_of_a_syn():
    segment = plain().trace().segments[0]
    step = Step(segment, 0, 0, None, "", False)
    assert Writes(list(CALLS)).whole(step.data_seq, step.size) is CALLS[0]


def test_data_that_came_twice_was_not_left_unread():
    """The server took what it got of the second copy, and its reset is not for bytes that it did not read."""
    calls = [called("server", "recv", 41, 100, 11), called("server", "close", 59)]
    talk = plain(taken=False).s("R.", 1, 12, at=60)
    assert "reset-unread" not in explain(talk.trace(calls=calls)).kinds
    fewer = [called("server", "recv", 41, 100, 9), *calls[1:]]
    assert "reset-unread" in explain(talk.trace(calls=fewer)).kinds
