"""A line that others use, too: uploads for a while, and the round trips of a program beside them."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any

from labkit.words import say

if TYPE_CHECKING:
    from labkit.network.host import Host
    from labkit.sockets.hostsocket import HostSocket

PIECE = 20_000
PAUSE_S = 0.02
PATIENCE_S = 0.6
ECHO_PORT = 7
RECORDED_MBIT = {"bbr": 8.6}
"""What `race` gave where a kernel has that algorithm: Linux 6.18, the lesson's cable and losses."""


def connected(host: Host, peer: Host, port: int, algorithm: str = "reno") -> HostSocket:
    """A connection whose congestion control is that one.

    Raises OSError (ENOENT) when the kernel has not got it.
    """
    sock = host.socket()
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, algorithm.encode())
        sock.connect((peer.address, port))
        return sock
    except BaseException:
        sock.close()
        raise


def swallow(conn: HostSocket) -> None:
    """A server's handler that reads whatever comes, until the connection ends, also by a reset."""
    with contextlib.suppress(ConnectionResetError):
        while conn.recv(100_000):
            pass


def pump(sock: HostSocket, seconds: float) -> float:
    """Send for so long; gives what was acknowledged of it, in megabits a second.

    The connection is reset then: what waits in its buffers is of no use any more.
    """
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    sock.settimeout(seconds)
    data, begun = bytes(PIECE), monotonic()
    try:
        while monotonic() < begun + seconds:
            sock.send(data)
    except TimeoutError:
        pass  # the line was full until the end
    info = sock.info()
    passed = monotonic() - begun  # more than it should: the last call waited, or a busy machine was late
    sock.close()
    return (info.bytes_acked or 0) * 8 / passed / 1e6


def echo(host: Host) -> None:
    """Send every datagram back to where it came from, until the task is stopped."""
    with host.socket(type=socket.SOCK_DGRAM) as sock:
        sock.bind((host.address, ECHO_PORT))
        while True:
            data, sender = sock.recvfrom(100)
            sock.sendto(data, sender)


def round_trips(host: Host, peer: Host, seconds: float) -> list[tuple[float, float]]:
    """Ask `echo` of another host for so long, again and again: [(milliseconds since the first, round trip in ms), …].

    An answer that does not come within 0.6 s is left out.  Raises TimeoutError when none comes at all.
    """
    found = []
    begun = now = monotonic()
    number = 0
    with host.socket(type=socket.SOCK_DGRAM) as sock:
        sock.connect((peer.address, ECHO_PORT))
        while now < begun + seconds:
            number += 1
            asked = number.to_bytes(4, "big")
            sock.send(asked)
            sock.settimeout(PATIENCE_S)
            try:
                while sock.recv(100) != asked:
                    pass  # a late answer to one that was given up
                found.append(((now - begun) * 1000, (monotonic() - now) * 1000))
            except TimeoutError:
                pass
            sock.settimeout(PAUSE_S)
            try:
                sock.recv(100)  # nothing comes: it is the pause to the next
            except TimeoutError:
                pass
            now = monotonic()
    if not found:
        raise TimeoutError(say("{peer!r} answered nothing; run echo(host) on it", peer=peer))
    return found


def race(net: Any, algorithms: Sequence[str], seconds: float) -> dict[str, float]:
    """Send for so long from the host named after each algorithm to net.server's port 8080, all at once: {name: Mbit/s}.

    Where the kernel has no such algorithm, the name says so, and the figure is a recorded one (`RECORDED_MBIT`).
    """
    rates, sending = {}, {}
    for name in algorithms:
        try:
            sock = connected(net[name], net.server, 8080, name)
        except FileNotFoundError:
            rates[say("{name} (recorded: this kernel has none)", name=name)] = RECORDED_MBIT[name]
        else:
            sending[name] = net[name].background(pump, sock, seconds)
    return {**{name: task.result(timeout=seconds + 10) for name, task in sending.items()}, **rates}
