"""Which frames are one packet on its way over several segments, and what a trace of them answers."""

from __future__ import annotations

import pytest
from wire_samples import MS, ethernet, ipv4, tcp, udp

from labkit.packets.frame import Arrival, Frame
from labkit.pictures.ladders.path import in_path_order
from labkit.pictures.ladders.story import tell
from labkit.traces.states import states
from labkit.traces.trace import Trace
from labkit.traces.turns import turns

LAYOUT = {"lan": ("client", "router"), "wan": ("router", "server")}
OWNERS = {"10.0.1.1": "client", "10.0.1.2": "router", "10.0.2.1": "router", "10.0.2.2": "server"}
WAYS = {"client": ("lan", "router", "wan", "server"), "server": ("wan", "router", "lan", "client")}
CLIENT, SERVER = "10.0.1.1", "10.0.2.2"


def lived(packet: bytes, life: int, number: int) -> bytes:
    return packet[:4] + number.to_bytes(2, "big") + packet[6:8] + bytes([life]) + packet[9:]


class Path:
    """Packets between client and server, 10 ms on each of the two segments, written down one after another."""

    def __init__(self):
        self.frames: list[Frame] = []
        self.at = 0
        self.idents = 0

    def frame(self, segment, source, target, packet, at, *, life=64, ident=0, fate="delivered", copies=1):
        arrivals = (
            tuple(Arrival(target, (at + 10) * MS) for _ in range(copies)) if fate == "delivered" else ()
        )
        data = ethernet(0x0800, lived(packet, life, ident))
        self.frames.append(
            Frame(0, at * MS, source, target, arrivals, fate, (), data, len(data), segment=segment)
        )

    def send(self, source, packet, *, lost="", copies=1, life=64):
        """From one end to the other; `lost`: on which segment; `copies` that come to the router."""
        self.at += 1
        self.idents += 1
        first, router, second, end = WAYS[source]
        fates = ["dropped" if lost == segment else "delivered" for segment in (first, second)]
        self.frame(
            first, source, router, packet, self.at, ident=self.idents, fate=fates[0], life=life, copies=copies
        )
        for copy in range(copies if fates[0] == "delivered" and life > 1 else 0):
            self.frame(
                second,
                router,
                end,
                packet,
                self.at + 10 + copy,
                ident=self.idents,
                fate=fates[1],
                life=life - 1,
            )
        return self

    def segment(self, source, flags, seq, ack=0, data=b"", **more):
        ends = (CLIENT, SERVER) if source == "client" else (SERVER, CLIENT)
        ports = (40000, 80) if source == "client" else (80, 40000)
        return self.send(source, ipv4(6, tcp(*ports, seq, ack, flags, payload=data), *ends), **more)

    def trace(self):
        frames = sorted(self.frames, key=lambda each: each.departed_ns)
        numbered = [frame._replace(number=number) for number, frame in enumerate(frames, 1)]
        return Trace(numbered, hosts=("client", "router", "server"), addresses=OWNERS, layout=LAYOUT)


def opened() -> Path:
    """The handshake; 100 ms later it is over."""
    path = Path()
    for at, step in enumerate(
        [("client", "S", 999), ("server", "S.", 4999, 1000), ("client", ".", 1000, 5000)]
    ):
        path.at = at * 30
        path.segment(*step)
    path.at = 100
    return path


def conversation(lost="", again=True):
    """Three data segments, the second lost on a segment and sent again."""
    path = opened()
    for number in range(3):
        path.segment("client", ".", 1000 + 100 * number, 5000, bytes(100), lost=lost if number == 1 else "")
    path.at = 130
    if lost:
        path.segment("server", ".", 5000, 1100).segment("server", ".", 5000, 1100)
        path.at = 170
        if again:
            path.segment("client", ".", 1100, 5000, bytes(100))
        path.at = 200
    if again:
        path.segment("server", ".", 5000, 1300)
    return path.trace()


def test_what_is_forwarded_is_not_sent_again():
    trace = conversation()
    assert len(trace.frames) == 2 * 7 and trace.retransmitted() == [] and not trace.findings.out_of_order
    assert [str(each).split()[:3] for each in trace.handshake()] == [
        ["client", ">", "server"],
        ["server", ">", "client"],
        ["client", ">", "server"],
    ]
    (flow,) = trace.flows()
    assert (flow.client, flow.server, flow.from_client, flow.segments) == ("client", "server", 300, 7)
    assert trace.bytes() == 300 and len(trace.select(data=True)) == 6
    assert trace.bytes(wire=True) == sum(frame.length for frame in trace.frames)
    assert trace.unacknowledged() == () and trace.stream("client") == bytes(300)
    assert [len(each) for each in trace.rounds()] == [3]


@pytest.mark.parametrize("lost", ["lan", "wan"])
def test_what_is_lost_on_either_segment_is_lost_on_the_way(lost):
    trace = conversation(lost)
    (again,) = trace.retransmissions()
    assert (trace.retransmitted(), again.source, again.target) == ([101], "client", "server")
    assert len(trace.duplicate_acks()) == 1
    assert [(each.seq, each.delivered, each.frame.fate) for each in trace.end_to_end.select(data=True)] == [
        (1, True, "delivered"),
        (101, False, "dropped"),
        (201, True, "delivered"),
        (101, True, "delivered"),
    ]
    assert len(trace.hops(again)) == 2 and {trace.marks()[hop.number] for hop in trace.hops(again)} == {
        "retransmission"
    }


def test_what_never_came_to_its_end_is_not_waited_for():
    unacknowledged = conversation("wan", again=False).unacknowledged()
    assert [each.seq for each in unacknowledged] == [201]  # which came, behind the one that did not


def test_round_trips_are_those_of_the_ends():
    seconds = dict(conversation().round_trips(source="client"))
    assert seconds[1] == pytest.approx(0.050, abs=0.001)  # 20 ms there, 20 back, and 10 until it was answered


def test_one_segment_is_a_trace_of_its_own():
    trace = conversation("wan")
    lan, wan = trace.on("lan"), trace.on("wan")
    assert [frame.number for frame in wan.frames] == [f.number for f in trace.frames if f.segment == "wan"]
    assert wan.layout == {"wan": ("router", "server")} and wan.end_to_end is wan
    assert [
        len(each.select(data=True, source=source)) for each, source in ((lan, "client"), (wan, "router"))
    ] == [4, 4]
    assert lan.retransmitted() == wan.retransmitted() == [101]
    assert [(each.client, each.server) for each in wan.flows()] == [("router", "server")]
    with pytest.raises(ValueError, match="no segment 'dmz' in this trace; it has lan, wan"):
        trace.on("dmz")
    with pytest.raises(ValueError, match="it is of one, which has no name"):
        Trace().on("lan")


def test_hops_follow_a_packet_by_whatever_names_it():
    trace = conversation()
    first, second = trace.hops(trace.segments[0])
    assert [(each.source, each.target) for each in (first, second)] == [
        ("client", "router"),
        ("router", "server"),
    ]
    assert trace.hops(second) == trace.hops(first.number) == trace.hops(first.frame) == (first, second)
    with pytest.raises(ValueError, match="no frame 99"):
        trace.hops(99)


def test_states_and_turns_are_those_of_the_ends():
    path = opened()
    path.segment("client", "P.", 1000, 5000, b"ask")
    path.at += 40
    path.segment("server", "P.", 5000, 1003, b"tell")
    trace = path.trace()
    assert [(each.host, each.state) for each in states(trace)] == [
        ("client", "SYN-SENT"),
        ("server", "SYN-RECEIVED"),
        ("client", "ESTABLISHED"),
        ("server", "ESTABLISHED"),
    ]
    (turn,) = turns(trace)
    assert [(each.source, each.payload) for each in turn.segments] == [
        ("client", b"ask"),
        ("server", b"tell"),
    ]


def test_a_datagram_that_is_sent_twice_is_two_and_one_that_a_fault_doubles_is_one():
    packet = ipv4(17, udp(1, 9, b"x"), CLIENT, SERVER)
    path = Path()
    path.send("client", packet)
    path.idents -= 1  # another with the same identification, as Linux sends them
    path.send("client", packet)
    assert [len(trace) for trace in (path.trace().frames, path.trace().end_to_end.frames)] == [4, 2]
    doubled = Path().send("client", packet, copies=2).trace()
    assert [len(frame.arrivals) for frame in doubled.end_to_end.frames] == [2]
    assert len(doubled.hops(1)) == 3


def test_a_packet_whose_time_is_over_is_not_forwarded_by_the_next_one():
    path, packet = Path(), ipv4(17, udp(1, 9, b"who"), CLIENT, SERVER)
    for life in (1, 2):
        path.idents = 0
        path.send("client", packet, life=life)
    trace = path.trace()
    assert [frame.fate for frame in trace.end_to_end.frames] == ["not forwarded", "delivered"]
    assert [len(trace.hops(number)) for number in (1, 2)] == [1, 2]


def test_a_packet_is_followed_through_a_translation_of_addresses():
    path = Path()
    path.frame(
        "lan",
        "client",
        "router",
        ipv4(6, tcp(40000, 80, 7, 9, "P.", payload=b"hi"), CLIENT, SERVER),
        0,
        ident=5,
    )
    outside = ipv4(6, tcp(61000, 80, 7, 9, "P.", payload=b"hi"), "10.0.2.1", SERVER)
    path.frame("wan", "router", "server", outside, 10, ident=5, life=63)
    trace = path.trace()
    assert [each.number for each in trace.hops(2)] == [1, 2]
    assert [(each.source, each.target) for each in trace.end_to_end.items] == [("client", "server")]


def translated(path, there, back):
    """A packet of the client's and the answer, each (as it is inside, as it is outside)."""
    path.frame("lan", "client", "router", there[0], 0, ident=5)
    path.frame("wan", "router", "server", there[1], 10, ident=5, life=63)
    path.frame("wan", "server", "router", back[1], 20, ident=6)
    path.frame("lan", "router", "client", back[0], 30, ident=6, life=63)
    return path.trace()


def translated_handshake():
    """A SYN and its answer, through a router that translates."""
    outer = "10.0.2.1"
    return translated(
        Path(),
        (
            ipv4(6, tcp(5000, 80, 7, 0, "S"), CLIENT, SERVER),
            ipv4(6, tcp(61000, 80, 7, 0, "S"), outer, SERVER),
        ),
        (
            ipv4(6, tcp(80, 5000, 9, 8, "S."), SERVER, CLIENT),
            ipv4(6, tcp(80, 61000, 9, 8, "S."), SERVER, outer),
        ),
    )


def test_answers_are_followed_back_through_a_translation():
    trace = translated_handshake()
    assert [each.number for each in trace.hops(4)] == [3, 4]
    there, back = trace.end_to_end.segments
    assert (there.source, there.target, back.source, back.target) == ("client", "server", "server", "client")
    assert (back.src, back.dst, back.dport) == (SERVER, CLIENT, 5000) and back.number == 3
    assert (back.departed_ns, back.arrived_ns) == (20 * MS, 40 * MS)
    assert len(trace.flows()) == 1


def test_a_router_that_translates_has_no_part_in_the_connection():
    trace = translated_handshake()
    assert [(each.host, each.state, each.cause.number) for each in states(trace)] == [
        ("client", "SYN-SENT", 1),
        ("server", "SYN-RECEIVED", 3),
        ("client", "ESTABLISHED", 4),
    ]
    assert trace.forwarders == {number: {"router"} for number in (1, 2, 3, 4)}


def test_an_error_is_followed_through_a_translation():
    def about(src):
        quoted = lived(ipv4(17, udp(5000, 9, b"x"), src, SERVER), 63, 5)
        return bytes([3, 3, 0, 0, 0, 0, 0, 0]) + quoted

    outer = "10.0.2.1"
    trace = translated(
        Path(),
        (ipv4(17, udp(5000, 9, b"x"), CLIENT, SERVER), ipv4(17, udp(61000, 9, b"x"), outer, SERVER)),
        (ipv4(1, about(CLIENT), SERVER, CLIENT), ipv4(1, about(outer), SERVER, outer)),
    )
    assert [each.number for each in trace.hops(3)] == [3, 4]
    assert [(each.source, each.target) for each in trace.end_to_end.items][1] == ("server", "client")


def test_what_a_router_gets_for_itself_and_what_it_says_are_two_packets():
    path, outer = Path(), "10.0.2.1"
    path.frame("wan", "server", "router", ipv4(17, udp(5000, 7, b"x"), SERVER, outer), 0, ident=5)
    path.frame("wan", "router", "server", ipv4(17, udp(7, 5000, b"x"), outer, SERVER), 10, ident=5)
    path.frame("lan", "router", "client", ipv4(17, udp(7, 5000, b"x"), "10.0.1.2", CLIENT), 20, ident=5)
    assert [len(path.trace().hops(number)) for number in (1, 2, 3)] == [1, 1, 1]


def test_fragments_that_a_router_makes_are_the_packet_that_it_got():
    path, body = Path(), udp(1, 9, bytes(100))
    path.frame("lan", "client", "router", ipv4(17, body, CLIENT, SERVER, flags=0), 0, ident=5)
    for at, (part, flags) in enumerate([(body[:56], 0x2000), (body[56:], 7)]):
        path.frame(
            "wan", "router", "server", ipv4(17, part, CLIENT, SERVER, flags=flags), 11 + at, ident=5, life=63
        )
    trace = path.trace()
    assert [each.number for each in trace.hops(1)] == [1, 2, 3]
    assert [(each.number, each.length) for each in trace.datagrams] == [(1, 100), (3, 100)]


def test_a_file_keeps_the_segments(tmp_path):
    trace = conversation("wan")
    trace.save(tmp_path / "x.pcapng")
    loaded = Trace.load(tmp_path / "x.pcapng")
    assert loaded == trace and loaded.layout == LAYOUT and loaded.hosts == trace.hosts
    assert loaded.retransmitted() == [101]
    part = trace.on("wan")
    part.save(tmp_path / "wan.pcapng")
    assert Trace.load(tmp_path / "wan.pcapng") == part


@pytest.mark.parametrize(
    ("layout", "order"),
    [
        ({}, "s c r"),
        ({"lan": "s r".split()}, "s r"),
        ({"wan": "s r".split(), "lan": "r c".split()}, "s r c"),
        ({"lan": "r c".split(), "wan": "s r".split()}, "c r s"),
        ({"mid": "r m q".split(), "lan": "r c".split(), "wan": "q s".split()}, "c r m q s"),
        ({"a": "r q c".split(), "b": "r q s".split()}, "c r s q"),
    ],
)
def test_a_router_stands_between_the_segments_that_it_joins(layout, order):
    known = dict.fromkeys(name for members in layout.values() for name in members) or "s c r".split()
    assert in_path_order(known, layout) == tuple(order.split())


def test_a_host_that_says_the_same_does_not_send_on_what_it_heard():
    """Everybody on a hub hears everything, and some of them say the same."""
    path, data = Path(), udp(5, 5, b"hello")
    heard = ipv4(17, data, CLIENT, SERVER)
    path.frame("lan", "client", "router", heard, 0)
    path.frames[-1] = path.frames[-1]._replace(
        arrivals=(Arrival("router", 10 * MS), Arrival("printer", 10 * MS))
    )
    path.frame("lan", "printer", "router", ipv4(17, data, "10.0.1.9", SERVER), 5)
    path.frame("wan", "router", "server", heard, 12, life=63)
    assert [[hop.number for hop in path.trace().hops(number)] for number in (1, 2)] == [[1, 3], [2]]


def test_many_packets_that_are_alike_are_told_apart_in_time():
    path = Path()
    for _ in range(500):
        path.send("client", ipv4(17, udp(5, 5, b"tick"), CLIENT, SERVER))
    frames = [
        frame._replace(data=frame.data[:18] + bytes(2) + frame.data[20:]) for frame in path.trace().frames
    ]
    trace = Trace(frames, addresses=OWNERS, layout=LAYOUT)
    assert len(trace.end_to_end.frames) == 500
    assert all(frame.delivered and frame.target == "server" for frame in trace.end_to_end.frames)


def test_a_ladder_of_one_segment_shows_a_routers_address_there():
    trace = opened().trace()
    assert tell(trace.on("wan")).addresses == ("10.0.2.1", "10.0.2.2")
    assert tell(trace.on("lan")).addresses == ("10.0.1.1", "10.0.1.2")
    assert dict(zip(tell(trace).names, tell(trace).addresses, strict=True))["router"] == "10.0.1.2"
