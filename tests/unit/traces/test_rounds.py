"""Rounds: what a sender had on its way in each round trip.  Tables of segments made by hand."""

from __future__ import annotations

import pytest
from wire_samples import Talk, stamped

from labkit.traces.trace import Trace


def doubling() -> Talk:
    """One segment, then two, then four, each of one byte; a round trip takes 20 ms, every segment is acknowledged."""
    talk = Talk().open()
    talk.c(".", 1, 1, b"a", at=100).s(".", 1, 2, at=110)
    talk.c(".", 2, 1, b"b", at=121).c(".", 3, 1, b"c", at=122).s(".", 1, 3, at=131).s(".", 1, 4, at=132)
    for number in range(4):
        talk.c(".", 4 + number, 1, b"d", at=142 + number)
    return talk


def sizes(trace: Trace, **asked) -> list[int]:
    return [len(each) for each in trace.rounds(**asked)]


def test_a_round_is_what_leaves_before_its_first_segment_is_acknowledged():
    rounds = doubling().trace().rounds()
    assert [[segment.seq for segment in each] for each in rounds] == [[1], [2, 3], [4, 5, 6, 7]]


def test_what_leaves_when_the_acknowledgement_arrives_is_of_the_next_round():
    talk = Talk().open().c(".", 1, 1, b"a", at=100).s(".", 1, 2, at=110)
    assert sizes(talk.c(".", 2, 1, b"b", at=119).trace()) == [2]
    talk = Talk().open().c(".", 1, 1, b"a", at=100).s(".", 1, 2, at=110)
    assert sizes(talk.c(".", 2, 1, b"b", at=120).trace()) == [1, 1]


def test_an_acknowledgement_that_was_lost_ends_no_round():
    talk = Talk().open().c(".", 1, 1, b"a", at=100).s(".", 1, 2, at=110, lost=True)
    assert sizes(talk.c(".", 2, 1, b"b", at=130).trace()) == [2]


def test_one_that_covers_more_ends_it_too():
    talk = Talk().open().c(".", 1, 1, b"a", at=100).c(".", 2, 1, b"b", at=101).s(".", 1, 3, at=111)
    assert sizes(talk.c(".", 3, 1, b"c", at=130).trace()) == [2, 1]


def test_a_lost_segment_makes_its_round_last_until_its_repetition_is_acknowledged():
    talk = Talk().open().c(".", 1, 1, b"a", at=100, lost=True).c(".", 2, 1, b"b", at=101).s(".", 1, 1, at=111)
    talk.c(".", 1, 1, b"a", at=122).s(".", 1, 3, at=132).c(".", 3, 1, b"c", at=143)
    assert sizes(talk.trace()) == [3, 1]


def test_of_the_end_that_sends_more_or_of_the_one_that_is_named():
    talk = doubling().s("P.", 1, 8, b"!", at=170)
    trace = talk.trace()
    assert sizes(trace) == [1, 2, 4]
    assert sizes(trace, source="server") == [1]
    assert sizes(trace, flow=trace.flows()[0], source="client") == [1, 2, 4]


@pytest.mark.parametrize("zero", [0, 2**32 - 105], ids=["as they are", "beginning again"])
def test_what_a_wire_read_late_is_of_the_round_in_which_it_was_sent(zero):
    """The second left long before the ACK came, and was read after it: it echoes what its kernel knew then."""
    talk = Talk().open().c(".", 1, 1, b"a", at=100, options=stamped(100, zero + 60))
    talk.s(".", 1, 2, at=110, options=stamped(zero + 110, 100))
    talk.c(".", 2, 1, b"b", at=125, options=stamped(101, zero + 60))
    assert sizes(talk.trace()) == [2]
    assert sizes(talk.c(".", 3, 1, b"c", at=126, options=stamped(121, zero + 110)).trace()) == [2, 1]


def test_where_the_peer_sends_too_the_echo_may_be_older_than_what_was_seen():
    """The kernel takes no timestamp from behind what it has not acknowledged yet."""
    talk = Talk().open().c(".", 1, 1, b"a", at=100, options=stamped(100, 60))
    talk.s("P.", 1, 1, b"hello", at=95, options=stamped(95, 60)).s(
        ".", 6, 2, at=110, options=stamped(110, 100)
    )
    assert sizes(talk.c(".", 2, 6, b"b", at=125, options=stamped(121, 95)).trace(), source="client") == [1, 1]


def test_nothing_sent_makes_no_rounds():
    assert Talk().open().trace().rounds() == []
    with pytest.raises(ValueError, match="nobody"):
        doubling().trace().rounds(source="nobody")
