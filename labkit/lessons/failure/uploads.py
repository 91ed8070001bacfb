"""Uploads whose cable is cut in the middle."""

from __future__ import annotations

from socket import IPPROTO_TCP, SO_RCVBUF, SO_SNDBUF, SOL_SOCKET, TCP_USER_TIMEOUT
from threading import Event
from typing import Any, NamedTuple

from labkit.lessons.failure.partings import felt

PORT = 8080
MIDDLE = 200_000  # bytes that have come when the cable is cut
BUFFER = 100_000  # bytes asked for at both ends: little, so that sendall() has not done when the cable is cut
PIECE = 10_000
PATIENCE_S = 10.0
GIVES_UP_MS = 500


class Upload(NamedTuple):
    """told: by sendall(): "fine", or the error's name; came: to the server; standing: connections that it still has.

    came: "all", "nothing", "the beginning, without a gap" or "pieces, with gaps".
    """

    told: str
    came: str
    standing: int


def upload(net: Any, size: int, mended: bool) -> Upload:
    """Send so many bytes from the first host to the second, and cut the cable when a part of them has come.

    mended: is the cable whole again, once it has lost something?  If not, the sender's kernel gives up after
        GIVES_UP_MS, by the socket's user timeout.  In the end it is whole.
    """
    client, server = net.hosts
    data = b"".join(number.to_bytes(4, "big") for number in range(size // 4))  # a gap would show
    came, is_cut = bytearray(), Event()

    def take(conn: Any) -> None:
        conn.setsockopt(SOL_SOCKET, SO_RCVBUF, BUFFER)
        while piece := conn.recv(PIECE):
            came.extend(piece)
            if not is_cut.is_set() and len(came) > MIDDLE:
                net.link.cut()
                is_cut.set()

    with (
        server.start(take, port=PORT, replace=True) as service,
        client.socket() as sock,
        net.capture(snap=100) as trace,
    ):
        sock.setsockopt(SOL_SOCKET, SO_SNDBUF, BUFFER)
        if not mended:
            sock.setsockopt(IPPROTO_TCP, TCP_USER_TIMEOUT, GIVES_UP_MS)
        sock.connect((server.address, PORT))
        sending = client.background(felt, sock.sendall, data)
        service.wait_until(is_cut.is_set, PATIENCE_S, "a part of it")
        trace.wait_for(lambda: trace.select(source=client.name, delivered=False), PATIENCE_S)
        if mended:
            net.link.mend()
            service.wait_until(lambda: len(came) == len(data), PATIENCE_S, "all of it")
        told = sending.result(PATIENCE_S)
        standing = len(server.sockets().find(port=PORT, state="ESTABLISHED"))
        net.link.mend()
    return Upload(told, _part(bytes(came), data), standing)


def _part(came: bytes, data: bytes) -> str:
    if came == data:
        return "all"
    if not came:
        return "nothing"
    return "the beginning, without a gap" if data.startswith(came) else "pieces, with gaps"
