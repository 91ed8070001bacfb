from __future__ import annotations

import pytest
from wire_samples import ADDRESSES, CLIENT, MS, SERVER, Talk, bulk, ethernet, frame, ipv4, udp

from labkit.packets.datagram import Datagram, Other
from labkit.packets.frame import Hit
from labkit.packets.segment import Segment, Segments
from labkit.traces.flows import Flow
from labkit.traces.ranges import Ranges
from labkit.traces.text import SHOWN
from labkit.traces.trace import Trace
from labkit.wire.faults import Reorder


def numbers(segments):
    return [segment.number for segment in segments]


def closed():
    """Handshake, a question, an answer, and both ends close."""
    talk = Talk().open().c("P.", 1, 1, b"hello", at=30).s(".", 1, 6, at=41).s("P.", 1, 6, b"world!", at=42)
    talk.c(".", 6, 7, at=53).c("F.", 6, 7, at=54).s("F.", 7, 7, at=65)
    return talk.c(".", 7, 8, at=76)


def test_items_in_order_of_departure():
    frames = Talk().open().frames
    frames.append(frame(ethernet(0x0800, ipv4(17, udp(1, 2, b"x"))), number=4, at=50 * MS))
    frames.append(frame(ethernet(0x0806, b""), number=5, at=51 * MS))
    trace = Trace(frames)
    assert [type(item) for item in trace.items] == [Segment] * 3 + [Datagram, Other]
    assert (len(trace.segments), len(trace.datagrams)) == (3, 1)
    assert str(trace).splitlines()[3:] == [
        'client > server  UDP 1 > 2  "x"',
        "client > server  ARP, cut short or malformed",
    ]


def test_hosts_are_the_given_ones_then_those_that_occur():
    frames = [frame(b"", source="b", target="*"), frame(b"", source="c", target="")]
    assert Trace(frames, hosts=("a", "b")).hosts == ("a", "b", "c")
    assert Trace().hosts == ()


def test_answers_follow_a_trace_that_grows():
    class Growing(Trace):
        frames = ()

    trace = Growing()
    assert len(trace.segments) == 0
    talk = Talk().open()
    trace.frames = tuple(talk.frames)
    assert len(trace.segments) == 3
    # the same number of frames, one of which has arrived meanwhile
    lost = talk.frames[-1]._replace(arrivals=(), fate="in flight")
    trace.frames = (*talk.frames[:2], lost)
    assert [segment.delivered for segment in trace.segments] == [True, True, False]
    assert trace.segments is trace.segments


def test_equality():
    trace = closed().trace()
    assert trace == closed().trace(calls=("not compared",))
    assert trace != bulk().trace() and trace != closed().trace(missed=1)
    assert trace != closed().trace(full=True)
    assert trace != closed().trace(hosts=("server", "client")) and trace != closed().trace(addresses={})
    assert trace != "trace"


def test_text_ends_with_what_is_missing():
    assert str(Trace()) == repr(Trace()) == "no frames"
    talk = Talk().c("S")
    assert str(talk.trace(missed=2, full=True)).splitlines()[1:] == [
        "(2 frames missing: a port of the wire lost them)",
        "(the record was full: later frames are missing)",
    ]
    assert "(1 frame missing" in repr(talk.trace(missed=1))


def test_long_traces_show_both_ends():
    talk = Talk().open()
    for place in range(1000):
        talk.c(".", 1 + place, 1, b"x")
    shown = repr(talk.trace()).splitlines()
    assert len(shown) == SHOWN + 1
    assert shown[SHOWN // 2] == f"... {1003 - SHOWN} more; print(trace) shows all ..."
    assert shown[-1] == str(talk.trace()).splitlines()[-1]


# -- which segments?


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        ({"source": "server"}, [2, 5, 6, 9]),
        ({"target": "server", "data": True}, [4]),
        ({"data": False, "source": "client"}, [1, 3, 7, 8, 10]),
        ({"flags": "SYN"}, [1]),
        ({"flags": "SYN-ACK"}, [2]),
        ({"flags": "ACK"}, [3, 5, 7, 10]),
        ({"flags": "FIN"}, [8, 9]),
        ({"flags": "RST"}, []),
        ({"flags": "P."}, [4, 6]),
        ({"flags": ".P"}, [4, 6]),
        ({"port": 8080}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        ({"port": 80}, []),
        ({"flow": 1, "flags": "S"}, [1]),
        ({"delivered": False}, []),
    ],
)
def test_select(choice, expected):
    assert numbers(closed().trace().select(**choice)) == expected


def test_flow_is_given_in_three_ways():
    trace = two_flows()
    for flow in (2, trace.flows()[1], trace.segments[3]):
        assert numbers(trace.select(flow=flow)) == [4, 5, 6]


@pytest.mark.parametrize(
    ("choice", "error", "message"),
    [
        ({"flow": 3}, ValueError, "no flow 3 in this trace; it has 1 to 1"),
        ({"flow": "client"}, TypeError, "flow is a Flow"),
        ({"source": "sever"}, ValueError, "no host 'sever' in this trace; it has client, server"),
        ({"flags": "SYNACK"}, ValueError, "flags is SYN, SYN-ACK, ACK, FIN, RST or tcpdump's letters"),
        ({"flags": 2}, ValueError, "flags is"),
    ],
)
def test_wrong_choices(choice, error, message):
    with pytest.raises(error, match=message):
        closed().trace().select(**choice)


def test_no_flow_in_an_empty_trace():
    with pytest.raises(ValueError, match="no TCP connection at all"):
        Trace().select(flow=1)


def two_flows():
    frames = Talk().open().frames
    return Trace(Talk(client=("10.0.0.1", 40001), frames=frames).open().frames)


def test_handshake():
    trace = closed().trace()
    assert numbers(trace.handshake()) == [1, 2, 3]
    assert numbers(two_flows().handshake(flow=2)) == [4, 5, 6]


def test_handshake_of_repeated_segments_is_of_those_that_arrived():
    talk = Talk().c("S", lost=True).c("S").s("S.", 0, 1, lost=True).c("S").s("S.", 0, 1).c(".", 1, 1)
    syn, answer, last = talk.trace().handshake()
    assert numbers((syn, answer, last)) == [2, 5, 6]


def test_handshake_that_was_not_completed():
    assert numbers(Talk().c("S").s("R.", ack=1, raw_seq=0).trace().handshake()) == [1]
    assert Talk().c(".", 1, 1).trace().handshake() == ()
    assert Trace().handshake() == ()


def test_flows():
    (flow,) = closed().trace().flows()
    assert flow == Flow(1, "client", "server", CLIENT, SERVER, 5, 6, 10)
    assert str(flow) == "client 10.0.0.1:40000 > server 10.0.0.2:8080  5 bytes there, 6 back, 10 segments"
    assert len(two_flows().flows()) == 2


def test_client_of_a_capture_that_begins_later_has_the_higher_port():
    (flow,) = Talk().s("P.", 50, 70, b"x").c(".", 70, 51).trace().flows()
    assert (flow.client, flow.client_address, flow.from_server) == ("client", CLIENT, 1)


def test_client_of_a_capture_that_begins_with_the_answer():
    odd = Talk(client=("10.0.0.1", 80), server=("10.0.0.2", 40000)).s("S.", 0, 1).c(".", 1, 1)
    assert odd.trace().flows()[0].client == "client"


def test_bytes_count_each_byte_once_and_the_wire_counts_all():
    trace = bulk().trace()
    assert trace.bytes() == trace.bytes(source="client", flow=1) == 8000
    assert trace.bytes(source="server") == 0
    assert trace.bytes(wire=True, source="client") == 2 * 54 + 20 + 9 * 1054
    assert Trace().bytes() == 0


def test_stream():
    talk = Talk().open().c("P.", 1, 1, b"abc").c("P.", 4, 1, b"def", lost=True).c("P.", 7, 1, b"ghi")
    talk.c("P.", 4, 1, b"defg").s("P.", 1, 10, b"answer")
    trace = talk.trace()
    assert (trace.stream("client"), trace.stream("server")) == (b"abcdefghi", b"answer")
    assert Talk().open().trace().stream("client") == b""


def test_stream_stops_at_what_the_trace_does_not_hold():
    assert Talk().open().c(".", 1, 1, b"abc").c(".", 10, 1, b"x").trace().stream("client") == b"abc"


# -- what happened?


def test_nothing_unusual():
    trace = closed().trace()
    assert trace.retransmitted() == []
    assert all(found == () for found in trace.findings)
    assert trace.marks() == {} and trace.resets() == trace.zero_windows() == ()


def test_lost_segment_and_fast_retransmission():
    trace = bulk().trace()
    assert trace.retransmitted() == [2001]
    assert numbers(trace.retransmissions()) == [19]
    assert [each.ack for each in trace.duplicate_acks()] == [2001] * 5
    assert trace.out_of_order() == ()
    assert trace.retransmitted(source="server") == []
    assert trace.marks() == {19: "retransmission", **dict.fromkeys(range(14, 19), "duplicate ack")}


def test_syn_sent_three_times():
    trace = Talk().c("S", lost=True).c("S", lost=True).c("S").s("S.", 0, 1).trace()
    assert numbers(trace.retransmissions()) == [2, 3]
    assert trace.retransmitted() == [0]


def test_fin_sent_again():
    talk = Talk().open().c("F.", 1, 1, lost=True).c("F.", 1, 1)
    assert talk.trace().retransmitted() == [1]


def test_sent_again_in_one_larger_segment():
    talk = Talk().open().c("P.", 1, 1, b"ab", lost=True).c("P.", 3, 1, b"cd", lost=True)
    talk.c("P.", 1, 1, b"abcdef")
    trace = talk.trace()
    assert (trace.retransmitted(), trace.bytes()) == ([1], 6)


def test_one_byte_sent_again_is_no_keep_alive():
    trace = Talk().open().c("P.", 1, 1, b"x", lost=True).c("P.", 1, 1, b"x").trace()
    assert (trace.retransmitted(), trace.keep_alives()) == ([1], ())


@pytest.mark.parametrize("garbage", [b"", b"\0"])
def test_keep_alive_is_not_sent_again(garbage):
    talk = Talk().open().c("P.", 1, 1, b"hello").s(".", 1, 6).c(".", 5, 1, garbage).s(".", 1, 6)
    trace = talk.trace()
    assert numbers(trace.keep_alives()) == [6]
    assert trace.retransmitted() == [] and trace.duplicate_acks() == ()
    assert trace.bytes() == 5


def test_zero_window_and_probes_without_data():
    talk = Talk().open().c("P.", 1, 1, b"hello").s(".", 1, 6, window=0)
    talk.c(".", 5, 1).s(".", 1, 6, window=0).c(".", 5, 1).s(".", 1, 6, window=0).s(".", 1, 6)
    talk.c("P.", 6, 1, b"more")
    trace = talk.trace()
    assert numbers(trace.zero_windows()) == [5, 7, 9]
    assert numbers(trace.window_probes()) == [6, 8]
    assert trace.retransmitted() == [] and trace.duplicate_acks() == () and trace.keep_alives() == ()


def test_probes_with_one_byte():
    talk = Talk().open().c("P.", 1, 1, b"hello").s(".", 1, 6, window=0)
    talk.c(".", 6, 1, b"m").s(".", 1, 6, window=0).c(".", 6, 1, b"m").s(".", 1, 6, window=0).s(".", 1, 6)
    trace = talk.c("P.", 6, 1, b"more").trace()
    assert numbers(trace.window_probes()) == [6, 8]
    assert trace.retransmitted() == [] and trace.duplicate_acks() == ()
    assert trace.bytes() == 9


def test_after_a_window_update_that_was_lost_the_window_is_still_shut():
    talk = Talk().open().c("P.", 1, 1, b"hello").s(".", 1, 6, window=0).s(".", 1, 6, lost=True)
    trace = talk.c(".", 5, 1).s(".", 1, 6).c("P.", 6, 1, b"more").trace()
    assert numbers(trace.window_probes()) == [7] and trace.keep_alives() == () == trace.duplicate_acks()


def test_window_update_is_no_duplicate_ack():
    talk = Talk().open().s(".", 1, 1).c("P.", 1, 1, b"hello").s(".", 1, 1, window=600)
    assert talk.trace().duplicate_acks() == ()


@pytest.mark.parametrize("change", ["data", "FIN", "nothing outstanding", "a higher number"])
def test_what_is_no_duplicate_ack(change):
    """RFC 5681 section 2, each condition in turn."""
    talk = Talk().open().s(".", 1, 1)
    if change != "nothing outstanding":
        talk.c("P.", 1, 1, b"hello")
    if change == "data":
        talk.s("P.", 1, 1, b"x")
    elif change == "FIN":
        talk.s("F.", 1, 1)
    else:
        talk.s(".", 1, 6 if change == "a higher number" else 1)
    assert talk.trace().duplicate_acks() == ()


def test_a_duplicate_ack():
    talk = Talk().open().s(".", 1, 1).c("P.", 1, 1, b"hello").s(".", 1, 1)
    assert numbers(talk.trace().duplicate_acks()) == [6]


def test_overtaken_on_the_wire():
    talk = Talk().open().c(".", 1, 1, b"first", delay=30, hits=(Hit("reordered", Reorder(data=1)),))
    talk.c(".", 6, 1, b"second")
    trace = talk.trace()
    assert numbers(trace.out_of_order()) == [4]
    assert trace.retransmitted() == []
    assert trace.marks() == {4: "out of order"}


def test_copies_made_by_the_network_are_not_sent_again():
    talk = Talk().open().c(".", 1, 1, b"first", at=40, arrivals=(50, 55)).c(".", 6, 1, b"second", at=42)
    trace = talk.trace()
    assert trace.retransmitted() == [] and trace.out_of_order() == ()


@pytest.mark.parametrize(("later", "out_of_order", "again"), [(1, [5], []), (60, [], [5])])
def test_a_gap_filled_in_a_capture_made_on_the_way(later, out_of_order, again):
    """Within a round trip it was overtaken, later it was sent again: Wireshark's rule."""
    talk = Talk(delay=0).open()
    talk.c(".", 6, 1, b"second", at=40).c(".", 1, 1, b"first", at=40 + later)
    trace = talk.trace()
    assert (numbers(trace.out_of_order()), numbers(trace.retransmissions())) == (out_of_order, again)


def test_what_another_host_sends_on_or_forges_is_not_judged():
    talk = Talk().open().c("P.", 1, 1, b"hello").c("P.", 1, 1, b"hello", source="attacker")
    assert talk.trace().retransmitted() == []


def test_resets():
    trace = Talk().open().c("P.", 1, 1, b"x").s("R", 1, window=0).trace()
    assert numbers(trace.resets()) == [5] and trace.zero_windows() == ()
    assert trace.unacknowledged() == ()


def test_unacknowledged():
    talk = Talk().c("S")
    assert numbers(talk.trace().unacknowledged()) == [1]
    talk.s("S.", 0, 1)
    assert numbers(talk.trace().unacknowledged()) == [2]
    talk.c(".", 1, 1)
    assert talk.trace().unacknowledged() == ()
    talk.c("P.", 1, 1, b"ab", lost=True)
    assert talk.trace().unacknowledged() == ()  # it has not arrived: nothing to acknowledge
    talk.c("P.", 3, 1, b"cd")
    assert numbers(talk.trace().unacknowledged()) == [5]
    talk.c("P.", 1, 1, b"ab").s(".", 1, 5)
    assert talk.trace().unacknowledged() == ()
    talk.c("F.", 5, 1)
    assert numbers(talk.trace().unacknowledged()) == [8]


def test_half_closed():
    talk = Talk().open().c("F.", 1, 1).s(".", 1, 2)
    assert [flow.number for flow in talk.trace().half_closed()] == [1]
    assert talk.s("F.", 1, 2).trace().half_closed() == ()
    assert Talk().open().c("F.", 1, 1).s("R", 1).trace().half_closed() == ()


def test_round_trips():
    trips = closed().trace().round_trips()
    assert trips == [(0, 0.02), (0, 0.02), (1, 0.021), (1, 0.021), (6, 0.021), (7, 0.021)]
    assert closed().trace().round_trips(source="server") == [(0, 0.02), (1, 0.021), (7, 0.021)]


def test_round_trips_leave_out_what_was_sent_again():
    trips = bulk().trace().round_trips(source="client")
    assert [seq for seq, _ in trips] == [0, 1, 1001, 3001, 4001, 5001, 6001, 7001]
    assert dict(trips)[1] == 0.021


def test_a_lost_acknowledgement_ends_no_round_trip():
    talk = Talk().open().c("P.", 1, 1, b"x", at=40).s(".", 1, 2, at=51, lost=True).s(".", 1, 2, at=90)
    assert talk.trace().round_trips(source="client")[-1] == (1, 0.06)


def test_addresses_are_a_copy():
    trace = Talk().trace()
    trace.addresses.clear()
    assert trace.addresses == ADDRESSES


def test_ranges():
    seen = Ranges()
    new = [seen.add(*span) for span in ((0, 10), (20, 30), (5, 25), (0, 30), (3, 3))]
    assert new == [10, 10, 10, 0, 0]
    assert repr(seen) == "<Ranges 0:30>"
    assert (seen.end_of(0), seen.end_of(29), seen.end_of(30)) == (30, 30, 30)
    seen.add(40, 50)
    assert seen.overlaps(45, 60) and seen.overlaps(39, 41)
    assert not seen.overlaps(30, 40) and not seen.overlaps(50, 60)
    assert seen.add(30, 40) == 10 and repr(seen) == "<Ranges 0:50>"


def test_segments_type():
    assert type(bulk().trace().duplicate_acks()) is Segments
