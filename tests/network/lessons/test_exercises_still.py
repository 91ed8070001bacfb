"""A wire that stands still at the worst moment: each wrong answer is refused with its words, each right one taken."""

from __future__ import annotations

import os
import select
import signal
import threading

import pytest
from exercises import assert_refused, assert_solved, name_of, of

from labkit.learn.kit.tale import Tale
from labkit.sockets.timeline import as_call


class Freezing(threading.Thread):
    """Stops the wire of an exercise's network for so many seconds, when this host makes its n-th such call."""

    def __init__(self, host: str, name: str, nth: int, seconds: float) -> None:
        super().__init__(daemon=True)
        self.wanted, self.left, self.seconds = (host, name), nth, seconds
        self.stopped = threading.Event()

    def watch(self, net) -> None:
        core = net.hosts[0].core
        self.wire = core.client.pid
        core.timeline.watchers += (self.sees,)

    def sees(self, entry) -> None:
        call = as_call(entry)
        if (call.host, call.name) == self.wanted:
            self.left -= 1
            if not self.left:  # its story may be told again, on another wire
                self.stands = self.wire
                os.kill(self.stands, signal.SIGSTOP)  # before the call is made
                self.stopped.set()

    def run(self) -> None:
        if self.stopped.wait(60):
            select.select([], [], [], self.seconds)
            os.kill(self.stands, signal.SIGCONT)


@pytest.fixture
def freeze(monkeypatch):
    """Let the next network of a story stand still: freeze(host, name, nth, seconds)."""
    begun, network = [], Tale.network

    def made(tale, *names, **conditions):
        net = network(tale, *names, **conditions)
        begun[-1].watch(net)
        return net

    def begin(*when):
        begun.append(Freezing(*when))
        begun[-1].start()

    monkeypatch.setattr(Tale, "network", made)
    yield begin
    assert begun[-1].stopped.is_set(), "it did not come to that moment"
    begun[-1].join()


WORST = [
    ("ask", "receives once", ("server", "sendall", 1, 0.8)),
    ("recv-exactly", "as given", ("client", "sendall", 1, 1.3)),
    ("bounded-proxy", "as it was", ("proxy", "recv", 4, 1.0)),
    ("attend", "reads on", ("server", "recv", 10, 1.2)),
    ("supply", "as given", ("client", "sendall", 1, 0.8)),
    ("quick-answers", "a task for each question", ("client", "sendall", 4, 0.8)),
    ("quick-server", "answers before the payload", ("server", "sendall", 1, 0.4)),
    ("fetch-patiently", "as it was", ("server", "sendto", 1, 0.6)),
]
LATE = [
    ("close-politely", ("client", "connect", 1, 1.4)),  # longer than the check itself waits, here and there
    ("every-caller", ("ann", "connect", 1, 1.4)),
    ("join-the-feed", ("feed", "sendto", 1, 1.4)),
    ("whole-datagram", ("client", "send", 1, 1.4)),
    ("ask-again", ("server", "sendto", 3, 1.6)),
]


@pytest.mark.parametrize(("id", "name", "when"), WORST, ids=name_of)
def test_a_wire_that_stands_still_gets_no_wrong_answer_through(freeze, id, name, when):
    exercise, found = of(id)
    freeze(*when)
    assert_refused(exercise, *found.WRONG[name])


@pytest.mark.parametrize(("id", "when"), LATE, ids=name_of)
def test_a_right_answer_is_taken_though_the_wire_was_late(freeze, id, when):
    exercise, found = of(id)
    freeze(*when)
    assert_solved(exercise, found.SOLUTION)
