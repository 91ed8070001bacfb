"""Each kind of finding, and what looks like it and is not."""

from __future__ import annotations

from struct import pack

import pytest
from wire_samples import ADDRESSES, Talk, bulk, ethernet, frame, ipv4, udp

from labkit.explain import explain
from labkit.traces.calls import Call
from labkit.traces.trace import Trace

MS = 1_000_000


def kinds(talk, **more):
    return explain(talk.trace(**more)).kinds


def found(talk, kind, **more):
    (finding,) = explain(talk.trace(**more)).of(kind)
    return finding


def called(host, name, at, size, moved=None):
    ends = [("10.0.0.1", 40000), ("10.0.0.2", 8080)]
    local, peer = ends if host == "client" else ends[::-1]
    return Call(host, name, at * MS, at * MS + 1000, size, moved, local=local, peer=peer)


def write_write(gap=0, ack_at=92, data=b"", then=None):
    """The client writes 4 bytes at 40, the server has them at 50 and acknowledges; the next 4 leave when that came."""
    talk = Talk().open().c("P.", 1, 1, b"head", at=40)
    talk.s("P." if data else ".", 1, 5, data, at=ack_at)
    return talk.c("P.", 5, 1 + len(data), b"body", at=ack_at + 10 + gap if then is None else then)


def end_of_much():
    """A full segment at 40, and when it is acknowledged the small rest."""
    talk = Talk().c("S").s("S.", 0, 1, at=10, window=60_000).c(".", 1, 1, at=20)
    talk.c(".", 1, 1, bytes(1448), at=40).s(".", 1, 1449, at=50)
    return talk.c("P.", 1449, 1, bytes(100), at=60)


# -- opening


def test_refused():
    finding = found(Talk().c("S").s("R.", 0, 1, at=11), "refused")
    assert finding.frames == (1, 2) and finding.values["port"] == 8080
    assert (
        finding.sentence == "client asked for server's port 8080, and server refused: nothing listens there"
    )
    assert finding.cost_ns == 10 * MS and finding.lesson == "sockets"


@pytest.mark.parametrize(
    "talk",
    [
        Talk().open().s("R.", 1, 1, at=50),  # accepted, then given up
        Talk().c("S").s("R.", 0, 9, at=11),  # of another connection: it does not acknowledge the SYN
        Talk().c("S").c("R", 1, at=11),  # the client itself
    ],
    ids=["accepted", "another", "own"],
)
def test_other_resets_refuse_nothing(talk):
    assert "refused" not in kinds(talk)


def handshake(*syns, lost=True, answer=None):
    talk = Talk()
    for at in syns[:-1]:
        talk.c("S", at=at, lost=lost)
    talk.c("S", at=syns[-1])
    return talk.s("S.", 0, 1, at=syns[-1] + 10 if answer is None else answer).c(".", 1, 1)


def test_a_lost_syn():
    finding = found(handshake(0, 1000, 3000), "syn-lost")
    assert (
        finding.sentence
        == "client's SYN to port 8080 went unanswered 2 times before it was answered, which took 3 s"
    )
    assert finding.frames == (1, 2, 3, 4) and finding.cost_ns == 2980 * MS


def test_a_syn_that_arrived_met_a_full_queue():
    assert kinds(handshake(0, 1000, lost=False)) == ["backlog"]


def test_a_lost_syn_ack():
    talk = Talk().c("S", at=0).s("S.", 0, 1, at=10, lost=True).c("S", at=1000).s("S.", 0, 1, at=1010)
    assert kinds(talk.c(".", 1, 1, at=1020)) == ["syn-ack-lost"]


def test_an_ack_that_was_lost_is_no_lost_syn_ack():
    talk = Talk().c("S", at=0).s("S.", 0, 1, at=10).c(".", 1, 1, at=20, lost=True).s("S.", 0, 1, at=1010)
    assert kinds(talk.c(".", 1, 1, at=1020)) == []


def test_no_answer():
    assert kinds(Talk().c("S", at=0, lost=True).c("S", at=1000, lost=True)) == ["no-answer"]


def test_a_capture_that_ends_at_a_syn_tells_nothing():
    assert kinds(Talk().c("S")) == []


def test_a_slow_handshake():
    talk = Talk().c("S", at=0).s("S.", 0, 1, at=300).c(".", 1, 1, at=310)
    assert kinds(talk) == ["slow-handshake"]


def test_a_path_that_was_slow_then_is_no_slow_handshake():
    talk = Talk(delay=100).c("S", at=0).s("S.", 0, 1, at=100).c(".", 1, 1, at=200)
    assert kinds(talk.c("P.", 1, 1, b"hi", at=310, delay=2).s(".", 1, 3, at=312, delay=2)) == []


def test_an_old_syn():
    talk = Talk().c("S", at=0).s("S.", 0, 1, at=10).c("R", 1, at=21)
    assert kinds(talk) == ["syn-ack-refused"]


def test_a_long_way_is_no_slow_handshake():
    talk = Talk(delay=150).c("S", at=0).s("S.", 0, 1, at=150).c(".", 1, 1, at=300)
    assert kinds(talk) == []


# -- resets


def test_an_abort():
    talk = Talk().open().c("P.", 1, 1, b"hello", at=40).s(".", 1, 6, at=50).c("R.", 6, 1, at=60)
    finding = found(talk, "reset")
    assert finding.sentence.startswith("client ended the connection at once (RST), after 5 bytes from client")


def test_data_that_was_not_read():
    talk = Talk().open().c("P.", 1, 1, b"hello", at=40).s("R.", 1, 6, at=60)
    calls = [called("server", "recv", 51, 2, moved=2)]
    assert found(talk, "reset-unread", calls=calls).values["unread"] == 3
    read = [calls[0]._replace(moved=5)]
    assert kinds(talk, calls=read) == ["reset"]
    assert kinds(talk) == ["reset"], "without the calls nobody knows"


def test_data_to_a_closed_socket():
    talk = (
        Talk().open().s("F.", 1, 1, at=40).c(".", 1, 2, at=50).c("P.", 1, 2, b"more", at=60).s("R", 2, at=71)
    )
    assert kinds(talk) == ["reset-after-close"]


def test_a_peer_that_forgot():
    assert kinds(Talk().open().c("P.", 1, 1, b"more", at=60).s("R", 1, at=71)) == ["reset-half-open"]


def test_what_follows_a_reset_is_not_told_again():
    talk = (
        Talk().open().c("P.", 1, 1, b"hello", at=40).s("R.", 1, 6, at=60).c(".", 6, 1, at=61).s("R", 1, at=72)
    )
    assert kinds(talk) == ["reset"]


def test_a_reset_by_a_stranger():
    talk = Talk().open().s("R", 1, at=40, source="attacker")
    assert kinds(talk) == ["reset-by-stranger"]


# -- delays


def test_nagle_against_delayed_ack():
    finding = found(write_write(), "nagle-delayed-ack")
    assert finding.frames == (4, 5, 6)
    assert finding.values["wait_most_ns"] == finding.cost_ns == 62 * MS
    spent = explain(write_write().trace()).accounts[0].spent
    assert spent["delayed"] == 42 * MS and spent["nagle"] == 20 * MS


def test_with_calls_the_wait_is_known_and_so_is_thinking():
    head, held = called("client", "sendall", 39, 4), called("client", "sendall", 45, 4)
    assert found(write_write(), "nagle-delayed-ack", calls=[head, held]).values["wait_ns"] == 57 * MS
    thought = called("client", "sendall", 102, 4)
    assert kinds(write_write(), calls=[head, thought]) == ["late-ack"]


@pytest.mark.parametrize(
    ("talk", "expected"),
    [
        (write_write(ack_at=50), ["nagle"]),  # at once, but a round trip is a round trip
        (write_write(data=b"ok"), []),  # 41 ms of thinking: the ACK came with the answer
        (write_write(then=150), ["late-ack"]),  # the client wrote later
        (write_write(ack_at=50, then=90), []),
        (write_write(then=60), ["late-ack"]),  # TCP_NODELAY: it did not wait
        (end_of_much(), []),  # after a full segment Linux holds nothing back: the congestion window does
    ],
    ids=["nagle", "thinking", "later", "nothing", "nodelay", "end-of-much"],
)
def test_what_looks_like_nagle(talk, expected):
    assert kinds(talk) == expected


def test_an_ack_of_two_full_segments_is_not_delayed():
    talk = Talk().open()
    for place in range(2):
        talk.c(".", 1 + place * 1448, 1, bytes(1448), at=40)
    assert kinds(talk.s(".", 1, 2897, at=90)) == []


# -- windows


def closed(then=300, probe=True, update=250):
    talk = Talk().open().c(".", 1, 1, bytes(1000), at=40).s(".", 1, 1001, at=51, window=0)
    if probe:
        talk.c(".", 1000, 1, at=200).s(".", 1, 1001, at=211, window=0)
    talk.s(".", 1, 1001, at=update)
    return talk.c(".", 1001, 1, bytes(1000), at=then).s(".", 1, 2001, at=then + 11)


def test_a_closed_window():
    finding = found(closed(), "closed-window")
    assert finding.frames == (5, 6, 7, 8, 9) and finding.cost_ns == 239 * MS
    assert kinds(closed(then=260, probe=False)) == ["closed-window"], "data follow at once"


def test_room_that_was_told_of_in_vain_is_no_fault_of_who_reads():
    talk = Talk().open().c(".", 1, 1, bytes(1000), at=40).s(".", 1, 1001, at=51, window=0)
    talk.s(".", 1, 1001, at=120, lost=True).c(".", 1000, 1, at=200).s(".", 1, 1001, at=211)
    talk.c(".", 1001, 1, bytes(1000), at=221).s(".", 1, 2001, at=232)
    shut, untold = found(talk, "closed-window"), found(talk, "lost-window-update")
    assert (shut.frames, shut.cost_ns) == ((5,), 59 * MS)
    assert (untold.frames, untold.cost_ns) == ((6, 7, 8, 9), 101 * MS)
    assert "though server had room again: the ACK that said so was lost" in str(untold)


def test_room_of_which_the_news_was_lost_before_the_closed_window_was_heard_of():
    talk = Talk().open().c(".", 1, 1, bytes(1000), at=40).s(".", 1, 1001, at=51, window=0)
    talk.s(".", 1, 1001, at=55, lost=True).c(".", 1000, 1, at=200).s(".", 1, 1001, at=211)
    talk.c(".", 1001, 1, bytes(1000), at=221).s(".", 1, 2001, at=232)
    assert kinds(talk) == ["lost-window-update"]
    assert found(talk, "lost-window-update").cost_ns == 160 * MS


def test_a_closed_window_that_nobody_waits_for():
    assert kinds(closed(then=400, probe=False)) == []


def test_a_window_update_is_no_duplicate_ack():
    talk = Talk().open().c(".", 1, 1, bytes(1000), at=40).c(".", 1001, 1, bytes(1000), at=41)
    talk.s(".", 1, 1001, at=51, window=100).s(".", 1, 1001, at=52, window=501).s(".", 1, 2001, at=53)
    assert kinds(talk) == []


# -- losses


def test_a_loss_that_acknowledgements_tell_of():
    finding = found(bulk(), "fast-retransmit")
    assert finding.frames == (6, 14, 15, 16, 19) and finding.values["seq"] == 2001


def alone(again=260, lost=True, answer=True):
    talk = Talk().open().c("P.", 1, 1, b"hello", at=40, lost=lost).c("P.", 1, 1, b"hello", at=again)
    return talk.s(".", 1, 6, at=again + 10) if answer else talk


def test_a_timeout():
    finding = found(alone(), "timeout")
    assert finding.frames == (4, 5) and finding.cost_ns == 200 * MS


def test_a_repetition_for_nothing():
    talk = Talk().open().c("P.", 1, 1, b"hello", at=40).s(".", 1, 6, at=50, lost=True)
    assert kinds(talk.c("P.", 1, 1, b"hello", at=260).s(".", 1, 6, at=270)) == ["spurious"]


def test_a_segment_that_its_receiver_threw_away():
    finding = found(alone(lost=False), "not-taken")
    assert finding.frames == (4, 5) and finding.cost_ns == 200 * MS
    assert kinds(alone(lost=False, again=240)) == ["spurious"], "its ACK may be delayed"


def test_the_same_segment_twice():
    talk = Talk().open()
    for at in (40, 260, 700):
        talk.c("P.", 1, 1, b"hello", at=at, lost=at < 700)
    assert kinds(talk.s(".", 1, 6, at=710)) == ["lost-again", "timeout"]


def test_a_full_queue():
    talk = bulk()
    talk.frames[5] = talk.frames[5]._replace(fate="queue full", hits=())
    assert kinds(talk) == ["fast-retransmit", "queue-full"]


def test_reordering_is_no_loss():
    talk = Talk().open().c(".", 1, 1, bytes(100), at=40, delay=20).c(".", 101, 1, bytes(100), at=41)
    assert kinds(talk.s(".", 1, 1, at=51).s(".", 1, 201, at=60)) == ["reordering"]


def test_a_copy_of_the_network():
    talk = Talk().open().c("P.", 1, 1, b"hello", arrivals=(50, 51)).s(".", 1, 6, at=52)
    assert kinds(talk) == ["duplicate"]


# -- silence


def test_a_keep_alive_is_no_repetition():
    talk = Talk().open().c("P.", 1, 1, b"hello", at=40).s(".", 1, 6, at=50)
    assert kinds(talk.c(".", 5, 1, at=1060).s(".", 1, 6, at=1070)) == ["keep-alive"]


def test_a_peer_that_is_gone():
    talk = Talk().open().c("P.", 1, 1, b"hello", at=40).s(".", 1, 6, at=50)
    for at in (1060, 2060, 3060):
        talk.c(".", 5, 1, at=at, lost=True)
    finding = found(talk.c("R.", 6, 1, at=4060, lost=True), "dead-peer")
    assert finding.frames == (6, 7, 8, 9)


def test_two_keep_alives_at_the_end_are_not_yet_a_dead_peer():
    talk = Talk().open().c("P.", 1, 1, b"hello", at=40).s(".", 1, 6, at=50)
    assert kinds(talk.c(".", 5, 1, at=1060).c(".", 5, 1, at=2060)) == []


def test_two_that_never_arrived_are_one_more_with_a_kernel_that_gives_up():
    talk = Talk().open().c("P.", 1, 1, b"hello", at=40).s(".", 1, 6, at=50)
    talk.c(".", 5, 1, at=1060, lost=True).c(".", 5, 1, at=2060, lost=True)
    assert kinds(talk) == ["dead-peer"]


# -- beside TCP


def unreachable(code=3):
    asked = ipv4(17, udp(1234, 9, b"hello"))
    error = bytes([3, code, 0, 0, 0, 0, 5, 120]) + asked
    return Trace(
        [
            frame(ethernet(0x0800, asked)),
            frame(
                ethernet(0x0800, ipv4(1, error, "10.0.0.2", "10.0.0.1")),
                number=2,
                source="server",
                target="client",
            ),
        ],
        addresses=ADDRESSES,
    )


def test_a_port_where_nobody_receives():
    (finding,) = explain(unreachable()).findings
    assert (finding.kind, finding.frames) == ("udp-unreachable", (2,))
    assert finding.sentence.startswith("client sent a datagram to port 9 of server, where nothing receives")
    assert explain(unreachable(code=1)).kinds == ["unreachable"]
    assert explain(unreachable(code=4)).kinds == ["path-mtu"]


def arp(operation, sender, wanted, number, at, mac=1):
    body = pack(">HHBBH", 1, 0x0800, 6, 4, operation) + bytes([2, 0, 0, 0, 0, mac, 10, 0, 0, sender])
    body += bytes(6) + bytes([10, 0, 0, wanted])
    return frame(ethernet(0x0806, body), number=number, at=at * MS)


def test_nobody_has_that_address():
    asked = [arp(1, 1, 9, number, number * 1000) for number in (1, 2, 3)]
    (finding,) = explain(Trace(asked)).findings
    assert (finding.kind, finding.frames, finding.values["address"]) == (
        "arp-unanswered",
        (1, 2, 3),
        "10.0.0.9",
    )
    assert explain(Trace([*asked, arp(2, 9, 1, 4, 3001)])).kinds == []
    assert explain(Trace(asked[:1])).kinds == [], "its answer may come behind the capture's end"


def test_an_address_that_two_have():
    (finding,) = explain(Trace([arp(2, 9, 1, 1, 0, mac=9), arp(2, 9, 1, 2, 5, mac=7)])).findings
    assert (finding.kind, finding.frames) == ("address-twice", (1, 2))
    assert finding.sentence.endswith("10.0.0.9: 02:00:00:00:00:09 and 02:00:00:00:00:07")
    assert explain(Trace([arp(2, 9, 1, 1, 0, mac=9), arp(2, 9, 1, 2, 5, mac=9)])).kinds == []
