"""Where the time went adds up, whatever the spans, and whatever the conversation."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from wire_samples import Talk, bulk

from labkit.explain import explain
from labkit.explain.account import CAUSES, LAYER, Span, covered, painted
from labkit.explain.bars import LOOKS

MS = 1_000_000
SPANS = st.lists(st.builds(Span, st.sampled_from(sorted(CAUSES)), st.integers(-5, 40), st.integers(-5, 40)))


def by_hand(begin, end, ground, spans):
    """Each moment by itself."""
    for at in range(begin, end):
        over = [span.cause for span in spans if span.begin <= at < span.end]
        yield max(over, key=LAYER.__getitem__, default=ground)


@given(SPANS)
def test_each_moment_belongs_to_the_uppermost_span(spans):
    pieces = painted(0, 30, "idle", spans)
    assert [cause for cause, begin, end in pieces for _ in range(begin, end)] == list(
        by_hand(0, 30, "idle", spans)
    )
    assert [piece.begin for piece in pieces] == [0, *(piece.end for piece in pieces[:-1])]
    assert all(one.cause != two.cause for one, two in pairwise(pieces))


@given(SPANS)
def test_what_lies_under_spans_is_counted_once(spans):
    under = {at for span in spans for at in range(span.begin, span.end)}
    assert covered(spans) == len(under)


def test_a_connection_of_one_moment():
    assert painted(5, 5, "idle", [Span("wire", 0, 9)]) == ()


def test_every_cause_has_a_layer_and_a_look():
    assert set(CAUSES) == set(LAYER) == set(LOOKS)


@st.composite
def conversations(draw):
    """Any segments of any kind, in any order."""
    talk = Talk()
    for _ in range(draw(st.integers(1, 25))):
        send = draw(st.sampled_from([talk.c, talk.s]))
        flags = draw(st.sampled_from(["S", "S.", ".", ".", ".", "P.", "P.", "F.", "R", "R.", ""]))
        size = draw(st.sampled_from([0, 0, 1, 100, 1448])) if "P" in flags or flags == "." else 0
        seq, ack = draw(st.integers(-1, 4000)), draw(st.integers(-1, 4000))
        send(
            flags,
            seq,
            ack,
            bytes(size),
            at=talk.now + draw(st.integers(0, 300)),
            lost=draw(st.booleans()) and draw(st.booleans()),
            delay=draw(st.integers(0, 40)),
            window=draw(st.sampled_from([0, 1, 501])),
        )
    return talk.trace()


@given(conversations())
def test_the_time_of_any_conversation_adds_up(trace):
    for account in explain(trace).accounts:
        frames = [segment.frame for segment in trace.segments if segment.flow == account.flow]
        begin = min(frame.departed_ns for frame in frames)
        end = max(max(frame.departed_ns, frame.arrived_ns or 0) for frame in frames)
        assert (account.begin, account.end) == (begin, end)
        assert sum(account.spent.values()) == account.whole == end - begin
        assert all(ns > 0 for ns in account.spent.values())


def spent(talk, **more):
    (account,) = explain(talk.trace(**more)).accounts
    return {cause: round(ns / MS) for cause, ns in account.spent.items()}


def test_a_question_and_its_answer():
    talk = Talk().open().c("P.", 1, 1, b"hello", at=50).s("P.", 1, 6, b"world!", at=90).c(".", 6, 7, at=100)
    talk.c("F.", 6, 7, at=130).s("F.", 7, 7, at=140).c(".", 7, 8, at=150)
    # 20 ms for the client until it asks, 30 for the server until it answers, 30 for the client until it closes
    assert spent(talk) == {"handshake": 30, "client": 50, "server": 30, "wire": 20, "closing": 30}


def test_a_loss_is_waited_for_until_it_is_mended():
    # lost at 42, its acknowledgement could have come at 62, and it was sent again at 70
    assert spent(bulk()) == {"wire": 42, "handshake": 30, "client": 10, "repair": 8, "idle": 1}


def test_one_frame():
    (account,) = explain(Talk().c("S").trace()).accounts
    assert account.spent == {"handshake": 10 * MS}
