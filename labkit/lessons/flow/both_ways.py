"""Put a program in order that sends and reads at the same time."""

from __future__ import annotations

import contextlib
from typing import Any

from labkit.learn.kit.parsons import Parsons
from labkit.learn.kit.tale import NotSo, Running, Tale
from labkit.lessons.flow.connecting import connected
from labkit.lessons.flow.reading_away import read_away
from labkit.words import say

SIZE = 1_000_000
PATIENCE_S = 1.5
LATE_S = 0.3
BUSY_S = 20.0  # for what a busy machine does late


def _exchange(tale: Tale, exchange: Any) -> None:
    net = tale.network("client", "server")
    caller, conn = map(tale.keep, connected(net.client, net.server, 8080, 50_000))
    for size in (5, SIZE):
        messages = (b"a" * size, b"b" * size)
        running = [
            tale.start(exchange, sock, message, shown="exchange(sock, data)")
            for sock, message in zip((caller, conn), messages, strict=True)
        ]
        tale.wait(lambda: all(call.done for call in running), PATIENCE_S)  # noqa: B023  # waited for here
        if size == SIZE and not any(call.done for call in running):
            stands = _line(running[0])
            read_away(tale, caller, conn)
            because = ""
            if ".run()" in stands:
                because = say("; run() calls sendall here, in this thread, and start() begins another")
            elif ".join()" in stands:
                because = say("; join() waits for the sender, and nobody reads meanwhile")
            tale.fail(
                "both ends call exchange(sock, data) with {size:,} bytes, and after {seconds:g} s both still"
                " wait{at}:\n"
                "each must read while it sends, for neither sends on until the other has read{because}",
                because=because,
                size=size,
                seconds=PATIENCE_S,
                at=stands,
            )
        for call, wanted in zip(running, reversed(messages), strict=True):
            got = call.finish()
            if got != wanted:
                tale.fail(
                    "both ends call exchange(sock, data) with {size:,} bytes; each should return the other's, but"
                    " one returned {got}",
                    size=size,
                    got=repr(got[:20]) if isinstance(got, bytes) else repr(got),
                )
        tale.did("both ends exchange {size:,} bytes: each returned the other's", size=size)
    _waits_for_a_late_reader(tale, exchange, caller, conn)


def _waits_for_a_late_reader(tale: Tale, exchange: Any, caller: Any, conn: Any) -> None:
    running = tale.start(exchange, caller, b"a" * SIZE, shown="exchange(sock, data)")
    conn.settimeout(BUSY_S)
    conn.sendall(b"b" * SIZE)
    if tale.calmly(lambda: tale.wait(lambda: running.done, LATE_S), LATE_S / 2):
        running.finish()
        read_away(tale, conn)
        tale.fail(
            "the peer sends its {size:,} bytes and reads none yet, and exchange(sock, data) returned:\n"
            "what the thread has not sent by then is lost when somebody closes the socket; join() waits for it",
            size=SIZE,
        )
    left = SIZE
    while left and (piece := conn.recv(left)):
        left -= len(piece)
    running.finish()
    tale.did("the peer sends first and reads later: exchange(sock, data) returned when all was sent")


def _line(call: Running) -> str:
    """Where it stands, for it has not ended."""
    with contextlib.suppress(NotSo):
        call.error(0)
    return call.at


EXERCISE = Parsons(
    id="both-ways",
    title="exchange(sock, data): send data, and return the peer's message, which is as long",
    given="from threading import Thread",
    lines=(
        "def exchange(sock, data):",
        "    sending = Thread(target=sock.sendall, args=[data])",
        "    sending.start()",
        "    got = bytearray()",
        "    while len(got) < len(data):",
        "        got += sock.recv(65_536)",
        "    sending.join()",
        "    return bytes(got)",
    ),
    extra=("    sending.run()", "    sock.sendall(data)"),
    name="exchange",
    story=_exchange,
    hints=(
        "Whoever sends first and reads then can be waited for by a peer that does the same. Sending has to go on by"
        " itself while this program reads.",
        "A thread is begun with start(); run() would do its work here and now. And join() waits for its end: not before"
        " what the peer sent has been read.",
        "def, sending = ..., start, got = ..., while, got += ..., join, return; sendall and run stay out",
    ),
    needs_network=True,
    place=2,
)
