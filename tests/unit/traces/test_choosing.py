"""Which connection is meant: a number, a Flow or a segment of this trace; one of another trace is refused."""

from __future__ import annotations

import matplotlib
import pytest
from wire_samples import Talk

from labkit import ladder
from labkit.panels import ladder_player, state_machine
from labkit.pictures.bytestream import byte_stream
from labkit.pictures.ladders import excerpt
from labkit.plots.sequence import time_sequence
from labkit.traces.trace import Trace
from labkit.traces.turns import turns

matplotlib.use("agg")
import matplotlib.pyplot as plt

OTHER = ("10.0.0.2", 9999)


def two() -> Trace:
    """Two connections to port 8080."""
    first = Talk().open().c("P.", 1, 1, b"hello", at=40)
    second = Talk(client=("10.0.0.1", 40001), frames=first.frames)
    return second.c("S", at=60).s("S.", 0, 1).c(".", 1, 1).c("P.", 1, 1, b"you").s("P.", 1, 4, b"me").trace()


def one() -> Trace:
    """One to port 9999."""
    return Talk(server=OTHER).open().c("P.", 1, 1, b"bye", at=40).s("P.", 1, 4, b"bye").trace()


ASKING = {
    "select": lambda trace, flow: trace.select(flow=flow),
    "bytes": lambda trace, flow: trace.bytes(flow=flow),
    "stream": lambda trace, flow: trace.stream("client", flow=flow),
    "handshake": lambda trace, flow: trace.handshake(flow),
    "round_trips": lambda trace, flow: trace.round_trips(flow=flow),
    "rounds": lambda trace, flow: trace.rounds(flow=flow),
    "resets": lambda trace, flow: trace.resets(flow=flow),
    "tls": lambda trace, flow: trace.tls(flow=flow),
    "turns": lambda trace, flow: turns(trace, flow),
    "time_sequence": lambda trace, flow: time_sequence(trace, flow=flow),
    "byte_stream": lambda trace, flow: byte_stream(trace, flow=flow),
    "ladder": lambda trace, flow: ladder(trace, flow=flow).text,
    "ladder_player": lambda trace, flow: ladder_player(trace, flow=flow).text,
    "state_machine": lambda trace, flow: state_machine(trace, flow=flow).text,
}


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.fixture(params=ASKING)
def ask(request):
    return ASKING[request.param]


@pytest.fixture(params=["all at once", "a part"])
def room(request, monkeypatch):
    """Of a large trace a ladder reads a part, and finds the connection while it does."""
    if request.param == "a part":
        monkeypatch.setattr(excerpt, "FRAMES", 4)


def test_a_connection_of_this_trace_may_be_named_in_three_ways(ask, room):
    trace = two()
    flow = trace.flows()[1]
    for named in (2, flow, trace.select(flow=2)[0], trace.select(flow=2)[-1]):
        ask(trace, named)


def test_a_number_that_the_trace_does_not_have_is_told(ask, room):
    for named in (2, two().flows()[1], two().select(flow=2)[0]):
        with pytest.raises(ValueError, match="no flow 2 in this trace; it has 1 to 1"):
            ask(one(), named)


def test_of_a_flow_and_a_segment_the_addresses_count_too(ask, room):
    for named, what in ((two().flows()[0], "this Flow"), (two().segments[0], "this segment")):
        told = (
            f"{what} is of another trace: it is between 10.0.0.1:40000 and 10.0.0.2:8080, and flow 1 of this trace "
            r"between 10.0.0.1:40000 and 10.0.0.2:9999; take one of this trace's flows\(\)"
        )
        with pytest.raises(ValueError, match=told):
            ask(one(), named)


def test_who_is_called_client_does_not_matter():
    """A part of a trace without the SYN may take the other end for it."""
    trace = Talk(client=("10.0.0.1", 80), server=("10.0.0.2", 8080)).open().c("P.", 1, 1, b"hello").trace()
    part = Trace(trace.frames[3:], hosts=trace.hosts, addresses=trace.addresses)
    (flow,) = trace.flows()
    assert flow.client != part.flows()[0].client
    assert len(part.select(flow=flow)) == 1


def test_what_names_no_connection_is_refused(ask, room):
    with pytest.raises(TypeError, match="flow is a Flow"):
        ask(one(), "1")


# -- frames


@pytest.mark.parametrize("what", [lambda trace: trace.segments[0], lambda trace: trace.frames[0]])
def test_a_frame_of_another_trace_is_refused(what):
    ours = two()
    theirs = Talk(server=OTHER)
    theirs.now = 5
    given = what(theirs.open().trace())
    for ask in (lambda each: ladder(ours, frames=[each]), ours.hops):
        ask(what(ours))
        with pytest.raises(ValueError, match="frame 1 that was given is of another trace"):
            ask(given)


def test_the_last_run_of_a_cell_that_runs_again_is_another_trace():
    """All is as before but the time."""
    again = Trace(
        [frame._replace(departed_ns=frame.departed_ns + 1) for frame in two().frames], hosts=two().hosts
    )
    with pytest.raises(ValueError, match="frame 4 that was given is of another trace"):
        ladder(again, frames=two().select(data=True))
    assert ladder(two(), frames=two().select(data=True)).text


def test_what_has_a_number_and_is_no_frame_is_refused():
    trace = two()
    for ask in (lambda each: ladder(trace, frames=[each]), trace.hops):
        with pytest.raises(TypeError, match="a frame is meant by its number"):
            ask(trace.flows()[0])
