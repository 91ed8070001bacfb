"""The text form: the same conversation gives the same text, and it says what happened."""

from __future__ import annotations

import pytest
from ladder_samples import NAMES, Talk, both_ways, handshake, hello, sample

from labkit.drawing.measure import columns
from labkit.pictures.ladders import ladder
from labkit.pictures.ladders.acts import Act
from labkit.pictures.ladders.call_lines import CLOSES, Line, back_of, line_of
from labkit.traces.calls import Call
from labkit.traces.trace import Trace


def text(name: str, **more) -> str:
    return ladder(sample(name, **more)).text


TEXTBOOK = """
                                 client                          server
                                    │                               │ LISTEN        listen()
connect(10.0.0.2:8080)┐ SYN-SENT    │─── SYN  seq 0 ───────────────▶│
             returns ◀┘ ESTABLISHED │◀── SYN, ACK  seq 0  ack 1 ────│ SYN-RECEIVED
                                    │─── ACK  ack 1 ───────────────▶│ ESTABLISHED   accept() → 10.0.0.1:40000
"""


def test_handshake_looks_like_the_textbook():
    assert text("handshake").splitlines() == TEXTBOOK.splitlines()[1:]


@pytest.mark.parametrize("name", NAMES)
def test_jitter_of_a_millisecond_changes_nothing(name):
    plain = text(name)
    for seed in range(25):
        assert text(name, jitter_ns=1_000_000, seed=seed) == plain


@pytest.mark.parametrize("name", NAMES)
def test_departure_stamped_after_its_call_returned(name):
    """The wire may stamp a frame some hundred microseconds after the call that sent it returned."""
    trace = sample(name)
    late = [frame._replace(departed_ns=frame.departed_ns + 400_000) for frame in trace.frames]
    moved = Trace(late, hosts=trace.hosts, addresses=trace.addresses, calls=trace.calls)
    assert ladder(moved).text == ladder(trace).text


def test_the_text_depends_on_what_happened():
    assert len({text(name) for name in NAMES}) == len(NAMES)
    talk = Talk("client", "server")
    hello(talk)
    talk.tcp(500, 1, 2, "R.", 7, 2)
    assert ladder(talk.trace()).text != text("hello")


def test_calls_stand_beside_their_frames():
    rows = {row.split("│")[1].strip("─ ▶◀"): row for row in text("hello").splitlines() if row.count("│") >= 2}
    data = rows['PSH, ACK  seq 1:6  "hello"']
    assert data.strip().startswith("send(5 bytes) → 5") and data.endswith("recv(1000) → 5")
    fin = rows["FIN, ACK  seq 6"]
    assert "close()  FIN-WAIT-1" in fin and fin.endswith("CLOSE-WAIT    recv(1000) → b''")


def test_states_of_a_whole_connection_in_order():
    seen = text("hello")
    for side in (["SYN-SENT", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT"],
                 ["LISTEN", "SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT", "LAST-ACK", "CLOSED"]):  # fmt: skip
        places = [seen.index(state) for state in side if seen.count(state) == 1]
        assert places == sorted(places) and len(places) >= 4


def test_lost_frames_end_in_a_cross_and_say_why():
    seen = text("lost_syn")
    assert seen.count("✗") == 2 and "dropped by Drop(flags='S', nth=2)" in seen
    assert seen.count("retransmission") == 2
    assert "▶" not in seen.splitlines()[2]


def test_refusal_is_an_error_of_the_call():
    assert "ConnectionRefusedError ◀┘ CLOSED" in text("refused")


def test_bulk_is_folded_without_counts_that_chance_decides():
    seen = text("fast_retransmit")
    assert "7 segments, 10 kB  seq 4345:14481" in seen
    assert "seq 2897:4345  retransmission" in seen
    assert "duplicate ACKs  ack 2897" in seen and "7 duplicate" not in seen
    assert "recv(4096) … 20 kB" in seen
    assert ladder(sample("fast_retransmit"), fold=False).text.count("duplicate ACK") == 7


def test_number_of_pieces_in_which_bulk_is_read_does_not_show():
    trace = sample("fast_retransmit")
    reads = [call for call in trace.calls if call.name == "recv"]
    others = [call for call in trace.calls if call.name != "recv"]
    more = [call._replace(moved=call.moved // 2, begin_ns=call.begin_ns + half)
            for call in reads for half in (0, 1)]  # fmt: skip
    again = Trace(trace.frames, hosts=trace.hosts, addresses=trace.addresses, calls=(*others, *more))
    assert ladder(again).text == ladder(trace).text


def test_simultaneous_frames_come_from_left_to_right():
    rows = text("both_ways").splitlines()
    crossing = [row for row in rows if "ping" in row]
    assert "▶" in crossing[0] and "◀" in crossing[1]


def test_multicast_has_a_head_at_each_receiver_and_none_where_it_was_lost():
    rows = [row for row in text("multicast").splitlines() if "news" in row]
    assert [row.count("▶") for row in rows] == [3, 2]


def test_the_copy_that_was_lost_has_a_cross():
    rows = text("copies_lost").splitlines()
    drawn = [row for row in rows if "▶" in row or "◀" in row]
    assert [(row.count("▶") + row.count("◀"), row.count("✗")) for row in drawn] == [
        (2, 1),
        (2, 1),
        (2, 1),
        (1, 2),
    ]
    assert "✗┼──" in drawn[0] and "▶┼╌╌" in drawn[1] and "✗╌╌" in drawn[2]
    said = [row.count("✗ dropped by Drop(to='near', nth=1) on the way to near") for row in rows]
    assert sum(said) == 2 and not any("news" in row and "Drop" in row for row in rows)


def test_of_two_hosts_the_one_whose_copy_was_lost():
    seen = ladder(sample("copies_lost"), hosts=["sender", "near"]).text
    assert seen.count("✗") == 2 and seen.count("dropped by Drop(to='near', nth=1)") == 2 and "way" not in seen


def test_frames_between_others_are_not_drawn():
    talk = Talk("a", "b", "c")
    talk.udp(0, 1, 3, b"x")
    talk.udp(20, 1, 3, b"x", lost="lost")
    talk.udp(40, 1, 2, b"x")
    rows = ladder(talk.trace(), hosts=["a", "b"]).text.splitlines()[1:]
    assert len(rows) == 1 and "▶" in rows[0]


@pytest.mark.parametrize("words", ["x", "exactly", "so much that it fills a lane"])
@pytest.mark.parametrize(
    ("source", "target"), [(1, 2), (1, 3), (2, 1), (2, 3), (3, 1), (3, 2), (4, 1), (1, 4)]
)
def test_every_lost_arrow_among_several_has_its_cross(source, target, words):
    talk = Talk("one", "two", "three", "four")
    talk.udp(0, source, target, words.encode(), lost="lost")
    (row,) = [row for row in ladder(talk.trace()).text.splitlines() if "╌" in row]
    ways = row.split("│")
    assert sum("✗" in way for way in ways) == 1 == row.count("✗")
    assert row.index("✗") < row.index("╌") if target < source else row.index("✗") > row.rindex("╌")


def test_a_multicast_lost_on_its_way_to_all_has_one_cross_on_each_side():
    talk = Talk("one", "two", "three", "four")
    talk.udp(0, 1, (2, 3, 4), b"x", lost="lost")
    talk.udp(30, 2, (1, 3, 4), b"x", lost="lost")
    talk.udp(60, 4, (1, 2, 3), b"x", lost="lost")
    rows = [row for row in ladder(talk.trace()).text.splitlines() if "╌" in row]
    assert [row.count("✗") for row in rows] == [1, 2, 1]


@pytest.mark.parametrize("name", NAMES)
def test_two_hosts_fit_a_page(name):
    trace = sample(name)
    if len(trace.hosts) == 2:
        assert max(map(columns, ladder(trace).text.splitlines())) <= 124


@pytest.mark.parametrize("name", ["hello", "lost_syn", "fast_retransmit", "both_ways"])
def test_calls_are_not_cut_where_there_is_room(name):
    seen = text(name)
    assert "connect(10.0.0.2:8080)┐" in seen
    assert "accept()" not in seen or "accept() → 10.0.0.1:40000" in seen


def test_where_there_is_no_room_the_fewest_calls_are_cut_and_keep_what_tells():
    talk = Talk("client", "server")
    both_ways(talk)
    end = max(frame[3][0].time_ns for frame in talk.frames) / 1e6
    here, there = ("10.0.0.1", 40000), ("10.0.0.2", 8080)
    talk.call(1, "recv", "100", end - 1, end, "", "ConnectionResetError", local=here, peer=there)
    seen = ladder(talk.trace()).text
    assert "connect(10.0.0.2:8080)┐" in seen and "accept() → 10.0.0.1:40000" in seen
    assert "recv(…) → …ResetError" in seen
    assert max(map(columns, seen.splitlines())) <= 125


SERVER, CLIENT, SIX = ("10.0.0.2", 8080), ("10.0.0.1", 40000), ("fd00:0:0:1::2", 8080)


@pytest.mark.parametrize(("call", "room", "shorter"), [
    ({"name": "recv", "size": 100, "moved": 5}, 13, "recv(100) → 5"),
    ({"name": "recv", "size": 100, "error": "ConnectionResetError"}, 32, "recv(100) → ConnectionResetError"),
    ({"name": "recv", "size": 100, "error": "ConnectionResetError"}, 28, "recv(…) → Connect…ResetError"),
    ({"name": "recv", "size": 100, "error": "ConnectionResetError"}, 22, "recv(…) → …ResetError"),
    ({"name": "recv", "size": 100, "error": "TimeoutError"}, 23, "recv(…) → TimeoutError"),
    ({"name": "connect", "address": SERVER}, 19, "connect(10…2:8080)"),
    ({"name": "accept", "address": CLIENT}, 22, "accept() → 10…1:40000"),
    ({"name": "connect", "address": SIX}, 22, "connect([fd0…2]:8080)"),
    ({"name": "sendto", "size": 5, "address": SERVER}, 26, "sendto(5 bytes, 10…2:8080)"),
    ({"name": "recvfrom", "size": 2000, "moved": 4, "address": SERVER}, 9, "recvfrom…"),
    ({"name": "close", "before": "LISTEN"}, 12, "close() (li…"),
])  # fmt: skip
def test_what_tells_least_goes_first(call, room, shorter):
    line = line_of(Act(Call("client", begin_ns=1, end_ns=2, **call), 0, None, None))
    assert line.within(room) == shorter and columns(shorter) <= room
    assert line.within(100) == line.text


def test_a_call_that_has_not_returned_is_cut_at_its_end():
    waiting = Act(Call("client", "connect", 1, address=SERVER), 0, None, None)
    assert (
        line_of(waiting).text == "connect(10.0.0.2:8080) …" and line_of(waiting).within(12) == "connect(10.…"
    )


def test_what_came_of_a_call_may_stand_alone():
    refused = Act(
        Call("client", "connect", 1, 2, address=SERVER, error="ConnectionRefusedError"), 0, None, None
    )
    assert back_of(refused, CLOSES).within(18) == "Conne…RefusedError"
    connected = Act(Call("client", "connect", 1, 2, address=SERVER), 0, None, None)
    assert back_of(connected, CLOSES) == (Line.of("returns").pieces, CLOSES)


def closing(ack_ms: float, names=("client", "server")) -> str:
    """The client closes after the server's FIN, which its kernel acknowledged `ack_ms` later."""
    talk = Talk(*names)
    done = handshake(talk)
    here, there = ("10.0.0.1", 40000), ("10.0.0.2", 8080)
    talk.call(1, "shutdown", "SHUT_WR", done, done, local=here, peer=there)
    talk.tcp(done + 15, 2, 1, ".", 1, 2, delay=talk.delay)
    talk.tcp(done + 0.1, 1, 2, "F.", 1, 1)
    talk.call(2, "close", "", done + 20, done + 20, local=there, peer=here, socket_id=2)
    fin = talk.tcp(done + 20, 2, 1, "F.", 1, 2)
    talk.tcp(fin + ack_ms, 1, 2, ".", 2, 2)
    talk.call(1, "recv", "100", done + 1, fin + 0.1, "0", local=here, peer=there)
    talk.call(1, "close", "", fin + 0.2, fin + 0.2, local=here, peer=there)
    talk.call(1, "log", "", fin + 0.3, fin + 0.3, local=here, peer=there)
    return ladder(talk.trace()).text


@pytest.mark.parametrize("names", [("client", "server"), ("client", "server", "other")])
def test_a_call_that_sent_nothing_stands_below_the_acknowledgement_before_it(names):
    rows = closing(0.02, names).splitlines()
    (ack,) = [n for n, row in enumerate(rows) if "ACK  ack 2" in row and "▶" in row]
    margin = len(names) - 2  # the first host's: left of its line, or right of it
    closes = [n for n, row in enumerate(rows) if "close()" in "".join(row.split("│")[margin:][:1])]
    assert closes == [ack + 1]
    assert "log()" in rows[ack + 2]
    # the same, whatever a busy machine does
    assert rows == closing(0.9, names).splitlines() == closing(40, names).splitlines()


def test_lifelines_are_straight_with_wide_letters():
    talk = Talk("客户", "服务器")
    hello(talk)
    for row in ladder(talk.trace()).text.splitlines()[1:]:
        assert columns(row.split("│")[0]) == 36


def test_without_calls_and_states():
    seen = ladder(sample("hello"), calls=False, states=False).text
    assert "connect" not in seen and "ESTABLISHED" not in seen and '"hello"' in seen


def test_one_of_two_connections():
    talk = Talk("client", "server")
    hello(talk)
    talk.tcp(300, 1, 2, "S", ports=(40001, 8080))
    trace = talk.trace()
    assert ladder(trace, flow=2).text.count("SYN ") == 1
    assert '"hello"' not in ladder(trace, flow=2).text
    assert '"hello"' in ladder(trace, flow=1).text


def test_hosts_are_chosen_and_ordered():
    trace = sample("multicast")
    assert ladder(trace, hosts=["bob", "sender"]).text.splitlines()[0].split() == ["bob", "sender"]
    with pytest.raises(ValueError, match="no host 'dave' in this trace; its hosts are: sender, alice"):
        ladder(trace, hosts=["dave"])


def test_a_call_that_waits_is_at_the_end():
    talk = Talk("client", "server")
    hello(talk)
    talk.call(2, "accept", "", 300, None, socket_id=9)
    assert ladder(talk.trace()).text.splitlines()[-1].endswith("accept() …")


def test_a_call_that_timed_out_stands_after_what_had_left_by_then():
    talk = Talk("client", "server")
    here = ("10.0.0.2", 5000)
    for n, lost in enumerate(("", "lost", "")):
        talk.udp(n * 60, 1, 2, b"tick", lost=lost)
        result, error = ("", "TimeoutError") if lost else ("4 from 10.0.0.1:40000", "")
        end = n * 60 + (50 if lost else 10.1)
        talk.call(2, "recvfrom", "100", n * 60 + 0.1, end, result, error, local=here)
    rows = [row for row in ladder(talk.trace()).text.splitlines() if "recvfrom" in row]
    assert ["TimeoutError" in row for row in rows] == [False, True, False] and "✗" in rows[1]


def test_an_incomplete_trace_says_so():
    trace = Trace((), hosts=("a", "b"), missed=3, full=True)
    assert "3 frames were missed" in ladder(trace).text and "record was full" in ladder(trace).text
    assert "(no frames)" in ladder(trace).text


def test_what_is_no_trace_is_refused():
    with pytest.raises(TypeError, match=r"ladder draws a trace \(got int\)"):
        ladder(7)


def test_bytes_tell_which_call_sent_a_segment_and_which_call_got_it():
    """Nagle: the second and the third send leave in one segment; one recv takes bytes of both segments."""
    talk = Talk("client", "server")
    done = handshake(talk)
    here, there = ("10.0.0.1", 40000), ("10.0.0.2", 8080)
    for n, size in enumerate(("5", "6", "5")):
        talk.call(1, "send", f"{size} bytes", done + n, done + n + 0.01, size, local=here, peer=there)
    one = talk.tcp(done, 1, 2, "P.", 1, 1, b"first")
    two = talk.tcp(done + 21, 1, 2, "P.", 6, 1, b"secondthird")
    talk.call(2, "recv", "3", one - 1, one + 0.1, "3", local=there, peer=here, socket_id=2)
    talk.call(2, "recv", "100", two, two + 0.1, "13", local=there, peer=here, socket_id=2)
    rows = ladder(talk.trace()).text.splitlines()[-3:]
    assert "send(5 bytes) → 5" in rows[0] and rows[0].endswith("recv(3) → 3") and "seq 1:6" in rows[0]
    assert "send(6 bytes) → 6" in rows[1] and rows[1].endswith("recv(100) → 13") and "seq 6:17" in rows[1]
    assert "send(5 bytes) → 5" in rows[2]
