"""Interrupts at any instant of any operation: either it did not happen or its result can be reached; nothing leaks."""

from __future__ import annotations

import gc
import os
import random
import signal
import sys
import threading
import time

import pytest

from labkit import Network
from labkit.background.beside import running

# An interrupted caller cannot close the socket that it has: the collector does, and says so.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)

INSTANTS = 200  # for each operation, seeded
WHOLE_NETWORKS = 40  # each takes the machine some 50 ms


def serve(conn):
    while conn.recv(100):
        pass


def socket(net):
    with net.client.socket() as sock:
        sock.connect(("server", 7))
        sock.send(b"x")


def accept(net):
    with net.server.socket() as listener, net.client.socket() as caller:
        listener.bind(("server", 0))
        listener.listen()
        caller.connect(listener.getsockname())
        conn, _ = listener.accept()
        conn.close()


def capture(net):
    with net.capture() as trace:
        pass
    return trace


def watched(net):
    with net.capture() as trace:
        trace.wait_until_quiet()


def start(net):
    net.client.start(serve, port=80).stop()


def start_async(net):
    async def handler(reader, writer):
        writer.close()

    net.client.start(handler, port=81).stop()


def spawn(net):
    net.client.spawn([sys.executable, "-S", "-c", "input()"]).stop()


def run(net):
    net.client.run(["true"])


def background(net):
    net.client.background(time.sleep, 0).result()


def link(net):
    net.client.link.delay_ms = 1
    net.client.link.delay_ms = 0


def tables(net):
    net.client.sockets()


def held(net):
    """What is there now of all that can be forgotten: by us, by the helper, on the hosts."""
    helper = net._core.client.pid
    with open(f"/proc/{helper}/task/{helper}/children") as children:
        programs = len(children.read().split())
    return {
        "descriptors": len(os.listdir("/proc/self/fd")),
        "descriptors of the helper": len(os.listdir(f"/proc/{helper}/fd")),
        "threads": threading.active_count(),
        "programs": programs,
        "sockets": sum(row.state != "TIME-WAIT" for host in net.hosts for row in host.sockets()),
        "beside": len(running(net.hosts)),
    }


def settled(net, before):
    """What is held once it is no more than before, or 20 s have passed: programs take a moment to end."""
    deadline = time.monotonic() + 20
    while True:
        gc.collect()
        now = held(net)
        if all(now[what] <= before[what] for what in before) or time.monotonic() > deadline:
            return now
        time.sleep(0.01)


@pytest.fixture
def interrupt():
    """interrupt(operation): run it, and interrupt it at a random instant, within what it took when it last came to its
    end, and a little more: a machine is busy at one time and not at another."""

    def on(number, frame):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, on)
    chance = random.Random(20)

    within = 0.0

    def interrupted(operation):
        nonlocal within
        begin = time.monotonic()
        try:
            if within:  # else it is measured first
                signal.setitimer(signal.ITIMER_REAL, chance.uniform(1e-5, within))
            operation()
            signal.setitimer(signal.ITIMER_REAL, 0)
        except KeyboardInterrupt:
            return True
        within = 1.2 * (time.monotonic() - begin)
        return False

    yield interrupted
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(
    "operation",
    [socket, accept, capture, watched, start, start_async, spawn, run, background, link, tables],
    ids=lambda operation: operation.__name__,
)
def test_nothing_leaks_and_the_next_call_works(net, interrupt, operation):
    service = net.server.start(serve, port=7)
    operation(net)
    before = settled(net, held(net))
    times = 0
    for _ in range(INSTANTS):
        times += interrupt(lambda: operation(net))
        for thing in reversed(running(net.hosts)):
            if thing is not service:
                thing.stop()
    assert times > INSTANTS / 40  # else it was no test
    operation(net)
    now = settled(net, before)
    assert all(now[what] <= before[what] for what in before), (before, now)
    with net.capture() as trace:
        pass
    assert trace._start == 64 and not trace.full  # no capture goes on: the record begins anew


def test_no_network_is_left_half_made_or_half_closed(interrupt):
    made = []

    def whole():
        net = Network("client", "server")
        made.append(net)
        net.server.start(serve, port=7)
        net.client.spawn(["sleep", "100"])
        net.close()

    whole()
    with Network("here", "there") as other:
        before = settled(other, held(other))
        times = 0
        for _ in range(WHOLE_NETWORKS):
            times += interrupt(whole)
            while made:  # what an interrupt has left open can be closed
                made.pop().close()
        now = settled(other, before)
    assert times > WHOLE_NETWORKS / 40
    assert all(now[what] <= before[what] for what in before), (before, now)
