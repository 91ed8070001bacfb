"""What stands around the lesson's experiments: a connection to compare with, the puzzle's directory, an errand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from socket import SO_REUSEADDR, SOCK_DGRAM, SOL_SOCKET
from typing import Any

STREAM_PORT, BANK_PORT = 8080, 5000
TIMEOUT_S = 1.0
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

    Raises TimeoutError when it has not ended 5 s after the block.
    """
    answering = server.background(_answer, sock)
    try:
        yield
    finally:
        with server.socket(type=SOCK_DGRAM) as ending:
            ending.sendto(b"", (server.address, sock.getsockname()[1]))
        answering.result(timeout=5)


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

    here     the teller's socket, bound to the port 5000 of the network's server
    ask      ask(sock, order) gives the answer
    teller   teller(sock, booked) puts what it books into the list; an empty datagram ends it
    faults   of the network, while it lasts

    Returns what was booked, the answers, and the trace.
    """
    booked: list[str] = []
    net.link.faults = list(faults)
    try:
        with net.client.socket(type=SOCK_DGRAM) as asker, net.capture() as trace:
            asker.connect((net.server.address, BANK_PORT))
            asker.settimeout(TIMEOUT_S)
            working = net.server.background(teller, here, booked)
            answers = [ask(asker, order) for order in orders]
            asker.send(b"")
            working.result(timeout=5)
    finally:
        net.link.faults = []
    return booked, answers, trace
