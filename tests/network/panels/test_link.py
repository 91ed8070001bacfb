"""The link panel on a real network: what it sets acts, what crosses is seen, and nothing goes on when it is over."""

from __future__ import annotations

import os
import signal
import socket
import threading

import pytest
from waiting import repeats_nothing_by_time, wait_for

from labkit import Network
from labkit.panels import link_panel
from labkit.panels.link.widget import LinkWidget


@pytest.fixture
def panel(network):
    made = link_panel(network(delay_ms=10))
    yield made
    made.close()


def looking() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "labkit-link-panel"]


@pytest.fixture(autouse=True)
def alone():
    """The thread of a panel that was closed ends soon, which may be in the next test."""
    wait_for(lambda: not looking(), 60)


def test_it_says_the_conditions(panel):
    assert panel.text.splitlines() == [
        "Link panel: what each cable does to the frames that its host sends",
        "  client  delay 10 ms, no rate limit, loss 0 %, cable joined",
        "  server  delay 10 ms, no rate limit, loss 0 %, cable joined",
    ]
    panel.net.client.link.rate_mbit = 5
    panel.cut("server", True)
    assert "rate 5 Mbit/s" in panel.text and "cable cut" in panel.text
    assert "cable cut" in panel._html()


def test_what_it_sets_acts_on_one_link_or_all(panel):
    net = panel.net
    panel.set("client", "loss", 5)
    panel.set(None, "delay_ms", 30)
    assert (net.client.link.loss, net.server.link.loss, net.link.delay_ms) == (0.05, 0, 30)
    panel.cut(None, True)
    assert net.client.link.is_cut and net.server.link.is_cut
    panel.cut("client", False)
    assert not net.client.link.is_cut and net.server.link.is_cut


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("delay_ms", -1, ValueError),
        ("loss", 150, ValueError),
        ("queue_packets", 2.5, TypeError),
        ("rate_mbit", 0, ValueError),
        ("delay_ms", None, TypeError),
    ],
)
def test_what_the_network_refuses_stays_as_it_was(panel, name, value, error):
    before = panel.conditions
    with pytest.raises(error):
        panel.set("client", name, value)
    assert panel.conditions == before


def test_it_sends_nothing_by_itself(panel):
    assert isinstance(panel.widget, LinkWidget)
    panel.widget._message(None, {"kind": "hello", "view": "v", "on": True, "n": 0}, [])
    panel.look()
    _, rows = panel.core.cables.counters()
    assert [row[0] for row in rows] == [0, 0]


def test_something_is_sent_and_seen(panel):
    panel.set("client", "rate_mbit", 20)
    panel.set("client", "queue_packets", 10)
    panel.look()
    transfer = panel.send_something(3)
    assert panel.send_something(3) is transfer  # one at a time
    transfer.wait(60)
    sample = panel.look()
    client, server = sample["hosts"]
    assert transfer.words().startswith("Sent: ")
    assert 1 < client["delivered"] < 20.5 and client["lost"]["queue full"] > 0
    assert 0 < server["sent"] < client["sent"]


def test_a_cut_cable_carries_nothing(panel):
    panel.cut("server", True)
    transfer = panel.send_something(1)
    transfer.wait(60)
    assert "is a cable cut?" in transfer.words()
    panel.look()


def test_a_transfer_can_be_stopped(panel):
    panel.set(None, "rate_mbit", 0.1)
    transfer = panel.send_something(60)
    transfer.stop()
    transfer.wait(30)
    assert transfer.done


def test_how_long_it_sends_is_bounded(panel):
    for wrong in (0, 61, "long", True):
        with pytest.raises(ValueError, match="1 to 60 seconds"):
            panel.send_something(wrong)


class Page:
    """What the page would be told: the messages that a widget sends."""

    def __init__(self, widget, monkeypatch):
        self.said: list[dict] = []
        self.changed = threading.Condition()
        monkeypatch.setattr(widget, "send", self.hear)

    def hear(self, content, buffers=None):
        with self.changed:
            self.said.append(content)
            self.changed.notify_all()

    def wait_for(self, what, timeout=60):
        with self.changed:
            assert self.changed.wait_for(lambda: any(map(what, self.said)), timeout), self.said[-3:]


def test_the_page_gets_answers_samples_and_refusals(panel, monkeypatch):
    widget = panel.widget
    page = Page(widget, monkeypatch)
    widget._message(None, {"kind": "hello", "view": "v", "on": True, "n": 1}, [])
    page.wait_for(lambda said: said["kind"] == "history")
    widget._message(None, {"kind": "set", "host": "client", "name": "rate_mbit", "value": 10, "n": 2}, [])
    assert page.said[-1] == {"kind": "done", "n": 2, "refused": ""}
    assert widget.conditions[0]["rate_mbit"] == 10
    widget._message(None, {"kind": "set", "host": None, "name": "delay_ms", "value": -5, "n": 3}, [])
    assert page.said[-1]["n"] == 3 and "from 0 to 60000 (got -5)" in page.said[-1]["refused"]
    widget._message(None, {"kind": "cut", "host": "server", "value": True, "n": 4}, [])
    assert widget.conditions[1]["cut"] is True
    widget._message(None, {"kind": "cut", "host": "server", "value": False, "n": 5}, [])
    widget._message(None, {"kind": "send", "seconds": 60, "n": 6}, [])
    page.wait_for(lambda said: said["kind"] == "sample" and said["sample"]["hosts"][0]["delivered"] > 1)
    assert widget.sending["on"]
    widget._message(None, {"kind": "stop", "n": 7}, [])
    panel.transfer.wait(30)


def test_changes_made_elsewhere_show(panel):
    widget, seen = panel.widget, threading.Event()
    widget.observe(lambda change: change["new"][0]["delay_ms"] == 50 and seen.set(), "conditions")
    panel.net.link.delay_ms = 50
    assert seen.wait(60)


def test_its_thread_ends_with_the_network(network):
    net = network()
    panel = link_panel(net)
    ended = threading.Event()
    panel.widget.observe(lambda change: ended.set(), "ended")
    (thread,) = looking()
    net.close()
    assert ended.wait(60) and "network is closed" in panel.widget.ended
    thread.join(60)
    assert not thread.is_alive()
    panel.widget._message(None, {"kind": "set", "host": None, "name": "delay_ms", "value": 5, "n": 1}, [])
    panel.close()


def test_a_network_that_is_closed_while_it_looks_is_closed_and_no_fault(network):
    net = network()
    panel = link_panel(net)
    ended = threading.Event()
    panel.widget.observe(lambda change: ended.set(), "ended")
    wire = net._core.client
    os.kill(wire.pid, signal.SIGSTOP)
    try:
        wait_for(wire.line.lock.locked)  # its question gets no answer
        net._core.close()
    finally:
        os.kill(wire.pid, signal.SIGCONT)
    assert ended.wait(60) and "network is closed" in panel.widget.ended
    panel.close()


def test_its_thread_ends_when_the_panel_is_closed(panel):
    panel.widget._message(None, {"kind": "hello", "view": "v", "on": True, "n": 0}, [])
    (thread,) = looking()
    panel.close()
    thread.join(60)
    assert not thread.is_alive()
    assert not panel.net.closed


def test_what_is_no_network_is_refused():
    with pytest.raises(TypeError, match="link_panel shows a Network"):
        link_panel("net")
    net = Network("a", "b")
    net.close()
    with pytest.raises(RuntimeError, match="closed"):
        link_panel(net)


def test_it_acts_while_traffic_flows(panel):
    """No restart, no new connection: the one that is under way feels it."""
    net = panel.net
    repeats_nothing_by_time(net.client)
    with net.server.socket() as listener, net.client.socket() as caller, net.capture(snap=54) as trace:
        listener.bind(("server", 80))
        listener.listen()
        caller.connect(("server", 80))
        conn, _ = listener.accept()
        with conn:
            panel.set("client", "delay_ms", 60)
            caller.sendall(b"late")
            conn.recv(4)
            caller.shutdown(socket.SHUT_WR)
            conn.shutdown(socket.SHUT_WR)
    (data,) = trace.select(source="client", data=True)
    assert data.arrived_ns - data.departed_ns >= 60_000_000
