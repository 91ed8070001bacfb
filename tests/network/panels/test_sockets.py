"""The socket table's panel at work: what it sees, when it looks, and how it ends."""

from __future__ import annotations

import gc
import threading
import time
import weakref

import pytest

from labkit import Network
from labkit.panels import socket_panel
from labkit.panels.sockets import looking as followed
from labkit.panels.sockets.looking import Looking

PATIENCE = 60.0


class Heard:
    """What a panel's thread tells, gathered; `wait` waits until something holds of it."""

    def __init__(self):
        self.news, self.changed = [], threading.Condition()

    def __call__(self, news):
        with self.changed:
            self.news.append(news)
            self.changed.notify_all()

    def wait(self, condition):
        with self.changed:
            assert self.changed.wait_for(condition, PATIENCE), self.news

    def states(self, host):
        """The states that the host's rows went through, look by look."""
        return [
            [row["state"] for row in shown["rows"]]
            for news in self.news
            for shown in news.get("hosts", ())
            if shown["name"] == host
        ]

    def log(self):
        return [line for news in self.news for line in news.get("log", ())]

    def of(self, name):
        return [news[name] for news in self.news if name in news]


@pytest.fixture
def look():
    """Make a panel's thread that looks at a network and tells what it sees."""
    made = []

    def make(net, trace=None):
        heard = Heard()
        tables = {host.name: host.sockets() for host in net.hosts}
        looking = Looking(net.hosts, net, tables, trace, heard)
        looking.thread.start()
        made.append(looking)
        return heard, looking

    yield make
    for looking in made:
        looking.end()
        looking.thread.join(PATIENCE)
        assert not looking.thread.is_alive()


@pytest.fixture
def bound():
    """Make sockets on a host that are bound to port 8080 and closed at the end."""
    made = []

    def make(host, listen=True):
        sock = host.socket()
        made.append(sock)
        sock.bind((host.address, 8080))
        if listen:
            sock.listen()
        return sock

    yield make
    for sock in made:
        sock.close()


@pytest.fixture
def opened(bound):
    """Open a connection between a network's two hosts: listener, caller and connection, closed at the end."""
    made = []

    def make(net):
        client, server = net.hosts
        listener, caller = bound(server), client.socket()
        made.append(caller)
        caller.connect((server.address, 8080))
        made.append(listener.accept()[0])
        return listener, caller, made[-1]

    yield make
    for sock in made:
        sock.close()


def row_of(looking, host, state):
    return next(
        row
        for shown in looking.hosts()
        if shown["name"] == host
        for row in shown["rows"]
        if row["state"] == state
    )


def test_a_socket_comes_changes_and_goes(network, look, opened):
    net = network(delay_ms=20)
    heard, _ = look(net)
    _, caller, conn = opened(net)
    heard.wait(lambda: ["LISTEN", "ESTABLISHED"] in heard.states("server"))
    heard.wait(lambda: ["ESTABLISHED"] in heard.states("client"))  # the tables are not of one moment
    conn.close()
    heard.wait(lambda: ["CLOSE-WAIT"] in heard.states("client"))
    caller.close()
    heard.wait(lambda: heard.states("client")[-1:] == [[]])
    assert any("ESTABLISHED → CLOSE-WAIT" in line for line in heard.log())
    assert heard.states("server")[-1] == ["LISTEN", "TIME-WAIT"]


def test_what_makes_no_news_on_the_wire_is_seen_within_a_second_or_two(network, look, bound):
    net = network()
    heard, _ = look(net)
    sock = bound(net.server, listen=False)
    heard.wait(lambda: ["CLOSED"] in heard.states("server"))
    sock.listen()
    heard.wait(lambda: ["LISTEN"] in heard.states("server"))
    assert heard.log()[-1] == "server: 10.0.0.2:8080, CLOSED → LISTEN"


def test_nothing_is_told_while_nothing_changes(network, look, opened):
    net = network()
    opened(net)
    heard, looking = look(net)
    looked = looking._look
    seen = threading.Semaphore(0)

    def counted():
        looked()
        seen.release()

    looking._look = counted
    for _ in range(3):  # three more looks
        assert seen.acquire(timeout=PATIENCE)
    assert heard.news == []


def test_pause_looks_no_more_until_it_is_over(network, look, bound):
    net = network()
    heard, looking = look(net)
    rest, paused = looking._rest, threading.Semaphore(0)

    def rests():
        if looking._paused:  # it has looked for the last time
            paused.release()
        rest()

    looking._rest = rests
    looking.pause(True)
    assert paused.acquire(timeout=PATIENCE)
    bound(net.server)
    told = len(heard.news)
    for _ in range(2):  # it would have looked again
        assert paused.acquire(timeout=PATIENCE)
    assert len(heard.news) == told
    looking.pause(False)
    heard.wait(lambda: len(heard.news) > told and heard.states("server")[-1:] == [["LISTEN"]])


def test_a_row_opens_the_ladder_of_a_given_trace(network, look, opened):
    net = network(delay_ms=10)
    with net.capture() as trace:
        opened(net)
    heard, looking = look(net, trace)
    looking.open(row_of(looking, "client", "ESTABLISHED"))
    heard.wait(lambda: heard.of("ladder"))
    (shown,) = heard.of("ladder")
    assert shown["title"] == "10.0.0.1:40000 ↔ 10.0.0.2:8080"
    many = len(trace.segments)  # 3, and on a machine that stood still for a second another SYN
    assert many >= 3 and shown["words"] == f"{many} segments of 10.0.0.1:40000 ↔ 10.0.0.2:8080."
    assert "SYN, ACK" in shown["svg"]
    assert shown["note"] == ""
    assert looking._capture is None


def test_a_ladder_grows_with_a_running_trace(network, look, opened):
    net = network(delay_ms=10)
    with net.capture() as trace:
        _, caller, conn = opened(net)
        heard, looking = look(net, trace)
        looking.open(row_of(looking, "server", "ESTABLISHED"))
        heard.wait(lambda: heard.of("ladder"))
        caller.sendall(b"hello")
        heard.wait(lambda: "hello" in heard.of("ladder")[-1]["svg"])
        conn.recv(100)


def test_the_panels_own_capture_begins_when_asked_and_ends_with_it(network, look, opened):
    net = network(delay_ms=10)
    _, caller, _conn = opened(net)
    heard, looking = look(net)
    assert looking._capture is None
    looking.open(row_of(looking, "client", "ESTABLISHED"))
    heard.wait(lambda: heard.of("ladder"))
    assert heard.of("ladder")[0]["words"].startswith("No segment of 10.0.0.1:40000")
    assert "captures since you asked" in heard.of("ladder")[0]["note"]
    caller.sendall(b"x" * 1000)
    heard.wait(
        lambda: "1,000 bytes" in heard.of("ladder")[-1]["svg"] or "1000" in heard.of("ladder")[-1]["svg"]
    )
    capture = looking._capture
    assert capture.running
    assert all(len(frame.data) <= followed.SNAP for frame in capture.frames)
    looking.end()
    looking.thread.join(PATIENCE)
    assert not capture.running


def test_the_panels_own_capture_is_bounded(network, look, monkeypatch, opened):
    monkeypatch.setattr(followed, "MOST", 5)
    net = network()
    _, caller, conn = opened(net)
    heard, looking = look(net)
    looking.open(row_of(looking, "client", "ESTABLISHED"))
    heard.wait(lambda: heard.of("ladder"))
    for _ in range(6):
        caller.sendall(b"x")
        assert conn.recv(10) == b"x"
        conn.sendall(b"y")
        assert caller.recv(10) == b"y"
    heard.wait(lambda: any("has ended: it keeps 5 frames" in each["note"] for each in heard.of("ladder")))
    assert not looking._capture.running


def test_the_thread_ends_with_its_network(network, look):
    net = network()
    heard, looking = look(net)
    net.close()
    looking.thread.join(PATIENCE)
    assert not looking.thread.is_alive()
    assert heard.of("ended") == ["The network is closed: these are the last sockets that were seen."]


def test_a_panel_keeps_no_network_alive(look):
    net = Network("client", "server")
    core = weakref.ref(net.hosts[0].core)
    heard, looking = look(net)
    looking.open({"local": "10.0.0.1:1", "remote": "10.0.0.2:2", "key": "", "state": ""})  # it captures
    heard.wait(lambda: heard.of("ladder"))
    del net
    looking.thread.join(PATIENCE)
    assert not looking.thread.is_alive()
    gc.collect()
    assert core() is None


def test_an_error_of_the_thread_is_told(network, look, monkeypatch):
    net = network()
    heard, looking = look(net)

    def fails(host):
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(type(net.server), "sockets", fails)
    looking.thread.join(PATIENCE)
    assert heard.of("ended") == ["The panel stopped looking: OSError: [Errno 24] Too many open files"]


def test_text_and_still_picture_are_the_tables(network, opened):
    net = network()
    opened(net)
    panel = socket_panel(net)
    assert panel.text == f"{net.client.sockets()}\n\n{net.server.sockets()}"
    assert "10.0.0.2:8080" in panel.text
    assert panel._html().count("<table") == 2
    text = panel.text
    net.close()
    assert panel.text == text


def test_one_host_alone(network):
    net = network()
    assert list(socket_panel(net.server).tables) == ["server"]


def test_a_widget_shows_and_ends(network, bound):
    net = network()
    panel = socket_panel(net)
    assert threading.active_count() < 50
    widget = panel.widget
    bound(net.server)
    deadline = time.monotonic() + PATIENCE
    came = threading.Event()
    widget.observe(lambda change: came.set(), "hosts")  # which is told after the log
    while [row["state"] for row in widget.hosts[1]["rows"]] != ["LISTEN"]:
        assert came.wait(max(0, deadline - time.monotonic()))
        came.clear()
    assert any("LISTEN" in line for _, line in widget.log)
    thread = widget.thread
    panel.close()
    panel.close()
    thread.join(PATIENCE)
    assert not thread.is_alive()
