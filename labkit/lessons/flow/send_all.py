"""Send all, on a socket that does not wait, by waiting in a selector."""

from __future__ import annotations

import socket
import struct
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.lessons.flow.connecting import connected
from labkit.words import say

LARGE = 1_200_000
BUFFERS = 65_536
PATIENCE_S = 1.0
WATCH_S, LOOKS = 0.4, 4
SPINS = 25  # times that send() may refuse while nobody reads: a selector gives few of them


def _send_all(tale: Tale, send_all: Any) -> None:
    net = tale.network("client", "server")
    caller, conn = map(tale.keep, connected(net.client, net.server, 8080, BUFFERS))
    conn.settimeout(PATIENCE_S)
    caller.setblocking(False)
    refused = _count_refusals(caller)

    shown = "send_all(sock, b'hello')"
    tale.call(send_all, caller, b"hello", shown=shown)
    _came(tale, shown, _read(conn, 5), b"hello")
    _not_blocking(tale, caller, shown)
    tale.did("{shown}, on a socket that does not block: the server got it", shown=shown)

    large = bytearray(struct.pack(f">{LARGE // 4}I", *range(LARGE // 4)))
    whole = bytes(large)
    shown = say("send_all(sock, data), {size:,} bytes,", size=LARGE)
    running = tale.start(send_all, caller, large, shown=shown)
    tale.calmly(
        lambda: tale.wait(lambda: running.done or len(refused) > SPINS, WATCH_S), WATCH_S / 4, looks=LOOKS
    )
    if running.done:
        error = running.error()
        if isinstance(error, BlockingIOError):
            tale.fail(
                "{shown} raised BlockingIOError while the server read nothing:\n"
                "that is no fault, it says that the send buffer is full for now; wait until the socket is writable",
                shown=shown,
            )
        running.finish()
        _came(tale, shown, _read(conn, LARGE), whole)
    if len(refused) > SPINS:
        tale.fail(
            "{shown} tried to send more than {times} times while the server read nothing:\n"
            "so it keeps a processor busy with waiting; let a selector wait for EVENT_WRITE",
            shown=shown,
            times=SPINS,
        )
    _not_blocking(tale, caller, shown)
    tale.did("{shown} while the server reads nothing: it waits, and does not spin", shown=shown)

    got = _read(conn, LARGE)
    if len(got) < LARGE:
        running.finish(2 * PATIENCE_S)
    _came(tale, shown, got, whole)
    running.finish(2 * PATIENCE_S)
    tale.did("the server reads, and got all {size:,} bytes, in order", size=LARGE)
    if large != whole:
        tale.fail(
            "{shown} was given a bytearray, and of the caller's {size:,} bytes {left:,} are left in it:\n"
            "the data is the caller's; cut a memoryview of it",
            shown=shown,
            size=LARGE,
            left=len(large),
        )
    _not_blocking(tale, caller, shown)
    tale.did("the caller's data is as it was, and the socket still does not block")


def _count_refusals(sock: Any) -> list[None]:
    """A list that grows with each send() of this socket that would have to wait."""
    refused: list[None] = []

    class Counted(type(sock)):  # type: ignore[misc]  # whatever class it has
        __slots__ = ()

        def send(self, *args: Any) -> int:
            try:
                return super().send(*args)
            except BlockingIOError:
                refused.append(None)
                raise

    sock.__class__ = Counted  # its attributes are fixed, so a method cannot be put over it
    return refused


def _not_blocking(tale: Tale, sock: Any, shown: str) -> None:
    if sock.gettimeout() != 0:
        tale.fail(
            "{shown} made the socket a blocking one:\n"
            "it belongs to a program that must not wait in it; leave it non-blocking",
            shown=shown,
        )


def _read(conn: socket.socket, length: int) -> bytes:
    """So many bytes, or fewer where no more come in time."""
    got = bytearray()
    try:
        while len(got) < length and (part := conn.recv(length - len(got))):
            got += part
    except TimeoutError:
        pass  # what came is what the caller tells of
    return bytes(got)


def _came(tale: Tale, shown: str, got: bytes, wanted: bytes) -> None:
    if got == wanted:
        return
    if len(got) < len(wanted):
        told = say("of {all:,} bytes the server got {got:,}", all=len(wanted), got=len(got))
    else:
        at = next(place for place, (a, b) in enumerate(zip(got, wanted, strict=True)) if a != b)
        told = say("from byte {at:,} on the server got others than were sent", at=at)
    tale.fail(
        "{shown}: {told}:\nsend returns how many bytes the kernel took; go on from there, until none is left",
        shown=shown,
        told=told,
    )


EXERCISE = Exercise(
    id="send-all",
    title="Build sendall for a socket that does not block",
    story=_send_all,
    hints=(
        "send takes what there is room for, and says how much that was. When there is room for none it raises"
        " BlockingIOError, and then somebody has to wait until there is some: a selector can.",
        "Register the socket for EVENT_WRITE once. While something is left: selector.select() waits until there is"
        " room, then send, and drop from the front what it took. A memoryview can be cut without copying.",
        "rest = memoryview(data)\n"
        "  with DefaultSelector() as selector:\n"
        "      selector.register(sock, EVENT_WRITE)\n"
        "      while rest:\n"
        "          selector.select()\n"
        "          rest = rest[sock.send(rest):]",
    ),
    needs_network=True,
    place=1,
    steps=4,
)
