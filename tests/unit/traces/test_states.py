from __future__ import annotations

import pytest
from wire_samples import CLIENT, MS, SERVER, Talk

from labkit.packets.frame import Arrival, Hit
from labkit.traces.machine import EVENTS, KERNEL_STATES, STATES, TRANSITIONS, next_state
from labkit.traces.states import states
from labkit.wire.faults import Corrupt, Delay


def path(talk, host=None):
    """The states in words: "client SYN-SENT 0" is host, state and milliseconds."""
    return [
        f"{each.host} {each.state} {each.time_ns // MS}"
        for each in states(talk.trace())
        if host in (None, each.host)
    ]


OPEN = ["client SYN-SENT 0", "server SYN-RECEIVED 10", "client ESTABLISHED 20", "server ESTABLISHED 30"]


def test_open():
    assert path(Talk().open()) == OPEN


def test_transition_says_who_what_and_why():
    first, second, *_ = states(Talk().open().trace())
    assert (first.host, first.local, first.peer, first.before) == ("client", CLIENT, SERVER, "CLOSED")
    assert first.cause.flags == "S" and second.cause.flags == "S."
    assert (second.local, second.before) == (SERVER, "LISTEN")
    assert repr(second) == "<Transition server 10.0.0.2:8080  LISTEN → SYN-RECEIVED>"


def test_refused():
    talk = Talk().c("S", at=0).s("R.", ack=1, raw_seq=0, at=10)
    assert path(talk) == ["client SYN-SENT 0", "client CLOSED 20"]


# What follows in an open connection, and the states that it leads to.
AFTER_OPEN = {
    "close by the client": (
        Talk().open().c("F.", 1, 1, at=40).s(".", 1, 2, at=50).s("F.", 1, 2, at=60).c(".", 2, 2, at=70),
        "client FIN-WAIT-1 40, server CLOSE-WAIT 50, client FIN-WAIT-2 60, "
        "server LAST-ACK 60, client TIME-WAIT 70, server CLOSED 80",
    ),
    "close in three segments": (  # the FIN acknowledges the other: from FIN-WAIT-1 straight to TIME-WAIT
        Talk().open().c("F.", 1, 1, at=40).s("F.", 1, 2, at=51).c(".", 2, 2, at=62),
        "client FIN-WAIT-1 40, server CLOSE-WAIT 50, server LAST-ACK 51, client TIME-WAIT 61, server CLOSED 72",
    ),
    "close by the server": (
        Talk().open().s("F.", 1, 1, at=40).c("F.", 1, 2, at=51).s(".", 2, 2, at=62),
        "server FIN-WAIT-1 40, client CLOSE-WAIT 50, client LAST-ACK 51, server TIME-WAIT 61, client CLOSED 72",
    ),
    "half close goes on carrying data": (
        Talk()
        .open()
        .c("F.", 1, 1, at=40)
        .s(".", 1, 2, at=51)
        .s("P.", 1, 2, b"still here", at=100)
        .c(".", 2, 11, at=111),
        "client FIN-WAIT-1 40, server CLOSE-WAIT 50, client FIN-WAIT-2 61",
    ),
    "simultaneous close": (
        Talk().open().c("F.", 1, 1, at=40).s("F.", 1, 1, at=41).c(".", 2, 2, at=51).s(".", 2, 2, at=52),
        "client FIN-WAIT-1 40, server FIN-WAIT-1 41, server CLOSING 50, client CLOSING 51, "
        "server TIME-WAIT 61, client TIME-WAIT 62",
    ),
    "reset": (
        Talk().open().s("R.", 1, 1, at=40),
        "server CLOSED 40, client CLOSED 50",
    ),
    "fin with data": (
        Talk().open().c("FP.", 1, 1, b"bye", at=40).s(".", 1, 5, at=51),
        "client FIN-WAIT-1 40, server CLOSE-WAIT 50, client FIN-WAIT-2 61",
    ),
}


@pytest.mark.parametrize(("talk", "expected"), AFTER_OPEN.values(), ids=AFTER_OPEN)
def test_after_open(talk, expected):
    assert path(talk) == [*OPEN, *expected.split(", ")]


def in_time_wait():
    """The client has closed first and is in TIME-WAIT since 61 ms; the server is CLOSED since 72."""
    return Talk().open().c("F.", 1, 1, at=40).s("F.", 1, 2, at=51).c(".", 2, 2, at=62)


@pytest.mark.parametrize(
    ("flags", "seq", "ack", "then"),
    [
        ("R", 2, None, ["client CLOSED 90"]),  # RFC 9293 section 3.10.7.4; RFC 1337 warns of it
        ("R.", 2, 2, ["client CLOSED 90"]),
        ("R", 3, None, []),  # not the number that is expected: RFC 5961 section 3.2
        ("R", 1000, None, []),
        ("F.", 1, 2, []),  # again: its ACK was lost
    ],
)
def test_what_a_peer_may_still_say_to_an_end_in_time_wait(flags, seq, ack, then):
    before = path(in_time_wait())
    assert before[-2:] == ["client TIME-WAIT 61", "server CLOSED 72"]
    assert path(in_time_wait().s(flags, seq, ack, at=80)) == before + then


def test_an_end_in_time_wait_or_syn_sent_that_answers_old_segments_with_a_reset_stays_there():
    assert path(in_time_wait().c("R", 2, at=80))[-1] == "server CLOSED 72"
    assert path(Talk().c("S", at=0).s(".", 5, 77, at=1).c("R", 77, at=11), "client") == ["client SYN-SENT 0"]


@pytest.mark.parametrize(("flags", "ack"), [("R", None), ("R.", 0), ("S.", 0), (".", 0)])
def test_an_end_in_syn_sent_takes_only_what_acknowledges_its_syn(flags, ack):
    talk = Talk().c("S", at=0).s(flags, 0, ack, at=10)
    assert path(talk, "client") == ["client SYN-SENT 0"]


def test_only_an_acknowledged_syn_ends_syn_received():
    talk = Talk().c("S", at=0).s("S.", 0, 1, at=10).c(".", 1, 0, at=20)
    assert path(talk, "server") == ["server SYN-RECEIVED 10"]


@pytest.mark.parametrize(("seq", "closes"), [(1, True), (11, True), (6, False), (10, False), (12, False)])
def test_a_reset_behind_a_gap_fits_at_the_gap_and_behind_what_came_after_it(seq, closes):
    talk = Talk().open().s("P.", 1, 1, b"hello", at=40, lost=True).s("P.", 6, 1, b"world", at=41)
    assert path(talk.s("R", seq, at=60), "client")[2:] == ["client CLOSED 70"] * closes


def test_a_reset_that_is_the_first_to_arrive_in_a_capture_closes():
    talk = Talk().c("P.", 50, 70, b"x", at=0).s("R", 70, at=20)
    assert path(talk)[2:] == ["server CLOSED 20", "client CLOSED 30"]


def test_simultaneous_open():
    talk = Talk().c("S", at=0).s("S", at=1).c("S.", 0, 1, at=11).s("S.", 0, 1, at=12)
    assert path(talk) == [
        "client SYN-SENT 0",
        "server SYN-SENT 1",
        "server SYN-RECEIVED 10",
        "client SYN-RECEIVED 11",
        "server ESTABLISHED 21",
        "client ESTABLISHED 22",
    ]


def test_reset_before_the_handshake_is_complete():
    talk = Talk().c("S", at=0).s("S.", 0, 1, at=10).c("R", 1, at=20)
    assert path(talk) == [*OPEN[:3], "client CLOSED 20", "server CLOSED 30"]


@pytest.mark.parametrize(("seq", "closes"), [(1, True), (2, False), (5000, False)])
def test_forged_reset_must_have_the_exact_number(seq, closes):
    """RFC 5961 section 3.2.  Nor does it close the end whose address it bears."""
    talk = Talk().open().s("R", seq, at=40, source="attacker")
    assert path(talk)[4:] == ["client CLOSED 50"] * closes


@pytest.mark.parametrize("lost", ["S", "S.", ".", "F."])
def test_lost_segment_changes_only_its_senders_state(lost):
    talk = Talk()
    for outward, flags, seq, ack in ((1, "S", 0, None), (0, "S.", 0, 1), (1, ".", 1, 1), (1, "F.", 1, 1)):
        (talk.c if outward else talk.s)(flags, seq, ack, at=10 * len(talk.frames), lost=flags == lost)
        if flags == lost:
            break
    expected = {"S": OPEN[:1], "S.": OPEN[:2], ".": OPEN[:3], "F.": [*OPEN, "client FIN-WAIT-1 30"]}[lost]
    assert sorted(path(talk)) == sorted(expected)


def test_repeated_segments_change_nothing_again():
    talk = Talk().c("S", at=0, lost=True).c("S", at=1000).s("S.", 0, 1, at=1010, lost=True)
    talk.s("S.", 0, 1, at=2010)
    talk.c(".", 1, 1, at=2020).s("S.", 0, 1, at=2025).c("F.", 1, 1, at=3000, lost=True).c("F.", 1, 1, at=3200)
    assert path(talk) == [
        "client SYN-SENT 0",
        "server SYN-RECEIVED 1010",
        "client ESTABLISHED 2020",
        "server ESTABLISHED 2030",
        "client FIN-WAIT-1 3000",
        "server CLOSE-WAIT 3210",
    ]


def test_fin_counts_when_all_before_it_has_arrived():
    talk = Talk().open().c("P.", 1, 1, b"hello", at=40, lost=True).c("F.", 6, 1, at=41)
    talk.c("P.", 1, 1, b"hello", at=90)
    assert path(talk, "server")[2:] == ["server CLOSE-WAIT 100"]


def test_data_may_complete_the_handshake():
    talk = Talk().c("S", at=0).s("S.", 0, 1, at=10).c(".", 1, 1, at=20, lost=True).c("P.", 1, 1, b"x", at=21)
    assert path(talk, "server") == ["server SYN-RECEIVED 10", "server ESTABLISHED 31"]


def test_acknowledged_data_is_not_an_acknowledged_fin():
    talk = Talk().open().c("P.", 1, 1, b"ab", at=40).c("F.", 3, 1, at=41).s(".", 1, 3, at=50)
    assert path(talk, "client")[2:] == ["client FIN-WAIT-1 41"]


def test_capture_that_begins_later():
    talk = Talk().c("P.", 50, 70, b"x", at=0).s("F.", 70, 51, at=20)
    assert path(talk) == [
        "client ESTABLISHED 0",
        "server ESTABLISHED 10",
        "server FIN-WAIT-1 20",
        "client CLOSE-WAIT 30",
    ]
    assert states(talk.trace())[0].before == ""
    assert path(Talk().c("R", 50)) == []


def test_ports_used_again_after_time_wait():
    talk = Talk().open().c("F.", 1, 1, at=40).s("F.", 1, 2, at=51).c(".", 2, 2, at=62)
    Talk(isn_c=77, isn_s=88, frames=talk.frames).c("S", at=90)
    assert path(talk)[-1] == "client SYN-SENT 90"


@pytest.mark.parametrize("times", [(0, 9000, 20, 30, 40, 50), (900, 0, 901, 1, 2, 902), (5, 4, 3, 2, 1, 0)])
def test_where_the_clock_of_a_capture_goes_back_its_order_counts(times):
    def conversation(at):
        talk = Talk(delay=0).c("S", at=at[0]).s("S.", 0, 1, at=at[1]).c(".", 1, 1, at=at[2])
        return talk.c("F.", 1, 1, at=at[3]).s("F.", 1, 2, at=at[4]).c(".", 2, 2, at=at[5]).trace()

    steady, wild = states(conversation(range(6))), states(conversation(times))
    assert [(each.host, each.state, each.cause.number) for each in wild] == [
        (each.host, each.state, each.cause.number) for each in steady
    ]
    assert len(wild) == 9 and wild[-1].state == "CLOSED"
    assert {each.time_ns // MS for each in wild} <= set(times), "the times stay the file's"


def test_copies_change_nothing_again():
    talk = Talk().c("S", at=0, arrivals=(10, 12)).s("S.", 0, 1, at=11).c(".", 1, 1, at=21, arrivals=(31, 33))
    assert len(path(talk)) == 4


@pytest.mark.parametrize(
    ("hits", "counts"),
    [
        ([Hit("corrupted", Corrupt(nth=1))], False),
        ([Hit("corrupted", Corrupt(nth=1), "server")], False),
        ([Hit("corrupted", Corrupt(nth=1), "other")], True),
        ([Hit("delayed", Delay(5, nth=1))], True),
        ([Hit("corrupted", Corrupt(nth=1), "other"), Hit("corrupted", None, "server")], False),
    ],
)
def test_corrupted_segment_is_not_taken(hits, counts):
    talk = Talk().open().c("F.", 1, 1, at=40, hits=tuple(hits))
    assert ("server CLOSE-WAIT 50" in path(talk)) is counts


def test_copy_flooded_to_another_host_is_not_taken():
    talk = Talk().open().c("F.", 1, 1, at=40)
    talk.frames[-1] = talk.frames[-1]._replace(arrivals=(Arrival("attacker", 45 * MS),), target="*")
    assert path(talk)[4:] == ["client FIN-WAIT-1 40"]


def test_answer_of_a_host_that_was_not_listening_makes_no_connection_there():
    assert path(Talk().c("S", at=0).s(".", 5, 5, at=11), "server") == []


@pytest.mark.parametrize(("state", "event", "after"), [(*key, after) for key, after in TRANSITIONS.items()])
def test_next_state(state, event, after):
    assert next_state(state, event) == after


@pytest.mark.parametrize(
    ("walk", "end"),
    [
        (["active OPEN", "rcv SYN,ACK", "CLOSE", "rcv ACK of FIN", "rcv FIN", "timeout"], "CLOSED"),
        (["passive OPEN", "rcv SYN", "rcv ACK of SYN", "rcv FIN", "CLOSE", "rcv ACK of FIN"], "CLOSED"),
        (["active OPEN", "rcv SYN", "rcv ACK of SYN", "CLOSE", "rcv FIN", "rcv ACK of FIN"], "TIME-WAIT"),
        (["passive OPEN", "rcv SYN", "rcv RST"], "LISTEN"),
        (["passive OPEN", "CLOSE"], "CLOSED"),
    ],
)
def test_figure_5(walk, end):
    state = "CLOSED"
    for event in walk:
        state = next_state(state, event)
    assert state == end


def test_every_state_and_event_of_the_figure_is_known():
    assert {state for state, _ in TRANSITIONS} | set(TRANSITIONS.values()) == set(STATES)
    assert {event for _, event in TRANSITIONS} == set(EVENTS)
    assert set(KERNEL_STATES.values()) == set(STATES)


def test_events_that_change_nothing():
    assert next_state("ESTABLISHED", "rcv ACK of FIN") == "ESTABLISHED"
    assert next_state("TIME-WAIT", "rcv FIN") == "TIME-WAIT"


def test_unknown_names():
    with pytest.raises(ValueError, match="'SYN_SENT' is not a TCP state; the states are CLOSED, LISTEN"):
        next_state("SYN_SENT", "CLOSE")
    with pytest.raises(ValueError, match="'close' is not an event of TCP; the events are 'passive OPEN'"):
        next_state("LISTEN", "close")
