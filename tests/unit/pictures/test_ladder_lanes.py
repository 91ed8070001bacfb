"""The lanes of TCP states beside the hosts' lines: from when to when, of which state, in which colour, and where."""

from __future__ import annotations

import pytest
from ladder_samples import CLIENT, MS, SERVER, Talk, handshake, sample

from labkit.drawing.shapes import Area, Group, Line, Words
from labkit.pictures.ladders.layout import Layout
from labkit.pictures.ladders.story import tell
from labkit.pictures.ladders.timed import laid
from labkit.traces.states import states

SHADES = {
    "LISTEN": "lane-waiting",
    "SYN-SENT": "lane-opening",
    "SYN-RECEIVED": "lane-opening",
    "ESTABLISHED": "lane-open",
    "FIN-WAIT-1": "lane-closing",
    "FIN-WAIT-2": "lane-closing",
    "CLOSING": "lane-closing",
    "CLOSE-WAIT": "lane-closing",
    "LAST-ACK": "lane-closing",
    "TIME-WAIT": "lane-waiting",
}


def spans(trace):
    """The lanes as (host, state, begin, end), times in milliseconds."""
    layout = Layout(tell(trace), "", False, None)

    def ms(time):
        return None if time is None else round(time / MS, 1)

    return [
        (trace.hosts[span.host], span.kind, ms(span.begin), ms(span.end))
        for span in layout.margins.spans
        if span.kind != "bar"
    ]


def shapes(drawn, kind):
    def flat(some):
        for shape in some:
            if isinstance(shape, Group):
                yield from flat(shape.shapes)
            elif isinstance(shape, kind):
                yield shape

    return list(flat(drawn.picture.shapes))


def lanes(drawn):
    """The lanes that are drawn, as (host's colour, role, left, right, top, bottom)."""
    found = []
    for area in shapes(drawn, Area):
        if area.role.startswith("lane-"):
            (left, top), (right, _), (_, bottom), _ = area.points
            found.append((area.host, area.role, left, right, top, bottom))
    return found


def test_a_lane_begins_where_its_state_does_and_ends_where_the_next_begins():
    assert spans(sample("hello")) == [
        ("client", "SYN-SENT", 0, 20.1),
        ("client", "ESTABLISHED", 20.1, 60.2),
        ("client", "FIN-WAIT-1", 60.2, 80.3),
        ("client", "FIN-WAIT-2", 80.3, 85.2),
        ("client", "TIME-WAIT", 85.2, None),
        ("server", "LISTEN", None, 10.1),
        ("server", "SYN-RECEIVED", 10.1, 30.2),
        ("server", "ESTABLISHED", 30.2, 70.2),
        ("server", "CLOSE-WAIT", 70.2, 75.2),
        ("server", "LAST-ACK", 75.2, 95.3),
    ]


def test_a_connection_that_is_reset_has_no_lane_any_more():
    assert spans(sample("refused")) == [("client", "SYN-SENT", 0, 20.1)]
    last = [(host, state, end) for host, state, _, end in spans(sample("both_ways"))]
    assert ("client", "ESTABLISHED", 80.2) in last and ("server", "ESTABLISHED", 90.2) in last


def both_close():
    """Both ends close at once, which leads through CLOSING."""
    talk = Talk("client", "server")
    handshake(talk)
    for source, other in ((1, 2), (2, 1)):
        talk.tcp(49 + source, source, other, "F.", 1, 1)
        talk.tcp(69 + source, source, other, ".", 2, 2)
    return talk.trace()


SAMPLES = ("handshake", "hello", "lost_syn", "refused", "fast_retransmit", "both_ways")
TRACES = {"both close": both_close(), **{name: sample(name) for name in SAMPLES}}


def test_the_samples_go_through_every_state():
    assert {change.state for trace in TRACES.values() for change in states(trace)} - {"CLOSED"} == set(
        SHADES
    ) - {"LISTEN"}


@pytest.mark.parametrize("trace", TRACES.values(), ids=TRACES)
def test_the_colour_of_a_lane_changes_at_the_height_of_the_change(trace):
    drawn = laid(tell(trace), fold=False)
    found = lanes(drawn)
    for change in states(trace):
        host = trace.hosts.index(change.host)
        y = drawn.axis.y(change.time_ns)
        mine = [(role, top, bottom) for colour, role, *_, top, bottom in found if colour == host]
        above = [role for role, top, bottom in mine if top < y - 1 < bottom]
        below = [role for role, top, bottom in mine if top < y + 1 < bottom]
        for seen, state in ((above, change.before), (below, change.state)):
            assert seen == ([SHADES[state]] if state in SHADES else []), (change, mine)


def test_a_lane_lies_upon_its_hosts_line():
    trace = sample("hello")
    drawn = laid(tell(trace), fold=False)
    lines = {line.host: line.x1 for line in shapes(drawn, Line) if line.role == "lifeline"}
    found = lanes(drawn)
    assert {host for host, *_ in found} == set(lines) == {0, 1}
    for host, _, left, right, *_ in found:
        assert left < lines[host] < right


def test_the_lanes_of_two_connections_lie_side_by_side():
    talk = Talk("client", "server")
    handshake(talk)
    talk.tcp(40, 1, 2, "S", ports=(40001, 8080))
    talk.tcp(50.1, 2, 1, "S.", 0, 1, ports=(40001, 8080))
    talk.tcp(60.2, 1, 2, ".", 1, 1, ports=(40001, 8080))
    drawn = laid(tell(talk.trace()), fold=False)
    for host in (0, 1):
        y = drawn.axis.y(55 * MS)
        places = sorted(
            (left, right)
            for colour, _, left, right, top, bottom in lanes(drawn)
            if colour == host and top <= y <= bottom
        )
        assert len(places) == 2 and places[0][1] < places[1][0], places


def test_the_name_of_a_state_stands_at_its_change_in_order():
    trace = sample("hello")
    drawn = laid(tell(trace), fold=False)
    written = [
        (words.pieces[0][0], round(words.at, 1))
        for words in shapes(drawn, Words)
        if words.role == "state" and words.host == 0
    ]
    changes = [change for change in states(trace) if change.host == "client"]
    assert written == [(change.state, round(drawn.axis.y(change.time_ns), 1)) for change in changes]


def test_the_name_of_a_state_belongs_to_the_departure_or_the_arrival_that_led_to_it():
    layout = Layout(tell(sample("hello")), "", False, None)
    assert [
        (note.pieces[0][0], note.beside)
        for note in layout.margins.notes
        if note.column == "state" and note.host == 0
    ] == [("SYN-SENT", -1), ("ESTABLISHED", 1), ("FIN-WAIT-1", -1), ("FIN-WAIT-2", 1), ("TIME-WAIT", 1)]


def test_a_bar_of_a_call_has_its_hosts_colour_and_lasts_as_long_as_the_call():
    talk = Talk("client", "server")
    handshake(talk)
    talk.call(2, "recv", "1000", 40, 60, "5", local=SERVER, peer=CLIENT, socket_id=2)
    drawn = laid(tell(talk.trace()), fold=False)
    bars = [area for area in shapes(drawn, Area) if area.role == "bar" and area.host == 1]
    edges = [(drawn.axis.y(40 * MS), drawn.axis.y(60 * MS))]
    assert [
        (round(bar.points[0][1], 3), round(bar.points[2][1], 3))
        for bar in bars
        if bar.points[0][1] > edges[0][0] - 1
    ] == [tuple(round(y, 3) for y in edges[0])]
