"""Put a server in order that acknowledges at once."""

from __future__ import annotations

from statistics import median
from typing import Any

from labkit.learn.kit.parsons import Parsons
from labkit.learn.kit.tale import Tale
from labkit.lessons.nagle.pairs import PATIENCE_S, connected, read
from labkit.traces.turns import turns


def _quick_server(tale: Tale, answer: Any) -> None:
    net, caller, conn = connected(tale, delay_ms=10)
    conn.settimeout(None)
    running = tale.start(answer, conn, shown="answer(conn)")
    with net.capture() as trace:
        caller.sendall(b"\x00\x00\x00\x64")
        caller.settimeout(0.15)
        if tale.calmly(lambda: read(caller, 2), 0.05):
            tale.fail(
                "the client sends the length alone, and answer(conn) answers before the payload has come:\n"
                "read the length, then so many bytes, and answer then"
            )
        caller.settimeout(PATIENCE_S)
        caller.sendall(bytes(100))
        _answered(tale, caller, running)
        tale.did("the client sends a length, later 100 bytes; answer(conn) waits for both and answers b'ok'")
        for _ in range(5):
            caller.sendall(b"\x00\x00\x00\x64")
            caller.sendall(bytes(100))
            _answered(tale, caller, running)
    waits = []
    for turn in turns(trace)[1:]:
        ack = turn.select(source="server")[0]
        asked_ns = turn.segments[0].arrived_ns
        assert asked_ns is not None  # nothing is lost here
        waits.append((ack.departed_ns - asked_ns) / 1e6)
    if median(waits) > 25:
        tale.fail(
            "the client sends five more messages in two writes each, and the server keeps the ACK of their"
            " lengths\nfor forty milliseconds: TCP_QUICKACK is not permanent (tcp(7)); ask for it in each round"
        )
    tale.did("five more messages in two writes each: every length is acknowledged at once")
    caller.close()
    running.finish(PATIENCE_S)
    tale.did("the client closes, and answer(conn) returns")


def _answered(tale: Tale, caller: Any, running: Any) -> None:
    got = read(caller, 2)
    if got != b"ok":
        if running.done:
            running.finish()
        tale.fail(
            "a message was sent, and the client should get b'ok', but got {got!r} in {patience_s:g} s:\n"
            "each round reads the length, then the payload, then answers",
            got=got,
            patience_s=PATIENCE_S,
        )


EXERCISE = Parsons(
    id="quick-server",
    title="Serve, and acknowledge at once",
    given="from socket import IPPROTO_TCP, MSG_WAITALL, TCP_QUICKACK",
    lines=(
        "def answer(conn):",
        "    while True:",
        "        conn.setsockopt(IPPROTO_TCP, TCP_QUICKACK, 1)",
        "        header = conn.recv(4, MSG_WAITALL)",
        "        if not header:",
        "            return",
        '        conn.recv(int.from_bytes(header, "big"), MSG_WAITALL)',
        '        conn.sendall(b"ok")',
    ),
    extra=("    conn.setsockopt(IPPROTO_TCP, TCP_QUICKACK, 1)",),
    name="answer",
    story=_quick_server,
    hints=(
        "The kernel goes back to waiting by itself: each answer that the program sends tells it that the next ACK"
        " can ride on an answer, too.",
        "One of the two lines with TCP_QUICKACK stands before the loop, where it works once. The other belongs"
        " into each round, before the server waits for a length.",
        "def, while, setsockopt (the one further in), header = ..., if, return, recv of the payload, sendall",
    ),
    needs_network=True,
)
