"""Uploads side by side, and how fast each was beside what its receiver's window allows."""

from __future__ import annotations

import socket
from bisect import bisect_left
from collections.abc import Mapping
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from labkit.words import say

if TYPE_CHECKING:
    from labkit.network.network import Network
    from labkit.sockets.hostsocket import HostSocket
    from labkit.traces.trace import Trace

WINDOWS = 12  # how many buffers' sizes an upload has
PIECE = 65_536
PATIENCE_S = 30


class Upload(NamedTuple):
    """One upload: what its receiver asked for, what it announced, and how fast it was."""

    buffer: int  # bytes, SO_RCVBUF as asked
    window: int  # bytes, the largest that was announced
    mbit: float  # Mbit/s of the fastest quarter, from its first byte's departure to its last one's acknowledgement

    def most_mbit(self, round_trip_ms: float) -> float:
        """One window in each round trip, in Mbit/s.  Raises ValueError where the round trip takes no time."""
        if round_trip_ms <= 0:
            raise ValueError(say("a path needs a delay: one_way_ms > 0"))
        return self.window * 8 / round_trip_ms / 1000


def upload(net: Network, listeners: Mapping[int, HostSocket]) -> list[Upload]:
    """Upload from the first host to each listener of the second, all at the same time; closes the listeners.

    listeners   {SO_RCVBUF as asked, in bytes: a listening socket with it}
    Raises TimeoutError when one takes more than 30 s.
    """
    client, server = net.hosts
    pairs, tasks, ports = [], [], {}
    with net.capture(snap=100) as trace:
        for size, listener in listeners.items():
            with listener:
                caller = client.socket()
                caller.connect(listener.getsockname())
                pairs += [caller, listener.accept()[0]]
            ports[size] = caller.getsockname()[1]
            tasks.append(server.background(_read, pairs[-1]))
            tasks.append(client.background(_send, caller, WINDOWS * size))
        for task in tasks:
            task.result(timeout=PATIENCE_S)
    for sock in pairs:
        sock.close()
    return [measured(trace, port, size, WINDOWS * size) for size, port in ports.items()]


def _read(sock: HostSocket) -> None:
    with sock:
        while sock.recv(PIECE):
            pass


def _send(sock: HostSocket, size: int) -> None:
    sock.sendall(bytes(size))
    sock.shutdown(socket.SHUT_WR)
    sock.recv(1)  # the reader has read all


def measured(trace: Trace, port: int, buffer: int, size: int) -> Upload:
    """How the upload of so many bytes from this client's port went, as the trace has it, which has its handshake.

    Its fastest quarter counts: what else the machine did meanwhile has disturbed the others more.
    """
    answers = trace.select(source="server", port=port)
    arrived = [(each.ack or 0, each.arrived_ns) for each in answers if each.arrived_ns is not None]
    numbers = list(accumulate((number for number, _ in arrived), max))
    quarter = size // 4
    rates = []
    for each in trace.select(source="client", port=port, data=True):
        at = bisect_left(numbers, (each.seq or 0) + quarter)
        if at < len(arrived):
            rates.append(quarter * 8000 / (arrived[at][1] - each.departed_ns))
    return Upload(buffer, max(each.window for each in answers), max(rates))
