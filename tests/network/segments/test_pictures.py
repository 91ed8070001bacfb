"""Pictures, panels and plots of a connection that crosses a router show its two ends."""

from __future__ import annotations

import pytest
from waiting import repeats_nothing_by_time

from labkit import Drop, ladder
from labkit.panels import ladder_player, state_machine
from labkit.pictures import byte_stream
from labkit.plots import time_sequence
from labkit.traces.turns import turns

WITHIN = 60  # seconds


@pytest.fixture
def trace(network):
    """Three questions and answers over a router; the second question is lost behind it."""
    net = network(lan=["client", "router"], wan=["router", "server"])
    repeats_nothing_by_time(net.client, net.server, before_s=1.5)

    def echo(conn):
        while data := conn.recv(100):
            conn.sendall(data)

    net.server.start(echo, port=80)
    net.wan.link.faults = [Drop(sender="router", data=2)]
    with net.capture() as trace, net.client.socket() as caller:
        caller.settimeout(WITHIN)
        caller.connect(("server", 80))
        for question in (b"one", b"two", b"six"):
            caller.sendall(question)
            assert caller.recv(100) == question
    return trace


def test_the_bytes_are_those_that_the_ends_said(trace):
    assert repr(byte_stream(trace)).startswith("client > server: 9 bytes, 3 sends, 3 recvs")


def test_the_states_are_those_of_the_ends(trace):
    lines = repr(state_machine(trace)).splitlines()
    assert lines[0] == "client 10.0.1.1:40000 ↔ server 10.0.2.2:80"
    assert not any("router" in line for line in lines)


def test_questions_are_those_of_the_ends(trace):
    assert [[len(each.payload) for each in turn.segments if each.length] for turn in turns(trace)] == [
        [3, 3],
        [3, 3, 3],  # sent again
        [3, 3],
    ]


def test_a_plot_has_each_segment_once(trace):
    figure = time_sequence(trace)
    drawn = {artist.get_label(): len(artist.get_segments()) for artist in figure.axes[0].collections}
    assert (drawn["data from client"], drawn["sent again"]) == (3, 1)
    assert figure.axes[0].get_title(loc="left") == "client to server"


def test_the_player_and_the_ladder_show_every_hop(trace):
    again = trace.hops(trace.retransmissions()[0])
    assert len(again) == 2
    for picture in (ladder(trace), ladder_player(trace)):
        assert repr(picture).splitlines()[0].split() == ["client", "router", "server"]
    assert repr(ladder(trace)).count("retransmission") == 2
    assert repr(ladder(trace, frames=again)).count("retransmission") == 2
