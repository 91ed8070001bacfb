"""Receive exactly n bytes from a stream."""

from __future__ import annotations

import select
import socket
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import SECONDS, Tale
from labkit.running.tracebacks import named
from labkit.words import say


def _recv_exactly(tale: Tale, recv_exactly: Any) -> None:
    net = tale.network("client", "server")
    client, server = net.hosts
    listener = tale.keep(server.socket())
    listener.bind((server.address, 8080))
    listener.listen()
    caller = tale.keep(client.socket())
    caller.connect((server.address, 8080))
    conn = tale.keep(listener.accept()[0])

    caller.sendall(b"ab")
    select.select([conn], [], [], 10.0)
    tale.did("the peer sends b'ab', and two bytes are there")
    shown = "recv_exactly(sock, 4)"
    running = tale.start(recv_exactly, conn, 4, shown=shown)
    tale.wait(lambda: _all_is_read(conn))
    caller.sendall(b"cdef")
    tale.did("{shown} is called; then the peer sends b'cdef'", shown=shown)
    found = running.finish()
    if found == b"ab":
        tale.fail(
            "{shown} should return b'abcd', but returned b'ab':\nrecv(4) gives at most 4 bytes; one call is not"
            " enough, nor are two",
            shown=shown,
        )
    if isinstance(found, bytes) and found.startswith(b"abcde"):
        tale.fail(
            "{shown} should return b'abcd', but returned {found!r}:\nwhat is read too much is the next message's,"
            " and gone for it; ask recv only for what is missing",
            shown=shown,
            found=found,
        )
    tale.expect(shown, found, b"abcd")
    tale.expect(
        "recv_exactly(sock, 2)",
        tale.call(recv_exactly, conn, 2, shown="recv_exactly(sock, 2)"),
        b"ef",
        "what came after the four bytes belongs to the next call",
    )
    tale.expect(
        "recv_exactly(sock, 0)",
        tale.call(recv_exactly, conn, 0, shown=say("recv_exactly(sock, 0), of an empty message,")),
        b"",
    )

    many = bytes(range(256)) * 1000
    sending = client.background(caller.sendall, many)
    shown = f"recv_exactly(sock, {len(many)})"
    found = tale.call(recv_exactly, conn, len(many), shown=shown)
    if not isinstance(found, bytes | bytearray) or bytes(found) != many:
        got = say("{n} bytes", n=len(found)) if isinstance(found, bytes | bytearray) else repr(found)[:60]
        tale.fail(
            "{shown} should return all of the {n:,} bytes in their order, but returned {got}:\n"
            "the pieces are many, so recv belongs into a loop",
            shown=shown,
            n=len(many),
            got=got,
        )
    sending.result(timeout=2)
    tale.did(
        "{shown} returned {n:,} bytes that came in many pieces, in their order", shown=shown, n=len(many)
    )

    caller.sendall(b"xy")
    caller.shutdown(socket.SHUT_WR)
    tale.did("the peer sends b'xy' and closes its side")
    shown = "recv_exactly(sock, 4)"
    running = tale.start(recv_exactly, conn, 4, shown=shown)
    tale.wait(lambda: running.done, SECONDS)
    if not running.done:
        tale.fail(
            "{shown} should raise EOFError, but it was still not done after {seconds:g} s:\n"
            "once the stream has ended recv gives b'' again and again, and who only counts bytes asks for ever",
            shown=shown,
            seconds=SECONDS,
        )
    raised = running.error()
    if raised is None:
        tale.fail(
            "{shown} should raise EOFError, but it returned {found!r}:\n"
            "recv gives b'' when nothing will come any more; half a message must not pass for a whole one",
            shown=shown,
            found=running.finish(),
        )
    if not isinstance(raised, EOFError):
        tale.fail(
            "{shown} should raise EOFError, but it raised {error}:\n"
            "recv gives b'' at the end of the stream, and raises nothing; raise EOFError(...) there",
            shown=shown,
            error=named(raised),
        )
    tale.did("{shown} raised EOFError: the stream ended in the middle", shown=shown)


def _all_is_read(sock: Any) -> bool:
    """Is nothing there to be read, or has the learner's code closed the socket?"""
    try:
        return not select.select([sock], [], [], 0)[0]
    except (OSError, ValueError):
        return True


EXERCISE = Exercise(
    id="recv-exactly",
    title="Receive exactly n bytes",
    story=_recv_exactly,
    hints=(
        "recv(n) means: wait until something is there, then give what is there, n bytes at most. To have n bytes you"
        " must ask again for what is missing, as often as it takes; and somebody must notice that the stream ends.",
        "A loop: `while len(data) < n`. In it `sock.recv(n - len(data))`, never more, and what it gives goes behind"
        " `data`. If it gives b'', no more will ever come: raise EOFError.",
        "while len(data) < n:\n"
        "      more = sock.recv(n - len(data))\n"
        "      if not more:\n"
        '          raise EOFError(f"{len(data)} of {n} bytes, then the end")\n'
        "      data += more",
    ),
    needs_network=True,
    steps=8,
    given=2,
)
