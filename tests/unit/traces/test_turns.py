"""A conversation cut into its turns: tables of segments made by hand."""

from __future__ import annotations

import pytest
from call_samples import call as said
from ladder_samples import MS, Talk, sample

from labkit.traces.turns import turns


def conversation(*, end: bool = True) -> Talk:
    """Two questions, the first in two segments, each with an answer; then, if `end`, the client's FIN."""
    talk = Talk("client", "server")
    talk.tcp(0, 1, 2, "S", 0)
    talk.tcp(10, 2, 1, "S.", 0, 1)
    talk.tcp(20, 1, 2, ".", 1, 1)
    talk.tcp(30, 1, 2, "P.", 1, 1, b"len:")
    talk.tcp(40, 2, 1, ".", 1, 5)
    talk.tcp(50, 1, 2, "P.", 5, 1, b"first")
    talk.tcp(60, 2, 1, "P.", 1, 10, b"one")
    talk.tcp(70, 1, 2, ".", 10, 4)
    talk.tcp(100, 1, 2, "P.", 10, 4, b"second")
    talk.tcp(110, 2, 1, ".", 4, 16)
    talk.tcp(150, 2, 1, "P.", 4, 16, b"two, ")
    talk.tcp(160, 2, 1, "P.", 9, 16, b"and more")
    if end:
        talk.tcp(200, 1, 2, "F.", 16, 17)
        talk.tcp(210, 2, 1, "F.", 17, 17)
    return talk


def payloads(turn) -> list[bytes]:
    return [segment.payload for segment in turn.segments]


@pytest.mark.parametrize("end", [True, False])
def test_a_turn_is_a_question_with_its_whole_answer(end):
    first, second = turns(conversation(end=end).trace())
    assert payloads(first) == [b"len:", b"", b"first", b"one"]
    assert payloads(second) == [b"second", b"", b"two, ", b"and more"]


def test_a_turn_is_a_trace_that_counts_from_its_beginning():
    trace = conversation().trace()
    _, second = turns(trace)
    assert second.segments[0].seq == 1 and second.segments[1].ack == 7
    assert (second.hosts, second.addresses) == (trace.hosts, trace.addresses)


def test_a_question_without_an_answer_is_no_turn():
    talk = conversation(end=False)
    talk.tcp(300, 1, 2, "P.", 16, 17, b"hello?")
    assert len(turns(talk.trace())) == 2


def test_questions_that_overlap_their_answers_are_one_turn():
    talk = Talk("client", "server")
    for number in range(3):
        talk.tcp(number, 1, 2, "P.", 1 + number, 1, b"?")
    talk.tcp(20, 2, 1, "P.", 1, 4, b"!!!")
    assert [payloads(turn) for turn in turns(talk.trace())] == [[b"?", b"?", b"?", b"!!!"]]


def test_calls_go_with_the_turn_that_they_are_about():
    talk = conversation()
    trace = talk.trace()
    flow = trace.flows()[0]
    here, there = flow.client_address, flow.server_address

    def call(host, name, begin, end):
        local, peer = (here, there) if host == "client" else (there, here)
        end_ns = None if end is None else end * MS
        talk.calls.append(said(host, name, "", begin * MS, end_ns, local=local, peer=peer))

    call("client", "connect", 0, 20)
    call("client", "sendall", 29, 30)
    call("client", "recv", 31, 71)
    call("server", "recv", 5, 41)
    call("server", "recv", 41, 59)
    call("server", "sendall", 60, 61)
    call("server", "recv", 61, 111)  # waits for the second question
    call("client", "sendall", 99, 100)
    call("client", "recv", 101, 171)
    call("server", "sendall", 150, 151)
    call("server", "sendall", 160, 161)
    call("server", "recv", 162, 211)  # waits for the end
    found = [[(each.host, each.name) for each in turn.calls] for turn in turns(talk.trace())]
    assert found == [
        [
            ("server", "recv"),
            ("client", "sendall"),
            ("client", "recv"),
            ("server", "recv"),
            ("server", "sendall"),
        ],
        [
            ("server", "recv"),
            ("client", "sendall"),
            ("client", "recv"),
            ("server", "sendall"),
            ("server", "sendall"),
        ],
    ]


def test_who_comes_late_to_an_answer_reads_it_in_its_turn():
    talk = conversation()
    flow = talk.trace().flows()[0]

    def call(name, begin, moved):
        talk.calls.append(
            said(
                "client",
                name,
                "",
                begin * MS,
                (begin + 1) * MS,
                moved=moved,
                local=flow.client_address,
                peer=flow.server_address,
            )
        )

    call("sendall", 29, 4)
    call("recv", 81, 3)  # the answer has been there since 70
    call("sendall", 99, 6)
    call("recv", 171, 5)
    call("recv", 173, 8)
    call("recv", 215, 0)  # the end is no answer
    assert [[each.begin_ns / MS for each in turn.calls] for turn in turns(talk.trace())] == [
        [29, 81],
        [99, 171, 173],
    ]


def test_calls_of_other_connections_are_left_out():
    talk = conversation()
    other = ("10.0.0.1", 9)
    talk.calls.append(said("client", "sendall", "", 30 * MS, 31 * MS, local=other, peer=("10.0.0.2", 80)))
    assert all(not turn.calls for turn in turns(talk.trace()))


def test_the_flow_is_the_first_or_the_one_that_is_asked_for():
    trace = conversation().trace()
    assert (
        turns(trace) == turns(trace, 1) == turns(trace, trace.flows()[0]) == turns(trace, trace.segments[3])
    )
    with pytest.raises(ValueError, match="no flow 7"):
        turns(trace, 7)


def test_a_connection_can_be_named_by_its_clients_end():
    talk = conversation()
    for at, source, data in ((300, 1, b"third"), (310, 2, b"three")):
        talk.tcp(at, source, 3 - source, "P.", 1, 1, data, ports=(40001, 8080))
    trace = talk.trace()
    assert turns(trace, client=("10.0.0.1", 40000)) == turns(trace)
    (third,) = turns(trace, client=("10.0.0.1", 40001))
    assert payloads(third) == [b"third", b"three"]
    with pytest.raises(
        ValueError, match=r"comes from \('10.0.0.1', 9\); those in it come from 10.0.0.1:40000"
    ):
        turns(trace, client=("10.0.0.1", 9))
    with pytest.raises(ValueError, match="not both"):
        turns(trace, 1, client=("10.0.0.1", 40000))


def test_no_connection_no_turns():
    with pytest.raises(ValueError, match="no TCP connection"):
        turns(sample("datagrams"))
