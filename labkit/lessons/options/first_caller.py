"""Mend a server that sets each of its options too late."""

from __future__ import annotations

import errno
import socket
import time
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Running, Tale
from labkit.lessons.options.restarting import close_first

BUFFER = 10_000
WINDOW = 30_000  # bytes; a listener with that buffer announces less, one without more
PATIENCE_S = 2.0
PORT = 8080


def _first_caller(tale: Tale, first_caller: Any) -> None:
    net = tale.network("client", "server")
    client, server = net.hosts
    address = (server.address, PORT)
    _restarted(tale, client, server, address)
    listener = tale.keep(server.socket())
    shown = "first_caller(listener, address)"
    running = tale.start(first_caller, listener, address, shown=shown)
    caller = tale.keep(_called(tale, client, address, running, shown))
    conn = running.finish(PATIENCE_S)
    if not isinstance(conn, socket.socket) or conn is listener:
        tale.fail("{shown} should return the connection, but returned {found!r}", shown=shown, found=conn)
    tale.keep(conn)
    tale.did("{shown}: it listens at the port of its predecessor, and returned the connection", shown=shown)

    window = caller.info().snd_wnd
    if window > WINDOW:
        tale.fail(
            "the receive buffer should be small, but the caller has been told a window of more than {most:,} bytes:\n"
            "the first window is announced in the handshake, which accept() does not wait for",
            most=WINDOW,
        )
    if conn.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) != 2 * BUFFER:
        tale.fail(
            "the connection should have asked for a receive buffer of {size:,} bytes, but has another",
            size=BUFFER,
        )
    tale.did("the caller has been told a small window from the beginning")
    if not conn.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE):
        tale.fail(
            "the connection has no keep-alive:\n"
            "what is set on the listener after accept() does not reach a connection that exists"
        )
    tale.did("the connection has keep-alive")


def _restarted(tale: Tale, client: Any, server: Any, address: tuple[str, int]) -> None:
    """A server that was at this port, set SO_REUSEADDR, closed a connection first, and ended."""
    with server.socket() as before:
        before.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        before.bind(address)
        before.listen()
        close_first(client, before, PATIENCE_S)
    tale.did("a server with SO_REUSEADDR closed a connection first, and ended: its port is not free yet")


def _called(tale: Tale, client: Any, address: tuple[str, int], running: Running, shown: str) -> Any:
    """A socket connected to the learner's listener, as soon as it listens."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and not running.done:
        caller = client.socket()
        if caller.connect_ex(address) == 0:
            return caller
        caller.close()
        tale.wait(lambda: running.done, 0.01)
    error = running.error()
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        tale.fail(
            "{shown} raised EADDRINUSE, as a connection of the predecessor is in TIME-WAIT:\n"
            "bind() looks at SO_REUSEADDR when it is called",
            shown=shown,
        )
    running.finish()
    tale.fail("{shown} returned before anybody had called", shown=shown)


EXERCISE = Exercise(
    id="first-caller",
    title="Set three options in time",
    story=_first_caller,
    hints=(
        "Each option is looked at by one call, at one moment. What is set after that call is set, and has no effect"
        " on what the call did.",
        "SO_REUSEADDR is looked at by bind(). A connection is a copy of its listener, made when the handshake is done:"
        " what the listener has by then, the connection has, too.",
        "All three setsockopt(…) on the listener, before bind(). Then bind, listen, accept, return conn.",
    ),
    needs_network=True,
    place=1,
    steps=4,
    given=1,
)
