"""Mend a server that hangs up on bytes that it has not read."""

from __future__ import annotations

import socket
import struct
from typing import Any, NoReturn

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Running, Tale
from labkit.words import say

_PATIENCE_S = 1.0


def _close_politely(tale: Tale, answer: Any) -> None:
    net = tale.network("client", "server")
    client, server = net.hosts
    with net.capture() as trace:
        listener = tale.keep(server.socket())
        listener.bind((server.address, 8080))
        listener.listen()
        caller = tale.keep(client.socket())
        caller.settimeout(_PATIENCE_S)
        caller.connect((server.address, 8080))
        conn = tale.keep(listener.accept()[0])
        caller.sendall(b"LIST" + bytes(5000))
        _wait_for_bytes(conn, 5004)
        tale.did("the client connects and sends b'LIST', then 5,000 bytes that nobody asked for")

        running = tale.start(answer, conn, shown="answer(conn)")
        got = _read_to_the_end(tale, caller, running)
        tale.expect(say("the client, reading to the end,"), got, b"done")
        tale.wait(lambda: running.done or _stands_in_recv(server))
        # Now: what happens to the client depends on how far the RST has come by then.
        if running.done and conn.fileno() < 0:
            _hung_up(tale, say("answer(conn) has closed conn, and the client may still speak"))
        try:
            caller.sendall(b"and one thing more")
            caller.shutdown(socket.SHUT_WR)
        except OSError as error:
            _hung_up(tale, say("the client sends a last word and gets {kind}", kind=type(error).__name__))
        tale.did("the client, who may still send, sends a last word and closes its side")
        running.finish(_PATIENCE_S)
        if conn.fileno() >= 0:
            tale.fail(
                "answer(conn) should have closed conn when it returned, but conn is still open:\nend"
                " with conn.close()"
            )
        tale.did("answer(conn) returned, and conn is closed")
    if trace.resets():
        _hung_up(tale, say("on the wire the server sent a reset"))
    tale.did("on the wire: two FINs, no reset")


def _wait_for_bytes(conn: Any, count: int) -> None:
    """Wait until *count* bytes wait in the receive buffer, so that what follows does not depend on timing."""
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 2, 0))
    there = len(conn.recv(count, socket.MSG_PEEK | socket.MSG_WAITALL))
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 0))
    if there < count:
        raise TimeoutError(
            say("only {there} of {count} bytes crossed the wire in 2 s", there=there, count=count)
        )


def _stands_in_recv(host: Any) -> bool:
    """Does a receiving call on this host wait for bytes?"""
    return any(
        call.host == host.name and call.name.startswith("recv") and call.blocked
        for call in host.core.timeline.calls()
    )


def _read_to_the_end(tale: Tale, caller: Any, running: Running) -> bytes:
    got = b""
    try:
        while part := caller.recv(1000):
            got += part
    except TimeoutError:
        if not got:
            running.finish(_PATIENCE_S)
            tale.fail(
                "the client should receive b'done', but nothing came in {seconds:g} s", seconds=_PATIENCE_S
            )
        tale.fail(
            "the client has {got!r} and should now learn that no more will come (recv gives b''),\n"
            "but nothing came in {seconds:g} s; it cannot know that the answer is complete:\n"
            "conn.shutdown(SHUT_WR) sends the FIN and leaves your ear open",
            got=got,
            seconds=_PATIENCE_S,
        )
    except ConnectionError as error:
        _hung_up(
            tale,
            say(
                "the client got {got!r}, then {kind} instead of the end (b'')",
                got=got,
                kind=type(error).__name__,
            ),
        )
    return got


def _hung_up(tale: Tale, found: str) -> NoReturn:
    tale.fail(
        "{found}:\nthe server closed while bytes were unread or still to come, and its kernel answers"
        " those with RST;\n"
        "read until recv gives b'', and close only then",
        found=found,
    )


EXERCISE = Exercise(
    id="close-politely",
    title="Mend a server that hangs up on its client",
    story=_close_politely,
    hints=(
        "A connection is two streams. close() gives up both; bytes that arrive for a closed socket, or"
        " lie unread in"
        " it, are answered with RST, and that tells the client that something went wrong.",
        "The server has said all it wants after `sendall`: close only that direction there. What the"
        " client still has"
        " to say must be read, to its end, before `close`.",
        "after sendall: conn.shutdown(socket.SHUT_WR), then `while conn.recv(4096): pass`, then conn.close()",
    ),
    needs_network=True,
    place=1,
    steps=5,
    given=1,
)
