"""Exercises of lesson 05, "Nagle's algorithm, measured"."""

from __future__ import annotations

import socket
from statistics import median
from typing import Any

from labkit.learn.exercises import lesson05_because, lesson05_quiz
from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.parsons import Parsons
from labkit.learn.kit.tale import Tale
from labkit.traces.turns import turns

LESSON = "05"

BECAUSE = lesson05_because.BECAUSE
QUIZZES = lesson05_quiz.QUIZZES

_PATIENCE_S = 1.0
_LARGE = 1_200_000


def _connected(tale: Tale, **conditions: float) -> tuple[Any, Any, Any]:
    """A network, a caller on its client, and the accepted connection on its server."""
    net = tale.network("client", "server", **conditions)
    client, server = net.hosts
    listener = tale.keep(server.socket())
    caller = tale.keep(client.socket())
    # What is large is taken in parts: between programs of one machine the kernel might hold all of it.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    caller.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
    listener.bind((server.address, 8080))
    listener.listen()
    caller.connect((server.address, 8080))
    conn = tale.keep(listener.accept()[0])
    conn.settimeout(_PATIENCE_S)
    return net, caller, conn


def _read(conn: Any, length: int) -> bytes:
    """So many bytes, or fewer where no more come in time."""
    got = bytearray()
    try:
        while len(got) < length and (part := conn.recv(length - len(got))):
            got += part
    except TimeoutError:
        pass  # what came is what the caller tells of
    return bytes(got)


def _lengths(trace: Any) -> list[int]:
    """The client's data segments: how long each is; one that was sent again counts once."""
    return list({s.seq: s.length for s in trace.select(source="client", data=True)}.values())


def _in_words(lengths: list[int]) -> str:
    *some, last = map(str, lengths)
    return f"{len(lengths)} segments, of {', '.join(some)} and {last} bytes"


# --- a message in one segment -------------------------------------------------------------------------------


def _send_message(tale: Tale, send_message: Any) -> None:
    net, caller, conn = _connected(tale)
    for payload, name in ((b"hello", "b'hello'"), (b"", "b''"), (bytes(1000), "1,000 bytes")):
        shown, wanted = f"send_message(sock, {name})", len(payload).to_bytes(4, "big") + payload
        with net.capture() as trace:
            tale.call(send_message, caller, payload, shown=shown)
            got = _read(conn, len(wanted))
        _options_are_untouched(tale, caller, shown)
        if got != wanted:
            tale.fail(
                f"{shown}: the server should get {_bytes(wanted)}, but got {_bytes(got)}:\n"
                "the length in four bytes, most significant first, then the payload"
            )
        found = _lengths(trace)
        if len(found) > 1:
            tale.fail(
                f"{shown} left in {_in_words(found)}:\n"
                "the kernel sends what one call gives it; give it length and payload in one call"
            )
        tale.did(f"{shown}: {len(wanted):,} bytes in one segment, and the server got them")

    caller.settimeout(2 * _PATIENCE_S)
    shown, wanted = (
        f"send_message(sock, {_LARGE:,} bytes)",
        _LARGE.to_bytes(4, "big") + bytes(range(250)) * (_LARGE // 250),
    )
    running = tale.start(send_message, caller, wanted[4:], shown=shown)
    got = _read(conn, len(wanted))
    running.finish(2 * _PATIENCE_S)
    if got != wanted:
        tale.fail(
            f"{shown}, on a socket with a timeout: of {len(wanted):,} bytes the server got {len(got):,}:\n"
            "send and sendmsg may take a part only and say how much; sendall goes on until all is taken"
        )
    tale.did(f"{shown}, on a socket with a timeout: all came, and in order")


def _options_are_untouched(tale: Tale, caller: Any, shown: str) -> None:
    for name, cure in (
        ("TCP_NODELAY", "and with it two writes would be two segments"),
        ("TCP_CORK", "so the message stays in the kernel for 200 ms (tcp(7))"),
    ):
        option = getattr(socket, name, None)  # TCP_CORK is Linux's
        if option is not None and caller.getsockopt(socket.IPPROTO_TCP, option):
            tale.fail(
                f"{shown} left {name} switched on, {cure};\nthe socket's options belong to whoever opened it"
            )


def _bytes(value: bytes) -> str:
    return repr(value) if len(value) <= 12 else f"{len(value):,} bytes that begin with {value[:8]!r}"


SEND_MESSAGE = Exercise(
    id="send-message",
    title="Send a message in one segment",
    story=_send_message,
    hints=(
        "Nagle's algorithm holds back a small write while another small one is unacknowledged. A message that is"
        " one write is never held back by its own beginning.",
        "The length and the payload are both bytes: join them, and give the kernel the whole with the call"
        " that does not stop halfway.",
        'sock.sendall(len(payload).to_bytes(4, "big") + payload)',
    ),
    needs_network=True,
)


# --- sendall for several parts ------------------------------------------------------------------------------


_COPIED = "parts that are joined first are copied once more; give them to sendmsg as they are"


def _send_parts(tale: Tale, send_parts: Any) -> None:
    net, caller, conn = _connected(tale)
    caller.settimeout(2 * _PATIENCE_S)
    given = _watch_sendmsg(caller)

    parts = [b"\x00\x00\x00\x05", b"hel", bytearray(b"lo")]
    shown = "send_parts(sock, [b'\\x00\\x00\\x00\\x05', b'hel', bytearray(b'lo')])"
    with net.capture() as trace:
        tale.call(send_parts, caller, parts, shown=shown)
        got = _read(conn, 9)
    _came(tale, shown, got, b"\x00\x00\x00\x05hello")
    found = _lengths(trace)
    if len(found) > 1:
        tale.fail(f"{shown} left in {_in_words(found)}:\ngive the kernel all parts in one call of sendmsg")
    if max(given, default=0) == 1:
        tale.fail(f"{shown} gave sendmsg one part, with all bytes in it:\n{_COPIED}")
    if parts != [b"\x00\x00\x00\x05", b"hel", bytearray(b"lo")]:
        tale.fail(f"{shown} changed the caller's list, which is now {parts!r}:\nwork on a list of your own")
    tale.did(f"{shown}: 9 bytes in one segment; the list is as it was")

    for empty in ([], [b"", b""]):
        shown = f"send_parts(sock, {empty!r})"
        tale.call(send_parts, caller, empty, shown=shown)
        tale.did(f"{shown}: nothing to send, and it returned")

    many = [b"part %05d" % number for number in range(3000)]
    shown = "send_parts(sock, 3,000 parts of 10 bytes)"
    running = tale.start(send_parts, caller, many, shown=shown)
    got = _read(conn, 30_000)
    error = running.error(2 * _PATIENCE_S)
    if isinstance(error, OSError) and "too long" in str(error):
        tale.fail(f"{shown} raised {error}:\nsendmsg takes at most 1,024 parts at a time (IOV_MAX)")
    running.finish()
    _came(tale, shown, got, b"".join(many))
    tale.did(f"{shown}: all came, and in order")

    large = [bytes([number]) * (_LARGE // 3) for number in (1, 2, 3)]
    shown = f"send_parts(sock, 3 parts of {_LARGE // 3:,} bytes)"
    with net.capture(snap=80) as trace:
        running = tale.start(send_parts, caller, large, shown=shown)
        got = _read(conn, _LARGE)
        if len(got) < _LARGE:
            running.finish(2 * _PATIENCE_S)
        _came(tale, shown, got, b"".join(large))
        running.finish(2 * _PATIENCE_S)
    used = {call.name for call in trace.calls if call.host == "client" and call.name.startswith("send")}
    if used != {"sendmsg"}:
        tale.fail(f"{shown} used {' and '.join(sorted(used))}:\n{_COPIED}")
    tale.did(f"{shown}: all came, in several calls of sendmsg")


def _watch_sendmsg(sock: Any) -> list[int]:
    """A list that grows: how many parts each sendmsg() of this socket is given from now on."""
    given: list[int] = []

    class Watched(type(sock)):
        __slots__ = ()

        def sendmsg(self, buffers: Any, *rest: Any) -> int:
            buffers = list(buffers)
            given.append(len(buffers))
            return super().sendmsg(buffers, *rest)

    sock.__class__ = Watched  # its attributes are fixed, so a method cannot be put over it
    return given


def _came(tale: Tale, shown: str, got: bytes, wanted: bytes) -> None:
    if got == wanted:
        return
    if len(got) < len(wanted):
        told = f"of {len(wanted):,} bytes the server got {len(got):,}"
    else:
        at = next(place for place, (a, b) in enumerate(zip(got, wanted, strict=True)) if a != b)
        told = f"the server got as many bytes as it should, but from byte {at:,} on they are others"
    tale.fail(
        f"{shown}, on a socket with a timeout: {told}:\n"
        "sendmsg returns how many bytes it took; go on behind them, in the middle of a part if need be"
    )


SEND_PARTS = Exercise(
    id="send-parts",
    title="Build the sendall that sendmsg lacks",
    story=_send_parts,
    hints=(
        "sendmsg returns how many bytes it took, which may end in the middle of any part. What was not taken is"
        " still to be sent: keep a list of it.",
        "A list of memoryviews of the parts that are not empty; while it is not empty, sendmsg its first 1,024, drop"
        " the parts that were taken whole, and cut the taken bytes off the one after.",
        "waiting = [memoryview(part) for part in parts if len(part)], then\n"
        "  while waiting: sent = sock.sendmsg(waiting[:1024])\n"
        "  while waiting and sent >= len(waiting[0]): sent -= len(waiting.pop(0))\n"
        "  if waiting: waiting[0] = waiting[0][sent:]",
    ),
    needs_network=True,
)


# --- a server that acknowledges at once ---------------------------------------------------------------------


def _quick_server(tale: Tale, answer: Any) -> None:
    net, caller, conn = _connected(tale, delay_ms=10)
    conn.settimeout(None)
    running = tale.start(answer, conn, shown="answer(conn)")
    with net.capture() as trace:
        caller.sendall(b"\x00\x00\x00\x64")
        caller.settimeout(0.15)
        early = _read(caller, 2)
        if early:
            tale.fail(
                "the client sends the length alone, and answer(conn) answers before the payload has come:\n"
                "read the length, then so many bytes, and answer then"
            )
        caller.settimeout(_PATIENCE_S)
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
        waits.append((ack.departed_ns - turn.segments[0].arrived_ns) / 1e6)
    if median(waits) > 25:
        tale.fail(
            "the client sends five more messages in two writes each, and the server keeps the ACK of their"
            " lengths\nfor forty milliseconds: TCP_QUICKACK is not permanent (tcp(7)); ask for it in each round"
        )
    tale.did("five more messages in two writes each: every length is acknowledged at once")
    caller.close()
    running.finish(_PATIENCE_S)
    tale.did("the client closes, and answer(conn) returns")


def _answered(tale: Tale, caller: Any, running: Any) -> None:
    got = _read(caller, 2)
    if got != b"ok":
        if running.done:
            running.finish()
        tale.fail(
            f"a message was sent, and the client should get b'ok', but got {got!r} in {_PATIENCE_S:g} s:\n"
            "each round reads the length, then the payload, then answers"
        )


QUICK_SERVER = Parsons(
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

EXERCISES = (SEND_MESSAGE, SEND_PARTS)
ORDERS = (QUICK_SERVER,)
