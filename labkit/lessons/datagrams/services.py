"""What stands around the lesson's experiments: a connection to compare with, the puzzle's directory, an errand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from socket import SO_REUSEADDR, SOCK_DGRAM, SOL_SOCKET
from typing import Any

from labkit.lessons.datagrams.measuring import waiting
from labkit.running.tracebacks import named
from labkit.traces.calls import SENDING
from labkit.words import say

STREAM_PORT, BANK_PORT = 8080, 5000
TIMEOUT_S = 1.0
SERVES_S = 30.0  # a teller's wait for the next order: long, as `errand` ends it
ENDS_S = 5.0
REST_S = 0.5
PLACES = {"north": 11, "south": 11, "west": 19, "east": 19}
NAMES = [f"db-{place}-{n}" for place, count in PLACES.items() for n in range(1, count + 1)]
"""The servers that the directory knows.  Joined by commas, their byte 512 is the first s of db-east-7."""


def connection(client: Any, server: Any) -> tuple[Any, Any]:
    """A TCP connection: the client's end, and the server's, which has been accepted."""
    with server.socket() as listener:
        listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        listener.bind((server.address, STREAM_PORT))
        listener.listen()
        caller = client.socket()
        caller.connect((server.address, STREAM_PORT))
        return caller, listener.accept()[0]


@contextmanager
def directory(server: Any, sock: Any) -> Iterator[None]:
    """While the block runs, a program of the server answers each question with all names, in one datagram.

    What waits in its socket before is thrown away.  Raises TimeoutError when it has not ended 5 s after the block.
    """
    waiting(sock)
    answering = server.background(_answer, sock)
    try:
        yield
    finally:
        _say_nothing(server, sock)
        answering.result(timeout=ENDS_S)


def _say_nothing(server: Any, sock: Any) -> None:
    """Send an empty datagram to a socket of the server: by its own network, where nothing gets lost."""
    with server.socket(type=SOCK_DGRAM) as ending:
        ending.sendto(b"", (server.address, sock.getsockname()[1]))


def _answer(sock: Any) -> None:
    """Answer each question; an empty one ends it."""
    while True:
        question, whose = sock.recvfrom(512)
        if not question:
            return
        sock.sendto(",".join(NAMES).encode(), whose)


def errand(
    net: Any,
    here: Any,
    ask: Callable[[Any, bytes], Any],
    teller: Callable[[Any, list[str]], None],
    orders: Sequence[bytes],
    *faults: Any,
) -> tuple[list[str], list[Any], Any]:
    """Give a bank's teller some orders, one after the other, over a cable with faults.

    here     the teller's socket, bound to the port 5000 of the network's server; what waits in it is thrown away
    ask      ask(sock, order) gives the answer
    teller   teller(sock, booked) puts what it books into the list; an empty datagram ends it
    faults   of the network, while it lasts

    Returns what was booked, the answers, and the trace.  Raises RuntimeError where the teller ends before it was told
    to, which a client that asks for ever would never learn.  However it ends, no teller is left that reads here.
    """
    booked: list[str] = []
    timeout = here.gettimeout()
    waiting(here)
    here.settimeout(SERVES_S)
    net.link.faults = list(faults)
    working = None
    try:
        with net.client.socket(type=SOCK_DGRAM) as asker, net.capture() as trace:
            asker.connect((net.server.address, BANK_PORT))
            asker.settimeout(TIMEOUT_S)
            working = net.server.background(teller, here, booked)
            answers = []
            for order in orders:
                answers.append(ask(_Line(asker, working), order))
                _come_to_rest(trace, net, working)
            _refuse_ended(working)
            asker.send(b"")
            working.result(timeout=ENDS_S)
    finally:
        net.link.faults = []
        if working is not None:
            _end(net.server, here, working)
        here.settimeout(timeout)
    return booked, answers, trace


def _come_to_rest(trace: Any, net: Any, working: Any) -> None:
    """Wait until the teller has answered what has come, half a second at most.

    The client may have taken an old answer for it, and then it would be a matter of luck who speaks next.
    """

    def answered() -> bool:
        come = sum(each.source == net.client.name and each.delivered for each in trace.datagrams)
        said = [call for call in trace.calls if call.host == net.server.name and call.name in SENDING]
        return working.done or sum(not call.blocked for call in said) >= come

    trace.wait_until_quiet()
    working.come(answered, REST_S)  # a teller of the learner's may have nothing to say
    trace.wait_until_quiet()


class _Line:
    """A client's socket, whose send() raises RuntimeError where the one at the other end has stopped."""

    def __init__(self, sock: Any, working: Any) -> None:
        self._sock, self._working = sock, working

    def send(self, data: bytes) -> int:
        _refuse_ended(self._working)
        return self._sock.send(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


def _refuse_ended(working: Any) -> None:
    if not working.done:
        return
    error = working.error
    raise RuntimeError(
        say(
            "the teller has stopped ({why}), so no answer will come; mend it, and run its cell and this one again",
            why=named(error) if error is not None else say("it returned"),
        )
    ) from error


def _end(server: Any, here: Any, working: Any) -> None:
    """Tell a teller that still works to go home, and wait for it; leave nothing in its socket."""
    if not working.done:
        _say_nothing(server, here)
        working.wait_until(lambda: working.done, ENDS_S, say("the teller to end"))
    waiting(here)
