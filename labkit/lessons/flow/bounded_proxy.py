"""Mend a proxy that holds whatever its subscriber does not read."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.lessons.flow.connecting import connected
from labkit.lessons.flow.reading_away import PIECE, read_away
from labkit.words import say

LARGE = 4_000_000
LIMIT = 2_000_000  # what a proxy may hold
BUFFERS = 50_000
# Who has taken so many holds more: at most 400,000 lie in the four buffers of its connections (Linux gives twice what
# is asked for), and what a bounded proxy has in hand is forgiven.
TOO_MUCH = 3_000_000
AT_ONCE = 32_768  # so many bytes at least a recv() of the proxy's gives while it is filled
STALLED_S = 0.6
PATIENCE_S = 2.0


def _bounded_proxy(tale: Tale, proxy: Any) -> None:
    net = tale.network("producer", "proxy", "subscriber")
    out, source = map(tale.keep, connected(net.producer, net.proxy, 8080, BUFFERS))
    sink, reader = map(tale.keep, connected(net.proxy, net.subscriber, 8081, BUFFERS))
    reader.settimeout(PATIENCE_S)
    try:
        _forwarded(tale, proxy, (out, source, sink, reader))
    finally:
        with contextlib.suppress(OSError):  # it has ended already
            out.shutdown(socket.SHUT_WR)
        read_away(tale, reader)


def _forwarded(tale: Tale, proxy: Any, socks: tuple[Any, Any, Any, Any]) -> None:
    out, source, sink, reader = socks

    shown = "proxy(source, sink)"
    running = tale.start(proxy, source, sink, shown=shown)
    out.sendall(b"tick")
    got = b""
    with contextlib.suppress(TimeoutError):  # what came is what is told of
        while len(got) < 4 and (part := reader.recv(4 - len(got))):
            got += part
    if got != b"tick":
        _raised(running)
        tale.fail(
            "the producer sends b'tick', and the subscriber should get it, but got {got!r}:\n"
            "what comes must be passed on when it comes, not at the end",
            got=got,
        )
    tale.did("the producer sends b'tick', and the subscriber gets it")

    data = struct.pack(f">{LARGE // 4}I", *range(LARGE // 4))
    out.setblocking(False)
    # A queue counts pieces: were these now some hundred bytes and now 65,536, as the machine is busy, the same bound
    # would hold more or less than the limit. poll() and recv() wait until there are so many (SO_RCVLOWAT).
    source.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, AT_ONCE)
    sent = _fill(tale, out, data)
    source.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
    _raised(running)
    if sent >= TOO_MUCH:
        tale.fail(
            "the subscriber reads nothing, and the proxy holds more than {limit:,} bytes:\n"
            "they lie in the proxy's memory; it must stop reading while it cannot write (and a queue counts pieces, not"
            " bytes: one piece has up to 65,536)",
            limit=LIMIT,
        )
    if running.done:
        tale.fail(
            "the subscriber reads nothing for a while, and {shown} gives up:\n"
            "a slow subscriber is no fault; wait for it, and let the producer wait",
            shown=shown,
        )
    tale.did("the subscriber reads nothing: soon the producer has to wait, too")

    got = _carry(out, reader, data, sent)
    if got != data:
        _raised(running)
        tale.fail(
            "the subscriber reads on, and of {size:,} bytes it got {told}:\n"
            "nothing may be dropped, or what TCP promises ends at the proxy; wait instead",
            size=LARGE,
            told=say("{n:,}", n=len(got)) if len(got) < LARGE else say("as many, but others"),
        )
    tale.did("the subscriber reads on, and gets all {size:,} bytes, in order", size=LARGE)

    out.shutdown(socket.SHUT_WR)
    try:
        end = reader.recv(1)
    except TimeoutError:
        _raised(running)
        if running.done:
            tale.fail(
                "the producer ends its side, and {shown} returns, but the subscriber still waits for the end:\n"
                "pass it on with sink.shutdown(SHUT_WR)",
                shown=shown,
            )
        tale.fail(
            "the producer ends its side, and the subscriber should get the end, but waits: {shown} has not returned:\n"
            "recv gives b'' at the end; a thread that reads must hand this on, too (pieces.put(b'')), so that the one"
            " that writes comes to sink.shutdown(SHUT_WR)",
            shown=shown,
        )
    if end:
        tale.fail(
            "the producer has ended its side, and the subscriber got {end!r} more than was sent", end=end
        )
    running.finish(PATIENCE_S)
    tale.did("{shown} returns, as the producer has ended", shown=shown)


def _raised(running: Any) -> None:
    """End the story with the error of the learner's code, if it has raised one."""
    if running.done:
        running.finish()


def _fill(tale: Tale, out: socket.socket, data: bytes) -> int:
    """Send until there is no room for some time in which the proxy could read, or it has taken too many bytes; gives
    how many were taken."""
    sent = 0
    while sent < TOO_MUCH and tale.calmly(lambda: select.select([], [out], [], STALLED_S)[1], STALLED_S / 2):
        sent += out.send(data[sent : sent + PIECE])
    return sent


def _carry(out: socket.socket, reader: socket.socket, data: bytes, sent: int) -> bytes:
    """Send the rest, and read all of it at the other end, or as much as comes."""
    got = bytearray()
    while len(got) < len(data):
        writing = [out] if sent < len(data) else []
        readable, writable, _ = select.select([reader], writing, [], PATIENCE_S)
        if not (readable or writable):
            break
        if writable:
            sent += out.send(data[sent : sent + PIECE])
        if readable:
            piece = reader.recv(PIECE)
            if not piece:
                break
            got += piece
    return bytes(got)


EXERCISE = Exercise(
    id="bounded-proxy",
    title="Mend the proxy that buffers without bound",
    story=_bounded_proxy,
    hints=(
        "Whoever has a slow reader must become a slow reader: while the proxy cannot write, it must not read, and TCP"
        " tells the producer by itself.",
        "The queue between the two loops takes whatever is put into it. Ask what Queue() takes as its argument, and"
        " what put() does when a queue is full.",
        "Queue(maxsize=8): put() waits while eight pieces are in it. (Without any queue it works, too: one loop that"
        " receives a piece, and sends it with sendall.)",
    ),
    needs_network=True,
    place=3,
    steps=4,
    given=0,
)
