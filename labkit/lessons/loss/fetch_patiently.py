"""Mend a retry loop that makes congestion worse."""

from __future__ import annotations

import socket
from collections.abc import Callable
from itertools import pairwise
from time import monotonic
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.running.patience import PARTS, Patience

PORT = 9000
GROWTH = 1.4  # a pause that should be twice the one before is this much longer at least, on a busy machine
TRIES = 4
LOOKS = 3  # a busy machine makes one pause longer than it was meant to be, but not each time
PATIENCE_S = 5.0
SHOWN = "fetch(client, b'price')"


def _fetch_patiently(tale: Tale, fetch: Any) -> None:
    net = tale.network("client", "server")
    server = tale.keep(net.server.socket(type=socket.SOCK_DGRAM))
    server.bind((net.server.address, PORT))
    calls: list[Any] = []

    def begin() -> Any:
        _drain(server)
        calls.append(tale.start(fetch, net.client, b"price", shown=SHOWN))
        return calls[-1]

    try:
        _answered(tale, server, begin)
        _unanswered(tale, server, begin)
    finally:  # a call that goes on has sockets on a host that will be gone
        tale.wait(lambda: all(call.done for call in calls), PATIENCE_S)


def _answered(tale: Tale, server: socket.socket, begin: Callable[[], Any]) -> None:
    """It takes an answer that comes at once, and one that comes late."""
    first_missing = "{shown} should send its request to the server's port {port}, but nothing comes"
    again_missing = "the server says nothing, and {shown} should ask again, but nothing comes to port {port}"
    running = begin()
    server.sendto(b"price: 9", _asked(tale, server, running, first_missing))
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


def _unanswered(tale: Tale, server: socket.socket, begin: Callable[[], Any]) -> None:
    """It asks a server that never answers more and more rarely, and gives up."""
    for _ in range(LOOKS):
        running = begin()
        times = _requests(server, running)
        if not running.done or not _too_short(times):
            break
    _gave_up(tale, running, times)


def _requests(server: socket.socket, running: Any) -> list[float]:
    """When its requests came, in seconds, until it ends or asks too often."""
    times: list[float] = []
    server.settimeout(0.05)
    patience = Patience(PATIENCE_S)
    while patience.left() and not running.done and len(times) <= TRIES:
        try:
            server.recv(100)
            times.append(monotonic())
        except TimeoutError:
            pass  # look again whether it has given up
    return times


def _too_short(times: list[float]) -> int:
    """Which pause, counted from 1, is not much longer than the one before; 0: none."""
    pauses = [after - before for before, after in pairwise(times)]
    found = (place for place, (before, after) in enumerate(pairwise(pauses), 2) if after < GROWTH * before)
    return next(found, 0)


def _gave_up(tale: Tale, running: Any, times: list[float]) -> None:
    """Judge how it asked a server that never answers, by when its requests came."""
    if place := _too_short(times):
        tale.fail(
            "the server says nothing, and {shown} asks again; its pause number {place} is not twice as long as the"
            " one before:\nwhoever gets no answer must ask more and more rarely: double the wait each time",
            shown=SHOWN,
            place=place,
        )
    if len(times) > TRIES or not running.done:
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
    if len(times) < TRIES:
        tale.fail(
            "the server says nothing, and {shown} gives up after {n}; try {tries} times: a datagram may be lost",
            shown=SHOWN,
            n=len(times),
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
