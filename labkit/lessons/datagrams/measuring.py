"""What the lesson measures: what waits in a socket, which size goes, how many datagrams of a size are lost."""

from __future__ import annotations

from collections.abc import Iterable
from socket import SOCK_DGRAM
from typing import Any

from labkit.network.network import Network
from labkit.words import say

COUNT = 200
HEADERS = 60  # bytes of a frame that are enough to tell which fragment it is
PORT = 5000


def waiting(sock: Any) -> list[bytes]:
    """The datagrams that wait in the socket now, taken out; it does not wait for more."""
    found, timeout = [], sock.gettimeout()
    sock.setblocking(False)
    try:
        while True:
            found.append(sock.recv(65_535))
    except BlockingIOError:
        return found
    finally:
        sock.settimeout(timeout)


def goes(sock: Any, size: int) -> bool:
    """Does a datagram with so many bytes of data leave?  Prints the kernel's reason if not."""
    try:
        return sock.send(bytes(size)) == size
    except OSError as error:
        print(say("{size:,} bytes: {reason}", size=size, reason=error.strerror))
        return False


def lost_shares(sizes: Iterable[int], loss: float, count: int = COUNT, seed: int = 1) -> dict[int, float]:
    """{bytes of data in a datagram: the share, 0 to 1, of *count* such that did not arrive whole}.

    loss   the share of packets that the client's cable loses, 0 to 1; the same *seed* loses the same ones
    """
    shares = {}
    with Network("client", "server", loss=loss, seed=seed) as net:
        sink, source = net.server.socket(type=SOCK_DGRAM), net.client.socket(type=SOCK_DGRAM)
        with sink, source:
            sink.bind((net.server.address, PORT))
            for size in sizes:
                with net.capture(snap=HEADERS) as trace:
                    for _ in range(count):
                        source.sendto(bytes(size), (net.server.address, PORT))
                shares[size] = 1 - sum(each.delivered for each in trace.datagrams) / count
    return shares
