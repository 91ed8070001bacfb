"""Mend a retry loop that makes congestion worse."""

from __future__ import annotations

import select
import socket
from collections.abc import Callable
from time import monotonic_ns
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.lessons.loss.pausing import Pauses
from labkit.running.patience import PARTS, Patience

PORT = 9000
TRIES = 4
LOOKS = 3  # a busy machine makes one pause longer than it was meant to be, but not each time
MOST_LOOKS = 5  # on one that stands still each time
PATIENCE_S = 5.0
SHOWN = "fetch(client, b'price')"


def _fetch_patiently(tale: Tale, fetch: Any) -> None:
    net = tale.network("client", "server")
    server = tale.keep(net.server.socket(type=socket.SOCK_DGRAM))
    server.bind((net.server.address, PORT))
    calls: list[Any] = []

    def begin() -> Any:
        net.client.core.catch_up()
        _drain(server)
        calls.append(tale.start(fetch, net.client, b"price", shown=SHOWN))
        return calls[-1]

    try:
        _answered(tale, server, begin)
        _unanswered(tale, server, begin, net.client.core.timeline)
    finally:  # a call that goes on has sockets on a host that will be gone
        tale.wait(lambda: all(call.done for call in calls), PATIENCE_S)


def _answered(tale: Tale, server: socket.socket, begin: Callable[[], Any]) -> None:
    """It takes an answer that comes at once, and one that comes late."""
    first_missing = "{shown} should send its request to the server's port {port}, but nothing comes"
    again_missing = "the server says nothing, and {shown} should ask again, but nothing comes to port {port}"
    running, patience = begin(), Patience(PATIENCE_S)
    while True:
        server.sendto(b"price: 9", _asked(tale, server, running, first_missing))
        # On a machine that stands still it may ask again before it has the answer, and wrong ones may miss it then.
        tale.wait(lambda: running.done or _comes(server), PATIENCE_S)
        if running.done or not _comes(server) or not patience.left():
            break
    tale.did("the server gets a request, and answers at once")
    tale.expect(SHOWN, running.finish(), b"price: 9", because="the server answered at once")

    running = begin()
    first = _asked(tale, server, running, first_missing)
    _asked(tale, server, running, again_missing)
    server.sendto(b"price: 8", first)
    tale.wait(lambda: running.done, PATIENCE_S)
    if not running.done or isinstance(running.error(), TimeoutError):
        tale.fail(
            "the answer to the first request comes after the second was sent, and {shown} does not take it:\n"
            "it was on its way all the time; keep one socket for all tries, so that a late answer counts, too",
            shown=SHOWN,
        )
    tale.did("the server answers its first request only when a second has come")
    tale.expect(SHOWN, running.finish(), b"price: 8", because="a late answer is an answer")


def _unanswered(tale: Tale, server: socket.socket, begin: Callable[[], Any], timeline: Any) -> None:
    """It asks a server that never answers more and more rarely, and gives up."""
    pauses = Pauses(tale.pulse)
    for look in range(1, MOST_LOOKS + 1):
        begun_ns = monotonic_ns()
        running = begin()
        _ends(server, running)
        times = [
            call.begin_ns / 1e9
            for call in timeline.calls(since_ns=begun_ns)
            if call.host == "client" and call.name.startswith("send")
        ]
        pauses.see(times)
        if not running.done or len(times) != TRIES or pauses.sure(TRIES - 1):
            break
        if look >= LOOKS and pauses.too_short:
            break
    _gave_up(tale, running, len(times), pauses.too_short)


def _ends(server: socket.socket, running: Any) -> None:
    """Hear its requests, until it ends or asks too often."""
    server.settimeout(0.05)
    patience, heard = Patience(PATIENCE_S), 0
    while patience.left() and not running.done and heard <= TRIES:
        try:
            server.recv(100)
            heard += 1
        except TimeoutError:
            pass  # look again whether it has given up


def _comes(server: socket.socket) -> bool:
    return bool(select.select([server], [], [], 0)[0])


def _gave_up(tale: Tale, running: Any, count: int, place: int) -> None:
    """Judge how it asked a server that never answers: how often, and which pause was too short."""
    if place:
        tale.fail(
            "the server says nothing, and {shown} asks again; its pause number {place} is not twice as long as the"
            " one before:\nwhoever gets no answer must ask more and more rarely: double the wait each time",
            shown=SHOWN,
            place=place,
        )
    if count > TRIES or not running.done:
        tale.fail(
            "the server says nothing, and {shown} asks more than {tries} times, or waits on:\n"
            "somebody has to be told that it is down; give up after {tries} tries",
            shown=SHOWN,
            tries=TRIES,
        )
    error = running.error()
    if error is None:
        tale.fail(
            "the server says nothing, and {shown} returned {got!r}:\nno answer is an error; raise TimeoutError",
            shown=SHOWN,
            got=running.finish(),
        )
    if not isinstance(error, TimeoutError):
        running.finish()
    if count < TRIES:
        tale.fail(
            "the server says nothing, and {shown} gives up after {n}; try {tries} times: a datagram may be lost",
            shown=SHOWN,
            n=count,
            tries=TRIES,
        )
    tale.did(
        "{shown}: the server says nothing; {tries} requests, each pause twice the one before, then TimeoutError",
        shown=SHOWN,
        tries=TRIES,
    )


def _asked(tale: Tale, server: socket.socket, running: Any, missing: str) -> Any:
    """Who has sent the next request."""
    patience, over = Patience(PATIENCE_S), False
    server.settimeout(PATIENCE_S / PARTS)
    while patience.left() and not over:
        over = running.done  # what it has sent by then is under way
        try:
            return server.recvfrom(100)[1]
        except TimeoutError:
            continue
    if running.done and not isinstance(running.error(), TimeoutError):
        running.finish()
    tale.fail(missing, shown=SHOWN, port=PORT)


def _drain(server: socket.socket) -> None:
    """Read what has come already, so that the next request is the first that is seen."""
    server.setblocking(False)
    try:
        while True:
            server.recv(100)
    except BlockingIOError:
        pass


EXERCISE = Exercise(
    id="fetch-patiently",
    title="Mend the retry loop that makes congestion worse",
    story=_fetch_patiently,
    hints=(
        "An answer that is late is not lost. Asking again puts one more answer into the queue that made it late: so ask"
        " more and more rarely, and take whatever answer comes.",
        "One socket, outside the loop: then the answer to an earlier request is received by a later recv(). And the"
        " timeout that you set grows with each try.",
        "with host.socket(type=SOCK_DGRAM) as sock:\n"
        "      for attempt in range(4):\n"
        "          sock.settimeout(0.25 * 2 ** attempt)\n"
        "          …\n"
        "  raise TimeoutError(…)",
    ),
    needs_network=True,
    place=2,
    steps=5,
    given=0,
)
