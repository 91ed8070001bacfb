"""The ladder player without a browser: its steps, its fields, both ends' buffers, and what it refuses."""

from __future__ import annotations

import json
import struct
from itertools import pairwise

import pytest
from ladder_samples import CLIENT, MS, NAMES, SERVER, Talk, handshake, hello, sample
from wire_samples import Talk as Plain
from work import growth

from labkit import Drop, Trace, ladder
from labkit.packets.frame import Arrival, Frame
from labkit.panels import ladder_player
from labkit.panels.player.checksums import checksum
from labkit.panels.player.data import MOST, payload
from labkit.panels.player.ends import Ends
from labkit.panels.player.fields import fields
from labkit.panels.player.moments import NEAR, moments, time_at
from labkit.pictures.ladders.acts import acts
from labkit.pictures.ladders.story import Stories, tell
from labkit.pictures.ladders.timed import laid
from labkit.traces.calls import Call
from labkit.traces.flows import Flow
from labkit.traces.states import states


def talk_of(play, *names: str, **options) -> Trace:
    talk = Talk(*(names or ("client", "server")), **options)
    play(talk)
    return talk.trace()


# -- steps ---------------------------------------------------------------------------------------------


def words(trace: Trace) -> list[str]:
    return [moment[2] for moment in payload(trace)["views"][0]["moments"]]


def test_steps_tell_the_handshake_in_order_of_causes():
    told = words(talk_of(handshake))
    assert told[-4].endswith(
        "client calls connect(10.0.0.2:8080); client sends SYN seq 0; client is SYN-SENT now"
    )
    assert told[-3:] == [
        "SYN seq 0 arrives at server; server sends SYN, ACK seq 0 ack 1; server is SYN-RECEIVED now",
        "SYN, ACK seq 0 ack 1 arrives at client; client is ESTABLISHED now; client: connect returns; "
        "client sends ACK ack 1",
        "ACK ack 1 arrives at server; server is ESTABLISHED now; server: accept → 10.0.0.1:40000",
    ]
    assert told[0] == "server: listen()"


def test_a_lost_frame_ends_in_its_cross():
    view = payload(sample("fast_retransmit"))["views"][0]
    (lost,) = [moment for moment in view["moments"] if "is lost" in moment[2]]
    assert "ACK seq 2897:4345 is lost: dropped by Drop(data=3)" in lost[2]
    ((_, _, _, y2, gone),) = view["frames"][lost[3]]["ways"] if "; " not in lost[2] else [lost_way(view)]
    assert gone and abs(y2 - lost[1]) < NEAR


def lost_way(view) -> list:
    return next(way for frame in view["frames"] for way in frame["ways"] if way[4])


@pytest.mark.parametrize("name", NAMES)
def test_steps_lie_on_the_axis_in_order_and_apart(name):
    trace = sample(name)
    story = tell(trace)
    drawn = laid(story)
    steps = moments(story, drawn)
    for before, after in pairwise(steps):
        assert before.y < after.y
        assert before.time_ns <= after.time_ns
    for step in steps:
        assert drawn.top <= step.y <= drawn.picture.height
        assert abs(drawn.axis.y(step.time_ns) - step.y) < NEAR
        assert -1 <= step.frame < len(drawn.flights)


def test_the_axis_is_turned_round():
    drawn = laid(tell(sample("lost_syn")))
    assert drawn.axis.folds, "this one has idle times"
    for before, after in pairwise(drawn.axis.times):
        for time in (before, (before + after) // 2, after):
            assert abs(time_at(drawn.axis, drawn.axis.y(time)) - time) <= (after - before) / 100 + 1


@pytest.mark.parametrize("name", NAMES)
def test_a_view_is_json_and_draws_each_frame_once(name):
    trace = sample(name)
    data = json.loads(json.dumps(payload(trace)))
    view = data["views"][0]
    assert sorted(frame["number"] for frame in view["frames"]) == [frame.number for frame in trace.frames]
    assert len(view["times"]) == len(view["places"])
    assert view["times"] == sorted(view["times"]) and view["places"] == sorted(view["places"])
    assert set(data["frames"]) == {str(frame.number) for frame in trace.frames}


def test_the_picture_is_the_ladders_own():
    """Each shape of the ladder's SVG is in the view, as it is."""
    trace = sample("hello")
    view = payload(trace)["views"][0]
    parts = view["head"] + view["back"] + "".join(frame["svg"] for frame in view["frames"]) + view["front"]
    svg = ladder(trace, fold=False).svg
    for element in parts.replace("><", ">\n<").splitlines():
        if element.startswith(("<line", "<polygon", "<circle")):
            assert element in svg


def test_views_by_connection_and_by_host():
    def two(talk):
        end = handshake(talk)
        talk.tcp(end + 30, 1, 3, "S", ports=(40001, 80))
        talk.udp(end + 60, 2, 3, b"tick")

    views = payload(talk_of(two, "client", "server", "third"))["views"]
    assert [view["label"] for view in views] == [
        "everything",
        "connection 1: client :40000 → server :8080",
        "connection 2: client :40001 → third :80",
        "what client sends and receives",
        "what server sends and receives",
        "what third sends and receives",
    ]
    assert [len(view["frames"]) for view in views] == [5, 3, 1, 4, 4, 2]
    assert [view["flow"] for view in views] == [0, 1, 2, 0, 0, 0]


def test_one_connection_alone_needs_no_choice():
    (view,) = payload(sample("hello"))["views"]
    assert (view["key"], view["flow"]) == ("all", 1)


def test_an_empty_trace_has_a_picture():
    (view,) = payload(Trace(hosts=("client", "server")))["views"]
    assert view["moments"] == [] and view["frames"] == []
    assert "no frames" in view["front"] + view["back"]


# -- both ends -----------------------------------------------------------------------------------------


def ends(trace: Trace, flow: Flow | None = None):
    return Ends(Stories(trace)).of(flow or trace.flows()[0])


def at(trace: Trace, time_ms: float):
    return [end.at(int(time_ms * MS)) for end in ends(trace)]


def test_bytes_wait_in_the_buffers_until_they_are_acknowledged_and_received():
    def play(talk):
        end = handshake(talk)  # 30.2 ms
        talk.call(1, "send", "5 bytes", 40, 40.1, "5", local=CLIENT, peer=SERVER)
        got = talk.tcp(40.1, 1, 2, "P.", 1, 1, b"hello")
        talk.tcp(got + 0.1, 2, 1, ".", 1, 6)
        talk.call(2, "recv", "3", 70, 70.1, "3", local=SERVER, peer=CLIENT, socket_id=2)
        talk.call(2, "recv", "3, MSG_PEEK", 80, 80.1, "2", local=SERVER, peer=CLIENT, socket_id=2)
        assert end < 40

    trace = talk_of(play)
    states = {time: at(trace, time) for time in (-10, 5, 15, 35, 45, 55, 65, 75, 85)}
    assert [(one.state, two.state) for one, two in states.values()] == [
        ("CLOSED", "LISTEN"),
        ("SYN-SENT", "LISTEN"),
        ("SYN-SENT", "SYN-RECEIVED"),
        *[("ESTABLISHED", "ESTABLISHED")] * 6,
    ]
    assert [states[time][0].unacked for time in (35, 45, 55, 65)] == [0, 5, 5, 0]
    assert [states[time][1].waiting for time in (45, 55, 75, 85)] == [0, 5, 2, 2]
    sender, receiver = states[65]
    assert (sender.next_seq, sender.acked, sender.expects) == (6, 6, 1)
    assert (receiver.next_seq, receiver.acked, receiver.expects) == (1, 1, 6)


def test_what_arrives_before_a_gap_is_closed_is_early():
    trace = sample("fast_retransmit")
    lost = next(segment for segment in trace.segments if not segment.delivered)
    again = trace.retransmissions()[0]
    before, after = at(trace, (again.arrived_ns - 1) / MS), at(trace, again.arrived_ns / MS)
    assert before[1].expects == lost.seq and before[1].early == 7 * 1448
    assert after[1].expects == lost.seq + 8 * 1448 and after[1].early < 4 * 1448
    assert after[1].waiting == lost.seq - 1 + 8 * 1448


def test_a_call_that_lasts_has_written_what_was_sent():
    trace = sample("fast_retransmit")
    call = next(call for call in trace.calls if call.name == "sendall")
    sent = [segment for segment in trace.segments if segment.source == "client" and segment.length]
    sender, _ = at(trace, (sent[3].departed_ns + 1) / MS)
    assert (sender.unacked, sender.writing) == (4 * 1448, 20_000)
    sender, _ = at(trace, (call.end_ns + 1) / MS)
    assert sender.writing == 0
    assert sender.unacked == 20_000 - (sender.acked - 1)


def test_the_end_of_a_connection_empties_the_buffers_and_counts_no_byte_for_syn_and_fin():
    trace = sample("hello")
    client, server = at(trace, 1000)
    assert (client.state, server.state) == ("TIME-WAIT", "CLOSED")
    assert (client.unacked, server.unacked, client.waiting, server.waiting) == (0, 0, 0, 0)
    assert (client.next_seq, server.next_seq) == (7, 2)


def test_without_calls_what_was_received_is_not_known():
    trace = sample("hello")
    bare = Trace(trace.frames, hosts=trace.hosts, addresses=trace.addresses)
    assert [end.known for end in ends(bare)] == [False, False]
    assert [end.known for end in ends(trace)] == [True, True]
    assert all(step.waiting == 0 for end in ends(bare) for step in end.steps)


def test_a_port_used_again_is_another_connection():
    def twice(talk):
        last = hello(talk)
        talk.tcp(last + 100, 1, 2, "R", 7)
        there = talk.tcp(last + 200, 1, 2, "S", 50_000)
        talk.tcp(there + 0.1, 2, 1, "S.", 60_000, 50_001)
        talk.call(1, "send", "9 bytes", last + 250, last + 250.1, "9", local=CLIENT, peer=SERVER, socket_id=5)

    trace = talk_of(twice)
    first, second = trace.flows()
    assert max(step.unacked for step in ends(trace, first)[0].steps) == 5
    assert max(step.unacked for step in ends(trace, second)[0].steps) == 9


# -- fields --------------------------------------------------------------------------------------------


def table(item) -> dict[str, str]:
    return {field.label: field.value for field in fields(item)}


def test_the_fields_of_a_syn():
    (syn, *_) = sample("hello").items
    said = table(syn)
    assert said["Ethernet II"] == "02:00:00:00:00:01 → 02:00:00:00:00:02"
    assert said["Type"] == "IPv4 (0x0800)"
    assert said["Source Address"] == "10.0.0.1"
    assert said["Header Checksum"].endswith(" [correct]")
    assert said["Transmission Control Protocol"] == "40000 → 8080, SYN"
    assert said["Sequence Number"] == "0 (relative)"
    assert said["Sequence Number (raw)"] == "1000000"
    assert said["[Next Sequence Number]"] == "1 (relative)"
    assert said["Acknowledgment Number"] == "not used"
    assert said["Flags"] == "0x002 (SYN)"
    assert said["···· ··1·  Syn"] == "set" and said["···0 ····  Acknowledgment"] == "not set"
    assert said["Maximum segment size"] == "1460 bytes"
    assert said["SACK permitted"] == ""
    assert said["Window scale"] == "7 (multiply by 128)"
    assert said["Checksum"] == "0x0000 [wrong]"  # the samples have none


def test_the_fields_of_data_are_scaled_and_relative():
    segment = next(item for item in sample("hello").items if item.length)
    said = table(segment)
    assert said["Acknowledgment Number"] == "1 (relative)"
    assert said["Window"] == "502"
    assert said["[Calculated window size]"] == "64256 bytes"
    assert said["[Window size scaling factor]"] == "128"
    payload_field = next(field for field in fields(segment) if field.label == "TCP payload")
    assert payload_field.value == "5 bytes"
    assert segment.frame.data[payload_field.start : payload_field.stop] == b"hello"


@pytest.mark.parametrize("name", NAMES)
def test_every_byte_belongs_to_a_layer_and_every_field_lies_in_its_layer(name):
    for item in sample(name).items:
        found, data = fields(item), item.frame.data
        layers = [field for field in found if field.depth == 0]
        assert [field.start for field in layers] == [0, *(field.stop for field in layers[:-1])]
        assert layers[-1].stop == len(data)
        layer = layers[0]
        for field in found:
            layer = field if field.depth == 0 else layer
            assert layer.start <= field.start <= field.stop <= layer.stop


@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_cut_or_damaged_has_fields_without_an_error(name):
    trace = sample(name)
    for frame in trace.frames:
        for size in (*range(0, len(frame.data), 3), len(frame.data)):
            for data in (frame.data[:size], bytes(255 - byte for byte in frame.data[:size])):
                cut = Trace([frame._replace(data=data)], hosts=trace.hosts, addresses=trace.addresses)
                for field in fields(cut.items[0]):
                    assert 0 <= field.start <= field.stop <= len(data)


def one(data: bytes, source="client", target="server"):
    frame = Frame(1, 0, source, target, (Arrival("server", 10),), "delivered", (), data, len(data))
    return Trace([frame], hosts=("client", "server")).items[0]


MACS = bytes([2, 0, 0, 0, 0, 2]) + bytes([2, 0, 0, 0, 0, 1])


def packet(protocol: int, body: bytes) -> bytes:
    header = struct.pack(
        ">BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 7, 0, 1, protocol, 0, b"\n\0\0\1", b"\n\0\0\2"
    )
    header = header[:10] + struct.pack(">H", checksum(header)) + header[12:]
    return MACS + b"\x08\x00" + header + body


def summed(body: bytes) -> bytes:
    return body[:2] + struct.pack(">H", checksum(body)) + body[4:]


def test_the_fields_of_arp():
    arp = struct.pack(
        ">HHBBH6s4s6s4s", 1, 0x800, 6, 4, 1, MACS[6:], bytes([10, 0, 0, 1]), bytes(6), bytes([10, 0, 0, 2])
    )
    said = table(one(b"\xff" * 6 + MACS[6:] + b"\x08\x06" + arp))
    assert said["Destination"] == "ff:ff:ff:ff:ff:ff (broadcast)"
    assert said["Opcode"] == "request (1)"
    assert said["Target IP address"] == "10.0.0.2"


def test_the_fields_of_icmp():
    said = table(one(packet(1, summed(struct.pack(">BBHHH", 8, 0, 0, 77, 3) + b"abcd"))))
    assert said["Type"] == "8 (Echo request)"
    assert said["Checksum"].endswith("[correct]")
    assert (said["Identifier"], said["Sequence Number"], said["Data"]) == ("77 (0x004d)", "3", "4 bytes")
    said = table(one(packet(1, struct.pack(">BBHHH", 3, 3, 0, 0, 0) + bytes(28))))
    assert (said["Code"], said["The packet that caused it"]) == ("3 (port)", "28 bytes")
    assert said["Checksum"] == "0x0000 [wrong]"


def test_the_fields_of_igmp():
    record = struct.pack(">BBHHHBBH4s", 0x22, 0, 0, 0, 1, 4, 0, 0, bytes([224, 1, 1, 1]))
    said = table(one(packet(2, summed(record))))
    assert said["Type"] == "0x22 (Membership report (version 3))"
    assert said["Group Record"] == "224.1.1.1  CHANGE_TO_EXCLUDE_MODE"
    said = table(one(packet(2, summed(struct.pack(">BBH4s", 0x11, 100, 0, bytes(4))))))
    assert said["Max Resp Time"] == "10 s"


def test_the_fields_of_udp():
    body = struct.pack(">HHHH", 40000, 5000, 10, 0) + b"hi"
    said = table(one(packet(17, body)))
    assert said["User Datagram Protocol"] == "40000 → 5000"
    assert said["Checksum"] == "0x0000 (none was computed)"
    assert said["UDP payload"] == "2 bytes"


# -- the panel as a value ------------------------------------------------------------------------------


def test_its_text_is_the_ladders_and_one_line():
    trace = sample("hello")
    panel = ladder_player(trace)
    assert panel.text.rsplit("\n", 1)[0] == ladder(trace).text
    assert "<svg" in panel._html()


def test_it_refuses_what_is_no_trace_or_not_in_it():
    trace = sample("hello")
    with pytest.raises(TypeError, match="ladder draws a trace"):
        ladder_player([1, 2])
    with pytest.raises(ValueError, match="no host 'nobody'"):
        ladder_player(trace, hosts=["nobody"])
    with pytest.raises(ValueError, match="no flow 7"):
        ladder_player(trace, flow=7)


def test_hosts_may_come_from_an_iterator():
    trace = sample("hello")
    names = trace.hosts[::-1]
    assert ladder_player(trace, iter(names)).text == ladder_player(trace, names).text
    with pytest.raises(TypeError, match="ladder draws a trace"):
        ladder_player([1, 2], iter(names))


def long(count: int, lost: bool) -> Trace:
    def play(talk):
        for n in range(count):
            talk.udp(n, 1, 2, b"x", lost=Drop(nth=1) if lost and n % 2 else "")

    return talk_of(play)


def test_of_a_long_trace_the_ladder_shows_a_part():
    folded = payload(long(MOST + 50, lost=False), fold=True)
    assert len(folded["views"][0]["frames"]) < MOST and folded["views"][0]["part"] is False
    with pytest.raises(OverflowError):
        payload(long(MOST + 50, lost=True))
    first = payload(long(MOST + 50, lost=True), only=MOST)["views"][0]
    assert [frame["number"] for frame in first["frames"]] == list(range(1, MOST + 1))
    assert "frames 1 to 400 of 450 are shown" in first["front"] and first["part"] is True
    last = payload(long(MOST + 50, lost=True), only=MOST, around=440)["views"][0]
    assert [frame["number"] for frame in last["frames"]] == list(range(51, MOST + 51))
    middle = payload(long(MOST + 50, lost=True), only=100, around=200)["views"][0]
    assert [frame["number"] for frame in middle["frames"]] == list(range(150, 250))
    # its times are those of the whole trace: frame 150 leaves 149 ms after the first
    assert middle["moments"][0][0] >= 149 * MS and ">149.0<" in middle["back"] + middle["front"]


def test_a_copy_that_the_network_made_changes_no_state_twice():
    def play(talk):
        talk.tcp(0, 1, 2, "S")
        talk.frames[-1] = (*talk.frames[-1][:3], talk.frames[-1][3] * 2, *talk.frames[-1][4:])
        talk.tcp(10.1, 2, 1, "S.", 0, 1)

    told = "; ".join(words(talk_of(play)))
    assert told.count("client is ESTABLISHED now") == 1
    assert told.count("SYN seq 0 arrives at server;") == 1


def test_a_multicast_arrives_at_all_at_once():
    def play(talk):
        talk.udp(0, 1, (2, 3), b"news")
        first, second = talk.frames[-1][3]
        talk.frames[-1] = (
            *talk.frames[-1][:3],
            (first, second._replace(time_ns=first.time_ns)),
            *talk.frames[-1][4:],
        )

    assert words(talk_of(play, "sender", "alice", "bob"))[-1] == "UDP 40000 → 5000 arrives at alice and bob"


# -- work ----------------------------------------------------------------------------------------------


def many(count: int) -> Trace:
    """So many connections, one after the other."""
    frames: list[Frame] = []
    calls: list[Call] = []
    for place in range(count):
        here, there, began = ("10.0.0.1", 30_000 + place), SERVER, 100 * place
        talk = Plain(client=here, server=there, frames=frames)
        talk.now = began
        talk.open().c("P.", 1, 1, b"hello", at=began + 30).s("P.", 1, 6, b"world", at=began + 41)
        ours = {"local": here, "peer": there, "socket_id": 2 * place + 2}
        theirs = {"local": there, "peer": here, "socket_id": 2 * place + 3}
        calls += [
            plain_call("client", "connect", began, **ours, address=there),
            plain_call("server", "accept", began + 31, local=there, socket_id=1, address=here),
            plain_call("client", "sendall", began + 30, 5, **ours),
            plain_call("server", "recv", began + 41, 100, 5, **theirs),
            plain_call("server", "sendall", began + 41, 5, **theirs),
            plain_call(
                "client", "recv", began + 52, 100, 5, socket_id=2 * place + 2
            ),  # its socket tells its ends
        ]
    return talk.trace(calls=calls)


def plain_call(
    host: str, name: str, at: int, size: int | None = None, moved: int | None = None, **more
) -> Call:
    return Call(host, name, at * MS, at * MS + 1000, size, moved, **more)


def test_the_states_are_found_out_once_for_all_connections(monkeypatch):
    asked = []

    def counted(trace):
        asked.append(trace)
        return states(trace)

    monkeypatch.setattr("labkit.pictures.ladders.story.transitions_of", counted)
    assert len(payload(many(10))["ends"]) == 10 and len(asked) == 1


def test_each_connection_has_its_own_calls():
    trace = many(4)
    whole = tell(trace).acts
    assert len(whole) == 24 and all((act.cause, act.release) != (None, None) for act in whole)
    parts = [tell(trace, flow=flow).acts for flow in trace.flows()]
    assert [[act.call.name for act in part] for part in parts] == [[act.call.name for act in whole[:6]]] * 4
    assert [act for part in parts for act in part] == whole


def test_calls_find_their_frames_in_proportion():
    def prepare(count: int):
        trace = many(count)
        drawn = tell(trace, calls=False).arrows
        return lambda: acts(trace.calls, drawn, trace.hosts)

    assert growth(prepare, 60) < 2.2


def test_stories_and_ends_of_many_connections_are_work_in_proportion():
    def prepare(count: int):
        trace = many(count)

        def tell_all():
            stories = Stories(trace)
            both = Ends(stories)
            for flow in trace.flows():
                stories.tell(flow.number)
                both.of(flow)

        return tell_all

    assert growth(prepare, 100) < 2.2
