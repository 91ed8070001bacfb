"""What the lesson's exercises have in common: a connected pair, and what crossed the wire."""

from __future__ import annotations

import socket
from typing import Any

from labkit.learn.kit.tale import Tale
from labkit.words import say

PATIENCE_S = 1.0
LARGE = 1_200_000


def connected(tale: Tale, **conditions: float) -> tuple[Any, Any, Any]:
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
    conn.settimeout(PATIENCE_S)
    return net, caller, conn


def read(conn: Any, length: int) -> bytes:
    """So many bytes, or fewer where no more come in time."""
    got = bytearray()
    try:
        while len(got) < length and (part := conn.recv(length - len(got))):
            got += part
    except TimeoutError:
        pass  # what came is what the caller tells of
    return bytes(got)


def lengths(trace: Any) -> list[int]:
    """The client's data segments: how long each is; one that was sent again counts once."""
    return list({s.seq: s.length for s in trace.select(source="client", data=True)}.values())


def in_words(lengths: list[int]) -> str:
    *some, last = map(str, lengths)
    return say(
        "{count} segments, of {some} and {last} bytes", count=len(lengths), some=", ".join(some), last=last
    )
