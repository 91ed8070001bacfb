"""The Nagle explorer's runs: what the kernel does is what the lesson says, and no network is left behind."""

from __future__ import annotations

import threading
import time
from itertools import pairwise

import pytest
from waiting import repeats_nothing_by_time

from labkit.modes import mode
from labkit.modes.needs import NeedsHosts
from labkit.panels import nagle_explorer
from labkit.panels.nagle import run as running
from labkit.panels.nagle.plan import WARM_UP, Plan
from labkit.panels.nagle.run import Lab

AT_ONCE_NS = 15_000_000  # less than a round trip: no ACK has come between


@pytest.fixture(autouse=True)
def unrepeated(monkeypatch):
    """Nagle's algorithm waits for an ACK, and on a busy machine a repeated segment could come before it."""
    make = running.Network

    def made(*hosts, **options):
        net = make(*hosts, **options)
        repeats_nothing_by_time(*net.hosts)
        return net

    monkeypatch.setattr(running, "Network", made)


def in_time(explorer):
    """A run whose client wrote its messages at once, as a lesson's does unless it loses the processor in the middle."""
    for _ in range(50):
        run = explorer.run()
        writes = [call for call in run.trace.calls if call.host == "client" and call.name == "sendall"]
        if run.plan.pattern == "request, answer" or writes[-1].end_ns - writes[0].begin_ns < AT_ONCE_NS:
            return run
    raise AssertionError("this machine never lets a program write twice in 15 ms")


def waited(run):
    """Did the last bytes lie in the client until an ACK of those before had come?"""
    (*_, last) = run.trace.select(source="client", data=True)
    (*_, write) = [call for call in run.trace.calls if call.host == "client" and call.name == "sendall"]
    acks = [each for each in run.trace.select(source="server") if each.arrived_ns and each.ack >= last.seq]
    return any(write.begin_ns < ack.arrived_ns <= last.departed_ns for ack in acks)


@pytest.mark.parametrize(
    ("parameters", "segments", "waits"),
    [
        ({}, (4, 100), True),
        (dict(nodelay=True), (4, 100), False),
        (dict(cork=True), (104,), False),
        (dict(pattern="one write", size=100), (100,), False),
        (dict(pattern="one write", size=1000, writes=3), (1448, 1448, 104), False),
        (dict(pattern="many small", size=10, writes=8), (10, 70), True),
        (dict(pattern="many small", size=10, writes=3, nodelay=True), (10, 10, 10), False),
        (dict(pattern="request, answer", size=10, writes=3), (10, 10, 10), False),
    ],
    ids=str,
)
def test_what_a_run_shows(parameters, segments, waits):
    run = in_time(nagle_explorer(**parameters))
    assert run.figures.segments == segments
    # The second small segment waits for an ACK that is late on purpose: a round trip of 20 ms, and 40 ms.
    assert waited(run) == waits and run.figures.waited_ms >= 40 * waits, run.figures
    assert run.figures.answer_ms >= 20 * len(run.plan.messages) + 55 * waits
    assert run.text.endswith(f"{', '.join(map(str, segments))} bytes.")
    assert run.figures.wire_bytes == run.trace.bytes(wire=True)
    assert "sendall" in run.ladder.text and "<svg" in run.ladder.svg


def test_quick_acks_take_the_forty_milliseconds_away():
    late = in_time(nagle_explorer())
    # A busy machine makes a run longer, never shorter: the shortest of five says what quick ACKs take away.
    explorer = nagle_explorer(quickack=True)
    quick = min((in_time(explorer) for _ in range(5)), key=lambda run: run.figures.answer_ms)
    assert late.figures.answer_ms >= 80 and 40 <= quick.figures.answer_ms < late.figures.answer_ms
    assert late.figures.waited_ms > quick.figures.waited_ms > 0 and quick.figures.acks == 2


def test_two_runs_stand_side_by_side():
    explorer = nagle_explorer()
    in_time(explorer)
    explorer.set(nodelay=True)
    in_time(explorer)
    shown = explorer.shown()
    assert shown["changes"] == ["TCP_NODELAY: off → on"]
    assert [row["change"] != "" for row in shown["rows"]][-1]  # the last byte waited, and waits no more
    assert len(shown["runs"]) == 2 and all("</svg>" in each["sequence"] for each in shown["runs"])
    explorer.run()
    assert len(explorer.runs) == 2 and explorer.shown()["changes"] == []


def test_gaps_are_kept():
    run = nagle_explorer(pattern="many small", size=5, writes=3, gap_ms=30, nodelay=True).run()
    begun = [call.begin_ns for call in run.trace.calls if call.host == "client" and call.name == "sendall"]
    assert all(after - before >= 29_000_000 for before, after in pairwise(begun))


def test_a_connection_whose_server_was_late_by_itself_is_given_up(monkeypatch):
    answer, connections = running._answer, []

    def late(listener, *about):
        connections.append(about)
        if len(connections) > 1:
            return answer(listener, *about)
        conn, _ = listener.accept()
        with conn:
            for number in range(WARM_UP):
                conn.recv(1)
                time.sleep(0.07 * (number == WARM_UP - 1))
                conn.sendall(b"ok")
            return conn.recv(1)

    monkeypatch.setattr(running, "_answer", late)
    run = in_time(nagle_explorer())
    assert len(connections) > 1
    assert waited(run) and run.figures.waited_ms >= 40


def test_a_run_can_be_closed_in_the_middle():
    lab = Lab(Plan(pattern="many small", writes=2, gap_ms=60_000))
    closing = threading.Timer(0.1, lab.close)
    closing.start()
    with pytest.raises((RuntimeError, OSError, EOFError)):
        lab.run()
    closing.join()  # it may still be ending what runs there


def test_a_closed_explorer_runs_no_more():
    explorer = nagle_explorer()
    explorer.close()
    with pytest.raises(RuntimeError, match="closed"):
        explorer.run()


def test_without_hosts_it_says_what_it_needs(monkeypatch):
    monkeypatch.setattr(mode, "current", lambda: mode.Mode("loopback", "LABKIT_MODE=loopback", True))
    explorer = nagle_explorer()
    assert "Nagle's algorithm on" in explorer.text
    with pytest.raises(NeedsHosts, match=r"two hosts of its own.*mode loopback.*doctor"):
        explorer.run()


def test_the_page_runs_it_in_a_thread():
    explorer = nagle_explorer(round_trip_ms=0)
    run, pressed = explorer.run, threading.Event()
    explorer.run = lambda: (pressed.wait(60), run())
    widget, ended, states = explorer.widget, threading.Event(), []

    def note(change):
        states.append(change["new"])
        if not change["new"]:
            ended.set()

    widget.observe(note, "running")
    widget._message(None, {"kind": "set", "name": "size", "value": 5000}, [])
    assert "from 1 to 2000" in widget.refused and widget.plan["size"] == 100
    widget._message(None, {"kind": "set", "name": "size", "value": 50}, [])
    assert widget.refused == "" and "4, 50 bytes" in widget.text
    widget._message(None, {"kind": "run"}, [])
    widget._message(None, {"kind": "run"}, [])  # pressed twice: one run
    pressed.set()
    assert ended.wait(60) and states == [True, False]
    assert widget.refused == "" and len(widget.shown["runs"]) == 1
    explorer.close()


def test_what_goes_wrong_is_shown(monkeypatch):
    explorer = nagle_explorer()
    widget, ended = explorer.widget, threading.Event()
    widget.observe(lambda change: change["new"] or ended.set(), "running")
    monkeypatch.setattr(mode, "current", lambda: mode.Mode("recorded", "LABKIT_MODE=recorded", True))
    widget._message(None, {"kind": "run"}, [])
    assert ended.wait(60) and widget.refused.startswith("NeedsHosts: Run makes two hosts of its own")
    explorer.close()
