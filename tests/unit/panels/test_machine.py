"""The state machine's panel without a browser: RFC 9293's figure, a connection's steps in it, and its drawing."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from call_samples import call
from ladder_samples import Talk as Calls
from wire_samples import MS, Talk

from labkit import Trace, ladder
from labkit.drawing.shapes import Box
from labkit.panels import state_machine
from labkit.panels.machine.drawing import box_of, svg_of_machine, words_of
from labkit.panels.machine.journeys import journey, journeys, transitions_of
from labkit.panels.machine.places import BOX_HIGH, BOX_WIDE, CENTRES, EXITS, HIGH, ROUTES, WIDE
from labkit.panels.machine.rfc import BY_KEY, LEFT_OUT, STATES, WAYS, listing
from labkit.panels.machine.view import book, exits_of, message_of, reached_by, view_of
from labkit.traces.machine import STATES as NAMES
from labkit.traces.machine import next_state
from labkit.traces.states import states


def closing() -> Talk:
    talk = Talk().open().c("F.", 1, 1, at=40).s(".", 1, 2, at=50)
    return talk.s("F.", 1, 2, at=60).c(".", 2, 2, at=70)


OPEN = (
    "client: the program connects, CLOSED → SYN-SENT, sends SYN",
    "server: SYN arrives, LISTEN → SYN-RECEIVED, sends SYN,ACK",
    "client: SYN,ACK arrives, SYN-SENT → ESTABLISHED, sends ACK",
    "server: the ACK of its SYN arrives, SYN-RECEIVED → ESTABLISHED",
)
TALKS = {
    "open and close": (
        closing(),
        (
            *OPEN,
            "client: the program closes, ESTABLISHED → FIN-WAIT-1, sends FIN",
            "server: FIN arrives, ESTABLISHED → CLOSE-WAIT, sends ACK",
            "client: the ACK of its FIN arrives, FIN-WAIT-1 → FIN-WAIT-2",
            "server: the program closes, CLOSE-WAIT → LAST-ACK, sends FIN",
            "client: FIN arrives, FIN-WAIT-2 → TIME-WAIT, sends ACK",
            "server: the ACK of its FIN arrives, LAST-ACK → CLOSED",
        ),
    ),
    "three segments close": (
        Talk().open().c("F.", 1, 1, at=40).s("F.", 1, 2, at=51).c(".", 2, 2, at=62),
        (
            *OPEN,
            "client: the program closes, ESTABLISHED → FIN-WAIT-1, sends FIN",
            "server: FIN arrives, ESTABLISHED → CLOSE-WAIT, its own FIN will carry the ACK",
            "server: the program closes, CLOSE-WAIT → LAST-ACK, sends FIN",
            "client: FIN arrives with the ACK of its own FIN, FIN-WAIT-1 → TIME-WAIT, sends ACK",
            "server: the ACK of its FIN arrives, LAST-ACK → CLOSED",
        ),
    ),
    "half-close": (
        Talk().open().c("F.", 1, 1, at=40).s("P.", 1, 2, b"still here", at=60).c(".", 2, 11, at=80),
        (
            *OPEN,
            "client: the program closes, ESTABLISHED → FIN-WAIT-1, sends FIN",
            "server: FIN arrives, ESTABLISHED → CLOSE-WAIT, its data will carry the ACK",
            "client: the ACK of its FIN arrives, FIN-WAIT-1 → FIN-WAIT-2",
        ),
    ),
    "simultaneous close": (
        Talk().open().c("F.", 1, 1, at=40).s("F.", 1, 1, at=41).c(".", 2, 2, at=51).s(".", 2, 2, at=52),
        (
            *OPEN,
            "client: the program closes, ESTABLISHED → FIN-WAIT-1, sends FIN",
            "server: the program closes, ESTABLISHED → FIN-WAIT-1, sends FIN",
            "server: FIN arrives, FIN-WAIT-1 → CLOSING, sends ACK",
            "client: FIN arrives, FIN-WAIT-1 → CLOSING, sends ACK",
            "server: the ACK of its FIN arrives, CLOSING → TIME-WAIT",
            "client: the ACK of its FIN arrives, CLOSING → TIME-WAIT",
        ),
    ),
    "simultaneous open": (
        Talk().c("S", at=0).s("S", at=1).c("S.", 0, 1, at=11).s("S.", 0, 1, at=12),
        (
            "client: the program connects, CLOSED → SYN-SENT, sends SYN",
            "server: the program connects, CLOSED → SYN-SENT, sends SYN",
            "server: SYN arrives, SYN-SENT → SYN-RECEIVED, sends SYN,ACK",
            "client: SYN arrives, SYN-SENT → SYN-RECEIVED, sends SYN,ACK",
            "server: the ACK of its SYN arrives, SYN-RECEIVED → ESTABLISHED",
            "client: the ACK of its SYN arrives, SYN-RECEIVED → ESTABLISHED",
        ),
    ),
    "refused": (
        Talk().c("S", at=0).s("R.", 0, 1, at=10),
        (
            "client: the program connects, CLOSED → SYN-SENT, sends SYN",
            "server: SYN arrives and nobody listens, still CLOSED, sends RST",
            "client: RST arrives, SYN-SENT → CLOSED",
        ),
    ),
    "reset": (
        Talk().open().s("R.", 1, 1, at=40),
        (
            *OPEN,
            "server: it is aborted, ESTABLISHED → CLOSED, sends RST",
            "client: RST arrives, ESTABLISHED → CLOSED",
        ),
    ),
    "lost SYN": (
        Talk().c("S", at=0, lost=True).c("S", at=1000).s("S.", 0, 1, at=1010).c(".", 1, 1, at=1020),
        (
            "client: the program connects, CLOSED → SYN-SENT, sends SYN (dropped)",
            "client: no ACK of its SYN came in time, still SYN-SENT, sends SYN again",
            *OPEN[1:],
        ),
    ),
    "the FIN completes the handshake": (
        Talk().c("S", at=0).s("S.", 0, 1, at=10).c(".", 1, 1, at=20, lost=True).c("F.", 1, 1, at=21),
        (
            *OPEN[:2],
            "client: SYN,ACK arrives, SYN-SENT → ESTABLISHED, sends ACK (dropped)",
            "client: the program closes, ESTABLISHED → FIN-WAIT-1, sends FIN",
            "server: the ACK of its SYN arrives and FIN arrives, SYN-RECEIVED → CLOSE-WAIT, "
            "its ACK is not in the trace",
        ),
    ),
}
every_talk = pytest.mark.parametrize(("talk", "expected"), TALKS.values(), ids=TALKS)


@every_talk
def test_steps_in_words(talk, expected):
    assert tuple(map(str, transitions_of(talk.trace()))) == expected


@every_talk
def test_steps_are_the_changes_that_ladders_draw(talk, expected):
    trace = talk.trace()
    changes = [(each.host, each.before, each.state) for each in states(trace)]
    steps = [(s.host, s.before, s.after) for s in transitions_of(trace) if s.before != s.after]
    assert steps == changes
    drawn = [tuple(row.split("│")) for row in ladder(trace, calls=False).text.splitlines() if "│" in row]
    for host, _, state in changes:
        assert any(state in row[0 if host == "client" else -1] for row in drawn)


@every_talk
def test_each_step_takes_an_arrow_from_where_its_end_stands(talk, expected):
    told = journey(talk.trace())
    now = [end.start for end in told.ends]
    for count, step in enumerate(told.steps, 1):
        assert step.before == now[step.end]
        path = [step.before]
        for key in step.ways:
            assert BY_KEY[key].before == path[-1]
            path.append(BY_KEY[key].after)
        if step.ways:
            assert path[-1] == step.after
        now[step.end] = step.after
        assert told.at(count) == tuple(now)
        assert [box.removesuffix(" after") for box in view_of(told, count).lit] == now


# -- the RFC's machine


RFC_EVENTS = {
    "rcv SYN": "rcv SYN",
    "rcv SYN,ACK": "rcv SYN,ACK",
    "rcv ACK of SYN": "rcv ACK of SYN",
    "rcv FIN": "rcv FIN",
    "rcv ACK of FIN": "rcv ACK of FIN",
    "rcv FIN, ACK of FIN": "rcv FIN,ACK of FIN",
    "rcv RST (note 1)": "rcv RST",
    "passive OPEN": "passive OPEN",
    "active OPEN": "active OPEN",
    "SEND": "SEND",
    "CLOSE": "CLOSE",
    "Timeout=2MSL": "timeout",
}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.key)
def test_the_arrows_are_those_of_tcpstate(way):
    assert next_state(way.before, RFC_EVENTS[way.event]) == way.after


def test_every_state_has_a_meaning_a_place_and_a_way_in_and_out():
    assert tuple(STATES) == NAMES
    assert {box.removesuffix(" after") for box in CENTRES} == set(NAMES)
    assert {way.before for way in WAYS} == {way.after for way in WAYS} == set(NAMES)
    assert len(BY_KEY) == len(WAYS) == 21  # the figure's 20, and note 2's


def test_the_bare_machine_as_text():
    text = state_machine().text
    assert text == listing()
    assert "LAST-ACK: Both have sent a FIN; it waits for the last acknowledgement, of its own." in text
    assert "  rcv SYN,ACK / snd ACK  → ESTABLISHED" in text


# -- what calls tell, and what nothing tells


def with_calls(*calls) -> Trace:
    talk = Calls("client", "server")
    talk.tcp(10, 1, 2, "S")
    talk.tcp(20, 2, 1, "S.", 0, 1)
    talk.tcp(30, 1, 2, ".", 1, 1)
    for made in calls:
        talk.call(*made[:5], **made[5])
    return talk.trace()


def test_listen_is_a_step_when_the_trace_holds_it():
    at = {"local": ("10.0.0.2", 8080)}
    steps = transitions_of(with_calls((2, "listen", "", 1, 1, at)))
    assert str(steps[0]) == "server: listen(), CLOSED → LISTEN"
    elsewhere = transitions_of(with_calls((2, "listen", "", 1, 1, {"local": ("10.0.0.2", 81)})))
    assert elsewhere[0].host == "client"


@pytest.mark.parametrize(
    ("error", "after", "then", "said"),
    [
        ("TimeoutError", "CLOSED", (), "client: no answer: connect() raises TimeoutError, SYN-SENT → CLOSED"),
        ("TimeoutError", "SYN-SENT", ("close",), "client: close(), SYN-SENT → CLOSED"),
        ("TimeoutError", "SYN-SENT", (), "client: connect(), CLOSED → SYN-SENT, sends SYN (dropped)"),
    ],
)
def test_how_an_attempt_without_an_answer_ends(error, after, then, said):
    local = ("10.0.0.1", 40000)
    calls = [
        call("client", "connect", "10.0.0.2:8080", 0, 500 * MS, "", error, "CLOSED", after, local, None, 1)
    ]
    calls += [call("client", name, "", 600 * MS, 600 * MS, local=local, socket_id=1) for name in then]
    steps = transitions_of(Talk().c("S", at=0, lost=True).trace(calls=calls))
    assert str(steps[-1]) == said
    if after == "CLOSED":
        assert (steps[-1].ways, steps[-1].label) == ((), "gives up")


def test_what_the_trace_cannot_tell_is_said():
    told = journey(closing().trace())
    assert any("in LISTEN before the trace begins" in remark for remark in told.remarks)
    assert any("client is left in TIME-WAIT: a timer ends it" in remark for remark in told.remarks)
    alone = journey(Talk().c("S", at=0, lost=True).trace())
    assert alone.ends[1].start == ""
    assert "Nothing in the trace tells the state of server." in alone.remarks
    middle = journey(Talk().c("P.", 50, 70, b"x", at=0).s("F.", 70, 51, at=20).trace())
    assert [end.start for end in middle.ends] == ["ESTABLISHED", "ESTABLISHED"]
    assert any("began in mid-connection" in remark for remark in middle.remarks)


def test_of_a_record_that_was_full_the_remark_is_kept():
    assert any("the record was full" in remark for remark in journey(closing().trace(full=True)).remarks)


def test_several_connections_are_told_apart():
    frames = Talk().open().frames
    second = Talk(client=("10.0.0.1", 40001), frames=frames)
    second.c("S", at=500).s("R.", 0, 1, at=510)
    told = journeys(second.trace())
    assert [each.number for each in told] == [1, 2]
    assert [len(each.steps) for each in told] == [4, 3]
    panel = state_machine(second.trace(), flow=2)
    assert panel.text.startswith("client 10.0.0.1:40001 ↔ server 10.0.0.2:8080\n  1. client: the program")


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ((Trace(),), ValueError, "no TCP segment"),
        (("trace",), TypeError, "got str"),
        ((None, 1), TypeError, "write state_machine(trace, flow=1)"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments, error, said):
    with pytest.raises(error, match=re.escape(said)):
        state_machine(*arguments)


# -- the drawing


def arrows():
    """Each arrow's key, corners and lines of words; of those that the figure leaves out, each with its labels."""
    for way in WAYS:
        route = ROUTES[way.key]
        yield way.key, route.points, words_of(route, way.event, way.action, way.key)
    for state, route in EXITS.items():
        for label in LEFT_OUT:
            event, _, action = label.partition(" / ")
            yield f"{state}>exit", route.points, words_of(route, event, action)


def test_no_words_lie_on_words_states_or_other_arrows():
    boxes = {name: Box(x, y, BOX_WIDE / 2, BOX_HIGH / 2) for name, (x, y) in CENTRES.items()}
    drawn = list(arrows())
    for key, _, words in drawn:
        for place in words:
            box = box_of(place)
            for name, state in boxes.items():
                assert not box.overlaps(state), (key, place.text, name)
            for other, points, _ in drawn:
                for (x1, y1), (x2, y2) in pairwise(points):
                    assert not box.crossed(x1, y1, x2, y2), (key, place.text, other)
            assert all(0 <= x <= WIDE and 0 <= y <= HIGH for x, y in box.corners), (key, place.text)
    for (one, _, words), (other, _, more) in combinations(drawn, 2):
        if "exit" in one and "exit" in other:  # of these a trace shows one
            continue
        for place in words:
            for there in more:
                assert not box_of(place).overlaps(box_of(there)), (one, place.text, other, there.text)


def test_arrows_begin_and_end_on_the_edges_of_their_states():
    def on_edge(point, box):
        x, y = CENTRES[box]
        dx, dy = abs(point[0] - x), abs(point[1] - y)
        return (dx == BOX_WIDE / 2 and dy <= BOX_HIGH / 2) or (dy == BOX_HIGH / 2 and dx <= BOX_WIDE / 2)

    for way in WAYS:
        points = ROUTES[way.key].points
        assert on_edge(points[0], way.before), way.key
        assert any(on_edge(points[-1], box) for box in (way.after, f"{way.after} after") if box in CENTRES)
        for (x1, y1), (x2, y2) in pairwise(points):
            assert x1 == x2 or y1 == y2
    for state, route in EXITS.items():
        assert on_edge(route.points[0], state)
        assert on_edge(route.points[-1], "CLOSED after")


def test_the_still_picture_shows_the_whole_way():
    told = journey(closing().trace())
    svg = state_machine(closing().trace()).svg
    taken = set(re.findall(r'class="way on\d"[^>]*data-way="([^"]+)"', svg))
    assert {key.replace("&gt;", ">") for key in taken} == {way for step in told.steps for way in step.ways}
    assert re.findall(r'class="state lit\d lit" data-box="([^"]+)"', svg) == ["TIME-WAIT", "CLOSED after"]
    apart = set(re.findall(r'class="state apart" data-box="([^"]+)"', svg))
    assert apart == set(CENTRES) - set(reached_by(told)) == {"CLOSING"}


def test_a_forged_segment_speaks_for_the_host_whose_address_it_bears():
    told = journey(Talk().open().s("R", 1, at=40, source="attacker").trace())
    assert [end.host for end in told.ends] == ["client", "server"]
    assert str(told.steps[-1]) == "client: RST arrives, ESTABLISHED → CLOSED"


def test_the_picture_is_saved_as_svg(tmp_path):
    path = state_machine(closing().trace()).save(tmp_path / "machine.svg")
    assert ElementTree.parse(path).getroot().get("viewBox") == f"0 0 {WIDE} {HIGH - 36}"
    with pytest.raises(ValueError, match=r"write save\('machine.svg'\)"):
        state_machine().save("machine.png")


def test_both_ends_on_one_way_and_in_one_state():
    trace = TALKS["simultaneous close"][0].trace()
    view = view_of(journey(trace), 8)
    assert view.on["ESTABLISHED>FIN-WAIT-1"] == (0, 1)
    assert view.lit == ("CLOSING", "CLOSING")
    assert 'class="state lit0 lit1 both lit" data-box="CLOSING"' in svg_of_machine((), (), view)


def test_what_the_widget_gets():
    trace = TALKS["reset"][0].trace()
    told = journeys(trace)
    (message,) = message_of(told, tuple(trace.hosts))
    assert exits_of(told) == (("ESTABLISHED", "ABORT / snd RST"), ("ESTABLISHED", "rcv RST"))
    assert message["steps"][-1] == {
        "end": 0,
        "said": "client: RST arrives, ESTABLISHED → CLOSED",
        "ways": ("ESTABLISHED>exit:rcv RST",),
        "box": "CLOSED after",
    }
    assert [mark["colour"] for mark in message["marks"]] == [0, 1]


def test_the_book_has_a_page_for_each_box_and_says_where_its_ways_lead():
    pages = book()
    assert list(pages) == list(CENTRES) and next(iter(pages)) == "CLOSED"
    assert [box for box, page in pages.items() if page["name"] != box] == ["CLOSED after"]
    assert pages["CLOSED after"] == pages["CLOSED"]
    ways = {way["key"]: way for page in pages.values() for way in page["out"]}
    assert set(ways) == set(BY_KEY)
    assert {key: way["box"] for key, way in ways.items() if way["after"] == "CLOSED"} == {
        "LISTEN>CLOSED": "CLOSED",
        "SYN-SENT>CLOSED": "CLOSED",
        "LAST-ACK>CLOSED": "CLOSED after",
        "TIME-WAIT>CLOSED": "CLOSED after",
    }
    assert all(way["box"] == way["after"] for way in ways.values() if way["after"] != "CLOSED")


def test_a_segment_arrives_where_the_figure_says_rcv():
    assert {way.event for way in WAYS if way.arrives} == {way.event for way in WAYS if "rcv" in way.event}
