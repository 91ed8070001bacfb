"""The ladder player follows a capture that is still running, and lets go of it."""

from __future__ import annotations

import gc
import json
import threading
import weakref

import pytest

from labkit import Network
from labkit.panels import ladder_player
from labkit.panels.player.data import MOST

WITHIN = 60  # seconds, on a machine that has other things to do


def shown(widget) -> int:
    return len(json.loads(widget.data)["views"][0]["frames"])


def counted(widget) -> int:
    """How many frames are drawn, each of a folded run counted."""
    return sum(frame["count"] for frame in json.loads(widget.data)["views"][0]["frames"])


def wait_until(widget, name: str, holds) -> None:
    """Wait until a trait of the widget is as it should be; it is looked at whenever it changes."""
    changed = threading.Condition()

    def tell(_) -> None:
        with changed:
            changed.notify_all()

    widget.observe(tell, name)
    try:
        with changed:
            assert changed.wait_for(lambda: holds(getattr(widget, name)), WITHIN), (
                f"{name} never came to be so"
            )
    finally:
        widget.unobserve(tell, name)


def say(host, count: int = 1) -> None:
    with host.socket(type=2) as sock:
        for _ in range(count):
            sock.sendto(b"tick", ("10.0.0.2", 5000))


@pytest.fixture
def net():
    with Network("client", "server", delay_ms=1) as net:
        yield net


def test_new_frames_appear_and_the_end_of_the_capture_is_seen(net):
    trace = net.capture()
    panel = ladder_player(trace)
    assert panel.text == "(ladder player: follows a capture of client, server, which is still running)"
    widget = panel.widget
    assert (shown(widget), widget.running) == (0, True)
    say(net.client)
    wait_until(widget, "data", lambda _: shown(widget) >= 1)
    trace.stop()
    wait_until(widget, "running", lambda running: not running)
    assert shown(widget) == len(trace.frames)
    assert widget.error == ""
    assert "UDP" in panel.text


def test_a_call_that_moves_no_frame_is_seen(net):
    trace = net.capture()
    widget = ladder_player(trace).widget
    with net.server.socket() as listener:
        listener.bind(("10.0.0.2", 80))
        listener.listen()
        wait_until(widget, "data", lambda data: "listen()" in data)
    trace.stop()


def test_it_ends_with_the_network():
    net = Network("client", "server")
    widget = ladder_player(net.capture()).widget
    thread = widget.follower.thread
    say(net.client)
    net.close()
    thread.join(WITHIN)
    assert not thread.is_alive()
    assert (widget.running, widget.error) == (False, "")


def test_it_holds_no_network_that_nobody_else_holds():
    net = Network("client", "server")
    panel = ladder_player(net.capture())
    thread, core = panel.widget.follower.thread, weakref.ref(net._core)
    del net, panel
    gc.collect()
    thread.join(WITHIN)
    assert not thread.is_alive()
    gc.collect()
    assert core() is None


def test_it_ends_when_its_cell_runs_again(net):
    trace = net.capture()
    widget = ladder_player(trace).widget
    widget.follower.close()
    widget.follower.thread.join(WITHIN)
    assert not widget.follower.thread.is_alive()
    assert trace.running
    assert not widget.running


def test_the_end_is_seen_though_a_picture_took_so_long_that_others_are_left_their_time(net, monkeypatch):
    monkeypatch.setattr("labkit.panels.player.widget.SHARE", 10**9)
    trace = net.capture()
    widget = ladder_player(trace).widget
    trace.stop()
    wait_until(widget, "running", lambda running: not running)


def test_of_a_long_capture_the_beginning_is_shown(net):
    trace = net.capture()
    widget = ladder_player(trace).widget
    net.client.link.loss = 0.5  # what is lost is not folded
    say(net.client, MOST + 100)
    trace.stop()
    wait_until(widget, "running", lambda running: not running)
    assert shown(widget) == MOST
    assert f"frames 1 to {MOST} of {len(trace.frames)} are shown" in widget.data


def test_a_frame_that_is_chosen_is_answered_during_and_after_the_capture(net):
    trace = net.capture()
    widget = ladder_player(trace).widget
    net.client.link.loss = 0.5
    say(net.client, MOST + 100)

    def chosen() -> tuple[str, list[int]]:
        drawn = [frame["number"] for frame in json.loads(widget.data)["views"][0]["frames"]]
        return widget.detail and json.loads(widget.detail)["number"], drawn

    wait_until(widget, "packets", lambda packets: json.loads(packets)["rows"] >= MOST + 100)
    last = MOST + 100
    widget.around = last  # as the page does when its row is chosen
    number, drawn = chosen()
    assert number == last and drawn[-1] >= last and len(drawn) == MOST
    trace.stop()
    wait_until(widget, "running", lambda running: not running)
    assert chosen()[1][-1] >= last, "what is new does not move the ladder away"
    widget.around = 2
    assert chosen() == (2, list(range(1, MOST + 1)))
    widget.follower.thread.join(WITHIN)
    del trace
    gc.collect()
    widget.around = last
    assert chosen()[0] == last, "the picture keeps what it shows, once it is a value"


def test_a_frame_in_a_folded_run_has_its_fields_too(net):
    trace = net.capture()
    widget = ladder_player(trace, fold=True).widget
    with net.server.socket(type=2) as hears:
        hears.bind(("10.0.0.2", 5000))  # else what it says to them stands between them
        say(net.client, 20)
        # what is still on its way is not folded, and a picture may be made when all of them are
        wait_until(widget, "data", lambda _: counted(widget) == 20 and shown(widget) < 20)
        widget.around = 11
        assert json.loads(widget.detail)["number"] == 11
        trace.stop()


def test_what_it_was_asked_for_may_be_hosts_or_an_iterator(net):
    for hosts in ([net.client], iter(["client"])):
        trace = net.capture()
        panel = ladder_player(trace, hosts)
        assert panel.text == "(ladder player: follows a capture of client, which is still running)"
        trace.stop()
        assert panel.text.startswith(" client\n")


def test_what_goes_wrong_is_said_in_the_panel(net, monkeypatch):
    trace = net.capture()
    widget = ladder_player(trace).widget
    monkeypatch.setattr("labkit.panels.player.widget.payload", lambda *_, **__: 1 / 0)
    say(net.client)
    wait_until(widget, "running", lambda running: not running)
    assert widget.error == (
        "The player cannot follow the capture any more: ZeroDivisionError: division by zero"
    )
